"""The plan of milestones: how it stands, each with its log, and how it is reported on and changed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilot import evidence, plan
from pilot.models import Milestone, Pilot, ProgressEvidence, StepRefused
from wards import access


def _pilot(request, slug):
    return get_object_or_404(Pilot.objects.for_user(request.user), slug=slug)


def _open(request, pilot, milestone):
    """The milestone and the person's Rights on it; 404 for whoever may not see the pilot."""
    found = get_object_or_404(
        _pilot(request, pilot).milestones.select_related("pilot__district", "theme", "ward"),
        pk=milestone,
    )
    return found, access.rights(request.user, found.pilot.district, found.ward)


def _pilot_to_plan(request, pilot):
    pilot = _pilot(request, pilot)
    if not access.work_of(request.user).reviewer_of(pilot.district):
        raise PermissionDenied
    return pilot


@require_safe
def milestones(request, pilot):
    pilot = _pilot(request, pilot)
    standings = pilot.milestones.standings(timezone.localdate())
    filters = plan.FilterForm(request.GET, pilot)
    whole = not request.htmx or request.htmx.history_restore_request
    context = {
        "layout": "base.html" if whole else "_screen.html",
        "pilot": pilot,
        "head": plan.head(standings),
        "lead": plan.lead(standings),
        "standings": filters.chosen(standings),
        "filters": filters,
        "action": request.path,
        "plans": access.work_of(request.user).reviewer_of(pilot.district),
    }
    response = render(request, "pilot/milestones.html", context)
    if not whole:
        response["HX-Push-Url"] = request.path + filters.address
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def milestone(request, pilot, milestone):
    found, rights = _open(request, pilot, milestone)
    form = plan.ProgressForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not rights.own:
            raise PermissionDenied
        if form.report(found, request.user):
            messages.success(request, _("The progress has been recorded."))
            return redirect("milestone", pilot, found.pk)
    context = {
        "pilot": found.pilot,
        "standing": found.standing_on(timezone.localdate()),
        "log": found.progress.select_related("author").prefetch_related("evidence").reverse(),
        "facts": plan.facts(found),
        "changes": plan.changes(found) if rights.review else [],
        "form": form if rights.own else None,
        "rights": rights,
    }
    return render(request, "pilot/milestone.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_add(request, pilot):
    pilot = _pilot_to_plan(request, pilot)
    form = plan.PlanForm(request.POST or None, instance=Milestone(pilot=pilot))
    return _plan(request, pilot, form, _("Add a milestone"))


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_edit(request, pilot, milestone):
    pilot = _pilot_to_plan(request, pilot)
    found = get_object_or_404(pilot.milestones, pk=milestone)
    form = plan.PlanForm(request.POST or None, instance=found)
    return _plan(request, pilot, form, found.name)


def _plan(request, pilot, form, head):
    if form.is_valid():
        found = form.keep(request.user)
        messages.success(request, _("The plan has been changed."))
        return redirect("milestone", pilot.slug, found.pk)
    return render(request, "pilot/plan.html", {"pilot": pilot, "form": form, "head": head})


@require_POST
def milestone_remove(request, pilot, milestone):
    found = get_object_or_404(_pilot_to_plan(request, pilot).milestones, pk=milestone)
    try:
        found.remove(request.user)
    except StepRefused as refused:
        messages.error(request, str(refused))
        return redirect("milestone", pilot, found.pk)
    messages.success(request, _("The milestone has been taken off the plan."))
    return redirect("milestones", pilot)


@require_safe
def progress_evidence(request, pilot, milestone, file):
    found, rights = _open(request, pilot, milestone)
    kept = get_object_or_404(ProgressEvidence, pk=file, progress__milestone=found)
    if not rights.inside:
        raise PermissionDenied
    return evidence.download(kept)
