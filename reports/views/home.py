"""Where people land after logging in."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pilot.models import Pilot
from wards import access


@require_safe
def home(request):
    """What there is to do, for those who enter; else the one pilot, or the list to choose from."""
    work = access.work_of(request.user)
    if work.enters or work.enters_districts:
        return redirect("desk")
    pilots = list(Pilot.objects.for_user(request.user))
    if len(pilots) == 1:
        return redirect("overview", pilots[0].slug)
    return render(request, "reports/home.html", {"pilots": pilots})
