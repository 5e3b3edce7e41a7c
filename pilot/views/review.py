"""The district's side: returns that wait for a decision, one by one or in bulk."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from pilot import entry, returns
from pilot.forms import DecisionForm, QueueForm, ReasonForm
from pilot.models import Pilot, StepRefused
from wards import access

from .door import open_return


def _pilot_to_review(request, slug):
    """The pilot, for a reviewer of its district: 404 for a stranger, 403 for a reader.

    The administrator may look, but decides nothing.
    """
    pilot = get_object_or_404(Pilot.objects.for_user(request.user), slug=slug)
    rights = access.rights(request.user, pilot.district)
    if not (rights.decide if request.method == "POST" else rights.review):
        raise PermissionDenied
    return pilot


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request, pilot):
    """The returns that wait, with what is odd about them; a POST approves those that were ticked."""
    found = _pilot_to_review(request, pilot)
    waiting = returns.waiting(found)
    if request.method == "POST":
        approved, refused = entry.approve(request.user, waiting, request.POST.getlist("return"))
        if approved:
            said = ngettext("%(count)s return approved.", "%(count)s returns approved.", approved)
            messages.success(request, said % {"count": approved})
        for refusal in refused:
            messages.warning(request, refusal)
        return redirect(request.get_full_path())
    form = QueueForm(request.GET, waiting)
    context = {"form": form, "waiting": waiting, "shown": form.chosen(waiting)}
    return render(request, "pilot/queue.html", context)


def _sheet_to_review(request, pilot, period, unit):
    sheet, rights = open_return(request, pilot, period, unit)
    if not rights.decide:
        raise PermissionDenied
    if sheet.submission is None:
        raise Http404
    return sheet


@require_POST
def decide(request, pilot, period, unit):
    """Approve a return, or send it back with a reason."""
    sheet = _sheet_to_review(request, pilot, period, unit)
    form = DecisionForm(request.POST, sheet)
    try:
        if not form.is_valid():
            raise StepRefused(_("The decision could not be read. Please open the return again."))
        form.decide(request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("entry", *sheet.address)
    messages.success(
        request,
        _("Approved: %(return)s.") % {"return": sheet.submission}
        if form.cleaned_data["decision"] == "approve"
        else _("Sent back: %(return)s.") % {"return": sheet.submission},
    )
    return redirect("queue", pilot)


@require_POST
def reopen(request, pilot, period, unit):
    """Give an approved return back to the ward, with a reason."""
    sheet = _sheet_to_review(request, pilot, period, unit)
    form = ReasonForm(request.POST)
    form.is_valid()
    try:
        sheet.submission.reopen(request.user, form.cleaned_data.get("reason", ""))
        messages.success(request, _("Given back: %(return)s.") % {"return": sheet.submission})
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("entry", *sheet.address)
