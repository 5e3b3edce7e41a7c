"""Who answers for the returns, for the district that has to reach them."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pilot import owners
from pilot.models import Pilot
from wards import access


@require_safe
def people(request, pilot):
    pilot = get_object_or_404(Pilot.objects.for_user(request.user), slug=pilot)
    if not access.work_of(request.user).reviewer_of(pilot.district):
        raise PermissionDenied
    found = owners.owners(pilot, timezone.localdate())
    context = {"pilot": pilot, "owners": owners.table(found), "head": owners.head(found)}
    return render(request, "pilot/people.html", context)
