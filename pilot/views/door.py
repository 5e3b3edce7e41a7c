"""The return that an address names, for a person who may open it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from pilot.models import Indicator, Period, Pilot, Submission
from pilot.returns import Return
from wards import access


def open_return(request, pilot, period, unit):
    """(Return, Rights). 404 for a stranger and for what is not asked; 403 while it is not theirs to see.

    Whoever may browse the pilot reads approved returns; the others are for the ward's own people
    and for reviewers.
    """
    pilot = get_object_or_404(Pilot.objects.for_user(request.user), slug=pilot)
    ward = access.get_ward(request.user, unit, among=pilot.wards.all()) if unit else None
    period = get_object_or_404(pilot.periods.select_related("pilot__district"), code=period)
    if not Indicator.objects.asked(period, district=ward is None).exists():
        raise Http404
    submission = (
        Submission.objects.filter(period=period, ward=ward)
        .select_related("submitted_by", "decided_by", "period__pilot", "ward")
        .first()
    )
    rights = access.rights(request.user, pilot.district, ward)
    approved = submission and submission.state == Submission.State.APPROVED
    if not (rights.inside or approved):
        raise PermissionDenied
    return Return(period, ward, submission), rights


def claim_return(request, pilot, period, unit, roles=None):
    """The return, locked for this transaction, for somebody who enters figures there.

    404 for a stranger, 403 for a reader. Three queries when the return was begun before.
    """
    given = {} if roles is None else {"roles": roles}
    if unit:
        among = Pilot.wards_of(pilot)
        ward = access.get_ward_to_edit(request.user, unit, among=among, **given)
    else:
        ward = None
        access.get_district_to_edit(request.user, Pilot.district_of(pilot), **given)
    try:
        return Submission.objects.claim(pilot, period, ward)
    except Period.DoesNotExist:
        raise Http404 from None


def get_cell(sheet, indicator):
    """The Cell of a Return by its indicator's id; 404 where the return does not ask for it."""
    found = {cell.indicator.pk: cell for cell in sheet.cells}.get(indicator)
    if found is None:
        raise Http404
    return found
