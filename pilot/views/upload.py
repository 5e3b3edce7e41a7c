"""The return as an Excel form: down, up as a dry run, then in, or not."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilot import sheets
from pilot.models import StepRefused
from wards import uploads

from .door import claim_return, open_return

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _return_to_enter(request, pilot, period, unit):
    """The Return, for somebody who enters figures there: 404 for a stranger, 403 for a reader."""
    found, rights = open_return(request, pilot, period, unit)
    if not rights.enter:
        raise PermissionDenied
    return found


@require_safe
def sheet(request, pilot, period, unit):
    """The form in Excel, with what is known filled in."""
    found = _return_to_enter(request, pilot, period, unit)
    response = HttpResponse(sheets.write(found), content_type=XLSX)
    place = found.place.code if unit else "district"
    name = f"{pilot}-{period}-{place}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, pilot, period, unit):
    """Choose a form that was filled in; a POST shows what it would change, and changes nothing."""
    found = _return_to_enter(request, pilot, period, unit)
    posted = request.method == "POST"
    form = uploads.UploadForm(request.POST, request.FILES) if posted else uploads.UploadForm()
    lead = f"{found.title} · {found.place.name}"
    context = {"sheet": found, "pilot": found.pilot, "form": form, "lead": lead}
    if not (found.open and form.is_valid()):
        return render(request, "pilot/upload.html", context)
    file = form.cleaned_data["file"]
    reading = sheets.read(file, found)
    token = ""
    if reading.entries:
        token = uploads.keep(file, request.user, found.address, reading.shown())
    context |= {"reading": reading, "token": token, "lead": f"{lead} · {file.name}"}
    return render(request, "pilot/upload_found.html", context)


@require_POST
def import_sheet(request, pilot, period, unit):
    """Import what the dry run showed, or nothing, as the person answered."""
    found = _return_to_enter(request, pilot, period, unit)
    try:
        kept = uploads.take(request.POST.get("token", ""), request.user, found.address)
        if "nothing" in request.POST:
            messages.info(request, _("Nothing was imported."))
        else:
            _imported(request, found, kept)
        kept.drop()
        return redirect("entry", *found.address)
    except uploads.Gone:
        messages.error(request, _("This file is not waiting any more. Please choose it again."))
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("upload", *found.address)


def _imported(request, found, kept):
    with transaction.atomic():
        submission = claim_return(request, *found.address)
        count, findings = sheets.bring_in(request.user, submission, kept)
        if not count:
            transaction.set_rollback(True)  # a return that nothing came into is not begun
    said = ngettext("%(count)s figure imported.", "%(count)s figures imported.", count)
    messages.success(request, said % {"count": count})
    for finding in findings:
        messages.warning(request, str(finding))
