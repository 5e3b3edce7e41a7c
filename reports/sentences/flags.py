"""What a person should look at, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words


def count(flagged, cells, most):
    """How many flags there are on how many cells, and that they change no number.

    A list shows at most so many cells.
    """
    if not flagged:
        return _("Nothing stands out.")
    said = ngettext(
        "%(count)s flag, for a person to look at; it changes no number.",
        "%(count)s flags, for a person to look at; they change no number.",
        flagged,
    )
    said = said % {"count": words.number(flagged)}
    if cells <= most:
        return said
    return said + " " + _("The latest are listed; the table has all.")
