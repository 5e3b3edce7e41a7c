"""An answer for an address that cannot be read."""

from django.core.exceptions import BadRequest
from django.shortcuts import render


def bad_request(request, exception):
    """400 with our own sentence for a filter nobody can choose; silent about anything suspicious."""
    if isinstance(exception, BadRequest):
        return render(request, "reports/bad_request.html", {"reason": str(exception)}, status=400)
    return render(request, "400.html", status=400)
