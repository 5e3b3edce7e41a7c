"""Where people land after logging in."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pilot.models import Pilot


@require_safe
def home(request):
    """The one pilot the person may see, or the list to choose from; said kindly when there is none."""
    pilots = list(Pilot.objects.for_user(request.user))
    if len(pilots) == 1:
        return redirect("overview", pilots[0].slug)
    return render(request, "reports/home.html", {"pilots": pilots})
