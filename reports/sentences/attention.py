"""What is said above the list of what needs attention."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words


def lead(count):
    """How many things there are to look after, or that there are none."""
    if not count:
        return _("No return is late, no milestone overdue, no figure has fallen.")
    said = ngettext("%(count)s thing.", "%(count)s things, the weightiest first.", count)
    return said % {"count": words.number(count)}
