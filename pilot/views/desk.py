"""What a person has to do: the home of ward people."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pilot.desk import Desk
from wards import access


@require_safe
def desk(request):
    work = request.work = access.work_of(request.user)
    return render(
        request, "pilot/desk.html", {"desk": Desk(request.user, work, timezone.localdate())}
    )
