"""The return: entering it cell by cell, looking closely at one cell, handing it in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilot import entry as typed
from pilot import returns
from pilot.evidence import download
from pilot.forms import CellForm, CommentForm, EvidenceForm, PasteForm, ReasonForm
from pilot.models import StepRefused, Submission
from wards.access import Role

from .door import claim_return, get_cell, open_return

SUBMITTERS = (Role.SUBMIT,)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request, pilot, period, unit):
    """The whole return; a POST is the one form of a browser without scripts."""
    sheet, rights = open_return(request, pilot, period, unit)
    if request.method == "POST":
        return _entered(request, sheet, rights)
    if rights.enter and sheet.open:
        typed.rows(sheet)
        return _form(request, sheet, rights)
    return _read(request, sheet, rights)


def _read(request, sheet, rights):
    """The return as a page to read, with what a reviewer may do with it."""
    steps = returns.steps(sheet.submission)
    mine = sheet.submission and sheet.submission.submitted_by_id == request.user.pk
    context = {
        "sheet": sheet,
        "rights": rights,
        "steps": steps if rights.inside else steps[-1:],  # a reader learns of the approval alone
        "deciding": rights.decide and sheet.state == Submission.State.SUBMITTED and not mine,
        "reopening": rights.decide and sheet.state == Submission.State.APPROVED,
        "form": ReasonForm(),
    }
    return render(request, "pilot/return.html", context)


def _entered(request, sheet, rights):
    with transaction.atomic():
        sheet.submission = claim_return(request, *sheet.address)
        failed = typed.keep_all(request.user, sheet, request.POST)
    if not failed:
        messages.success(request, _("Everything is saved."))
        return redirect("entry", *sheet.address)
    messages.error(request, _("Some figures could not be saved; the reasons stand beside them."))
    return _form(request, sheet, rights, status=422)


def _form(request, sheet, rights, status=200):
    choices = {"states": typed.STATES, "yes_no": typed.YES_NO}
    context = {"sheet": sheet, "rights": rights, **choices}
    return render(request, "pilot/entry.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cell(request, pilot, period, unit, indicator):
    """One cell: a POST keeps what was typed, a GET tells all that is known about it."""
    if request.method == "POST":
        return _typed(request, pilot, period, unit, indicator)
    sheet, rights = open_return(request, pilot, period, unit)
    return _told(request, sheet, rights, get_cell(sheet, indicator))


def _told(request, sheet, rights, found, comment_form=None, evidence_form=None):
    context = {
        "sheet": sheet,
        "rights": rights,
        "cell": found,
        "log": returns.log(sheet.submission, found.indicator),
        "comment_form": comment_form or CommentForm(),
        "evidence_form": evidence_form or EvidenceForm(),
    }
    return render(request, "pilot/_more.html" if request.htmx else "pilot/cell.html", context)


@transaction.atomic
def _typed(request, pilot, period, unit, indicator):
    submission = claim_return(request, pilot, period, unit)
    asked = submission.asked(CellForm.mark_in(request.POST))
    indicator = get_object_or_404(asked, pk=indicator)
    form = CellForm(indicator, request.POST)
    now, last = submission.now_and_last(indicator)
    status = typed.keep(request.user, submission, indicator, form, now, last)
    context = {"indicator": indicator, "status": status}
    answer = render(request, "pilot/_status.html", context, status=status.code)
    if status.code != 200:
        transaction.set_rollback(True)  # a first entry that is wrong begins no return
    return answer


@require_POST
def paste(request, pilot, period, unit):
    """What a block copied from a spreadsheet would put into which cells. Keeps nothing."""
    sheet, rights = open_return(request, pilot, period, unit)
    if not rights.enter:
        raise PermissionDenied
    form = PasteForm(request.POST)
    if not form.is_valid():
        raise Http404
    return render(request, "pilot/_paste.html", {"pasted": typed.pasted(sheet, form)})


@require_POST
def comment(request, pilot, period, unit, indicator):
    """Say something about a cell."""
    sheet, rights = open_return(request, pilot, period, unit)
    if not rights.inside:
        raise PermissionDenied
    found = get_cell(sheet, indicator)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _told(request, sheet, rights, found, comment_form=form)
    with transaction.atomic():
        submission = sheet.submission or claim_return(request, *sheet.address)
        form.keep(request.user, submission, found.indicator)
    return redirect("cell", *sheet.address, indicator)


@require_POST
def evidence(request, pilot, period, unit, indicator):
    """Keep files that show where the figure of a cell comes from."""
    sheet, rights = open_return(request, pilot, period, unit)
    found = get_cell(sheet, indicator)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _told(request, sheet, rights, found, evidence_form=form)
    try:
        with transaction.atomic():
            submission = claim_return(request, *sheet.address)
            submission.must_be_open()
            form.keep(request.user, submission, found.indicator)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("cell", *sheet.address, indicator)


@require_safe
def evidence_file(request, pilot, period, unit, evidence):
    """A file of evidence, for those who may see what is not approved."""
    sheet, rights = open_return(request, pilot, period, unit)
    if not rights.inside or sheet.submission is None:
        raise PermissionDenied
    return download(get_object_or_404(sheet.submission.evidence, pk=evidence))


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request, pilot, period, unit):
    """What is ready and what is not, and the district's figures with it; then hand it in."""
    sheet, rights = open_return(request, pilot, period, unit)
    if request.method == "POST":
        return _submitted(request, sheet)
    if not sheet.open:
        return redirect("entry", *sheet.address)
    return render(request, "pilot/submit.html", {"sheet": sheet, "rights": rights})


def _submitted(request, sheet):
    try:
        with transaction.atomic():
            claim_return(request, *sheet.address, roles=SUBMITTERS).submit(request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("submit", *sheet.address)
    messages.success(request, _("The return has been submitted to the district."))
    return redirect("entry", *sheet.address)
