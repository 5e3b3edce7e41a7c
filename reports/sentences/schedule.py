"""What the plan of milestones says."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words

from .parts import few


def plan(milestones):
    """How many are done, and how many of the open ones are behind."""
    if milestones.empty:
        return _("No milestone is like this. Choose another state, theme or unit.")
    state = milestones["state"]
    counts = {
        "done": words.number(state.isin(["done", "done_late"]).sum()),
        "all": words.number(len(state)),
        "behind": words.number(state.isin(["overdue", "at_risk"]).sum()),
    }
    return _("%(done)s of %(all)s are done; %(behind)s are overdue or at risk.") % counts


def slippage(milestones):
    """How far due dates were moved, how late those done were, and what is expected."""
    parts = []
    moved, late = milestones["moved"], milestones["late"]
    if moved.gt(0).any():
        text = ngettext(
            "The due date of %(count)s milestone was put off, by %(days)s days at most.",
            "The due dates of %(count)s milestones were put off, by %(days)s days at most.",
            int(moved.gt(0).sum()),
        )
        parts.append(text % _most(moved))
    else:
        parts.append(_("No due date was put off."))
    if late.gt(0).any():
        text = ngettext(
            "%(count)s was done late, by %(days)s days at most.",
            "%(count)s were done late, by %(days)s days at most.",
            int(late.gt(0).sum()),
        )
        parts.append(text % _most(late))
    behind = milestones["behind"]
    if behind.gt(0).any():
        text = ngettext(
            "At the pace of its log %(count)s open milestone ends after its due date.",
            "At the pace of their logs %(count)s open milestones end after their due dates.",
            int(behind.gt(0).sum()),
        )
        parts.append(text % _most(behind))
    unsaid = int((milestones["done"].isna() & milestones["expected"].isna()).sum())
    if unsaid:
        text = ngettext(
            "Of %(count)s nothing can be expected: its log says no progress, or not of late.",
            "Of %(count)s nothing can be expected: their logs say no progress, or not of late.",
            unsaid,
        )
        parts.append(text % {"count": words.number(unsaid)})
    return " ".join(parts)


def _most(days):
    return {"count": words.number(days.gt(0).sum()), "days": words.number(days.max())}


def standing(counts, names, none):
    """Where most milestones are overdue or at risk; `none` is said where nowhere one is."""
    behind = counts["overdue"] + counts["at_risk"]
    if not behind.sum():
        return none
    most = behind[behind == behind.max()]
    return _("Most overdue or at risk: %(names)s (%(count)s).") % {
        "names": few(most, names),
        "count": words.number(behind.max()),
    }


def upcoming(found):
    """How many are due and how many begin within 30 days."""
    begins = int(found["begins"].sum())
    counts = {"due": words.number(len(found) - begins), "begin": words.number(begins)}
    if found.empty:
        return _("In the next 30 days nothing is due and nothing begins.")
    return _("In the next 30 days %(due)s are due and %(begin)s begin.") % counts
