"""The views that a person keeps: in the menu of every screen, and on a page of their own."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from pilot.models import Pilot
from reports.forms import TAKEN, SavedViewForm
from reports.models import MOST, SavedView, TooMany


def _pilot(request, slug):
    return get_object_or_404(Pilot.objects.for_user(request.user), slug=slug)


def _own(request, slug, view):
    """A view of the reader in this pilot; another person's is not found."""
    pilot = _pilot(request, slug)
    return pilot, get_object_or_404(SavedView.objects.of(request.user, pilot), pk=view)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_views(request, pilot):
    """The reader's views: a page, or for htmx what stands in the menu; a POST saves one more."""
    pilot = _pilot(request, pilot)
    if request.method == "POST":
        return _saved(request, pilot)
    return _listed(request, pilot)


def _listed(request, pilot, form=None, kept=None, status=200):
    menu = request.htmx and not request.htmx.history_restore_request
    context = {
        "pilot": pilot,
        "views": SavedView.objects.of(request.user, pilot),
        "form": form or SavedViewForm(None, pilot, request.user),
        "kept": kept,
    }
    template = "reports/_saved_views.html" if menu else "reports/saved_views.html"
    return render(request, template, context, status=200 if menu else status)


def _saved(request, pilot):
    data = request.POST.copy()
    if request.htmx:
        # The page may have changed since it was loaded; htmx tells where it is now.
        data["address"] = request.htmx.current_url_abs_path or ""
    form = SavedViewForm(data, pilot, request.user)
    view = form.is_valid() and _kept(request.user, pilot, form)
    if not view:
        return _listed(request, pilot, form, status=422)
    if request.htmx:
        return _listed(request, pilot, kept=view)
    messages.success(request, _("Saved: %(name)s") % {"name": view.name})
    return redirect(view.address)


def _kept(user, pilot, form):
    """The view saved from a valid form; None, and the form says why, where it cannot be."""
    try:
        with transaction.atomic():
            return SavedView.objects.keep(user, pilot, **form.cleaned_data)
    except TooMany:
        fault = _("At most %(most)s views can be saved. Remove one first.") % {"most": MOST}
        form.add_error(None, fault)
    except IntegrityError:
        form.add_error("name", TAKEN)
    return None


@require_POST
def saved_view_rename(request, pilot, view):
    pilot, view = _own(request, pilot, view)
    form = SavedViewForm(request.POST, pilot, request.user, view)
    if form.is_valid() and _renamed(view, form):
        messages.success(request, _("Renamed."))
    else:
        messages.error(request, " ".join(form.errors["name"]))
    return redirect("saved_views", pilot.slug)


def _renamed(view, form):
    """Whether it has the name now; where another took it meanwhile, the form says so."""
    try:
        with transaction.atomic():
            SavedView.objects.filter(pk=view.pk).update(name=form.cleaned_data["name"])
    except IntegrityError:
        form.add_error("name", TAKEN)
    return form.is_valid()


@require_POST
def saved_view_remove(request, pilot, view):
    pilot, view = _own(request, pilot, view)
    view.delete()
    messages.success(request, _("Removed: %(name)s") % {"name": view.name})
    return redirect("saved_views", pilot.slug)
