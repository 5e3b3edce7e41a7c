"""What a person has to do, the most urgent first: returns, milestones and vacant posts.

Each is a line for `_todo.html`: {state, word, head, text, href, action}.
"""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wards.staffing import Staffing

from . import periods
from .models import Milestone, Pilot
from .obligations import owed

SOON = dt.timedelta(days=30)
LATE = ("returned", "overdue")


class Desk:
    """The work of `user` on `day`; `work` is their `access.Work`."""

    def __init__(self, user, work, day):
        self.day, self.work = day, work
        self.pilots = list(Pilot.objects.for_user(user))
        self.several = len(work.enters) + len(work.enters_districts) > 1
        self.returns = [self._return(each) for each in self._owed()]
        self.milestones = [self._milestone(each) for each in self._standings()]
        self.vacancies = [line for ward in work.enters for line in self._vacancies(ward)]

    def _owed(self):
        return owed(self.pilots, self.work.enters, self.day, self.work.enters_districts)

    @property
    def head(self):
        """The page in one sentence: what is waiting, and how much of it too long."""
        lines = self.returns + self.milestones
        if not lines:
            return _("Nothing is waiting for you")
        late = sum(line["state"] in LATE for line in lines)
        said = ngettext("%(count)s thing to do", "%(count)s things to do", len(lines))
        if late:
            said = ngettext(
                "%(count)s thing to do, %(late)s overdue or sent back",
                "%(count)s things to do, %(late)s overdue or sent back",
                len(lines),
            )
        return said % {"count": len(lines), "late": late}

    # Returns -----------------------------------------------------------------------------------

    def _return(self, each):
        state, word = self._badge(each.state)
        name = _("Return for %(period)s") % {"period": periods.in_sentence(str(each.period))}
        address = [each.pilot.slug, each.period.code, each.ward.pk if each.ward else None]
        complete = each.filled == each.asked and each.state != "returned"
        return {
            "state": state,
            "word": word,
            "head": f"{name} · {each.ward or each.pilot.district}" if self.several else name,
            "text": self._figures(each),
            "href": reverse("submit" if complete else "entry", args=address),
            "action": self._action(each, complete),
        }

    def _badge(self, state):
        """The icon and the word of a state of `obligations`."""
        return {
            "returned": ("returned", _("sent back")),
            "overdue": ("overdue", _("overdue")),
            "due": ("at_risk", _("due")),
            "upcoming": ("not_started", _("open")),
        }[state]

    def _figures(self, each):
        if each.state == "returned":
            return _("The district writes: %(reason)s") % {"reason": each.submission.reason}
        said = _("%(filled)s of %(asked)s figures entered")
        if not each.filled:
            said = _("nothing entered yet of %(asked)s figures")
        elif each.filled == each.asked:
            said = _("all %(asked)s figures entered, not yet submitted")
        said = said % {"filled": each.filled, "asked": each.asked}
        due = periods.due_words(each.due, self.day)
        return _("%(figures)s; %(due)s.") % {"figures": said[:1].upper() + said[1:], "due": due}

    def _action(self, each, complete):
        if complete:
            return _("Check and submit")
        if each.state == "returned":
            return _("Mend")
        return _("Go on") if each.filled else _("Begin")

    # Milestones --------------------------------------------------------------------------------

    def _standings(self):
        """Milestones of the person's places that are late, at risk, or due soon."""
        own = Milestone.objects.owned(self.pilots, self.work.enters, self.work.enters_districts)
        return [
            each
            for each in own.standings(self.day)
            if each.state in ("overdue", "at_risk")
            or (not each.done and each.milestone.due <= self.day + SOON)
        ]

    def _milestone(self, each):
        milestone = each.milestone
        place = f"{milestone} · {milestone.ward}" if self.several and milestone.ward else milestone
        due = periods.due_words(milestone.due, self.day)
        said = _("%(percent)s %% done; %(due)s.") % {"percent": each.percent, "due": due}
        return {
            "state": str(each.state),
            "word": each.state.label,
            "head": str(place),
            "text": said,
            "href": reverse("milestone", args=[milestone.pilot.slug, milestone.pk]),
            "action": _("Report progress"),
        }

    # Posts -------------------------------------------------------------------------------------

    def _vacancies(self, ward):
        """One line where posts of the ward are vacant, told as of the roster's own page."""
        standing = Staffing(ward).on(ward.nearest(self.day))
        if not standing.vacant:
            return []
        names = ", ".join(str(line.position) for line in standing.lines if line.vacant)
        said = ngettext("%(count)s vacant post", "%(count)s vacant posts", standing.vacant)
        said = said % {"count": standing.vacant}
        return [
            {
                "state": "flag",
                "word": _("vacant"),
                "head": f"{said} · {ward}" if self.several else said,
                "text": f"{names}.",
                "href": reverse("staff", args=[ward.pk]),
                "action": _("Open the roster"),
            }
        ]
