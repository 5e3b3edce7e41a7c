"""Where people land after logging in."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pilot.models import Pilot
from reports.forms import PilotForm
from wards import access

MOST_SHOWN = 60


@require_safe
def home(request):
    """What there is to do, for those who enter; else the one pilot, or the list to choose from.

    Whoever asks for the list, with `q` in the address, gets it in any case.
    """
    look = PilotForm(request.GET)
    pilots = Pilot.objects.for_user(request.user)
    if "q" not in request.GET:
        work = access.work_of(request.user)
        if work.enters or work.enters_districts:
            return redirect("desk")
        first = pilots[:2]
        if len(first) == 1:
            return redirect("overview", first[0].slug)
    found = look.found(pilots)
    shown = found[:MOST_SHOWN]
    more = len(found) - len(shown)
    return render(request, "reports/home.html", {"listed": shown, "more": more, "look": look})
