"""What the overview says."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilot import periods
from reports import words

from .parts import against, few


def head(headlines, months, scored, units):
    """How many of the headline figures reach their target; `headlines` are rows of `overview`.

    Where nothing has a target, how many wards have a score; `units` names wards by number.
    """
    aimed = headlines["reached"].dropna()
    if aimed.empty:
        counts = {
            "scored": scored["points"].count(),
            "all": len(scored),
            "units": units(len(scored)),
        }
        return _("%(scored)s of %(all)s %(units)s have a score") % counts
    counts = {"months": months, "reached": int(aimed.sum()), "themes": len(aimed)}
    if not months:
        return _("Before the start: %(reached)s of %(themes)s themes reach the target") % counts
    after = ngettext(
        "After %(months)s month, %(reached)s of %(themes)s themes reach the target",
        "After %(months)s months, %(reached)s of %(themes)s themes reach the target",
        months,
    )
    return after % counts


def lead(headlines, names, reported, due, units, compared=""):
    """Which themes miss the target, which fell against what, and how many wards have reported."""
    parts = []
    missed = names[headlines["reached"] == 0]
    if len(missed):
        parts.append(_("Below the target: %(names)s.") % {"names": words.joined(list(missed))})
    parts += against(headlines["better"], names, compared)
    counts = {"reported": words.number(reported), "due": words.number(due), "units": units(due)}
    return " ".join(
        [*parts, _("%(reported)s of %(due)s %(units)s have an approved return.") % counts]
    )


def ranking(scored, names, units):
    """Who leads and who lags; `scored` are totals indexed by ward, `names` by ward."""
    there = scored["points"].dropna()
    without = len(scored) - len(there)
    if there.empty:
        return _("No %(unit)s has enough figures for a score.") % {"unit": units(1)}
    best, worst = there[there == there.max()], there[there == there.min()]
    if len(there) == 1:
        said = _("Only %(name)s has enough figures: %(points)s points.") % _extreme(best, names)
    elif there.max() == there.min():
        said = _("All stand at %(points)s points.") % {"points": words.points(there.max())}
    else:
        said = _("Highest %(best)s (%(high)s), lowest %(worst)s (%(low)s).") % {
            "best": few(best, names),
            "high": words.points(there.max()),
            "worst": few(worst, names),
            "low": words.points(there.min()),
        }
    if not without:
        return said
    left_out = ngettext(
        "%(count)s %(units)s lacks figures for a score.",
        "%(count)s %(units)s lack figures for a score.",
        without,
    )
    return f"{said} {left_out % {'count': without, 'units': units(without)}}"


def firm(groups, names):
    """Which wards cannot be told apart; `groups` is from `index.groups` in the order of ranks."""
    there = groups.dropna()
    if len(there) < 2:
        return ""
    if there.nunique() == 1:
        return _("By these figures none can be told apart from the others.")
    alike = [own for _number, own in there.groupby(there) if len(own) > 1]
    if not alike:
        return _("By these figures each can be told apart from the others.")
    said = "; ".join(_from_to(list(names.reindex(own.index))) for own in alike)
    return _("Cannot be told apart by these figures: %(names)s.") % {"names": said}


def _from_to(names):
    """Neighbours in a ranking: two by their names, more by the first and the last."""
    if len(names) == 2:
        return words.joined(names)
    return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}


def _extreme(found, names):
    return {"name": few(found, names), "points": words.points(found.iloc[0])}


def indicators_lead(found, period, compared=""):
    """How many indicators have a figure, and how many reach their target; what changes are against."""
    aimed = found["reached"].dropna()
    said = _(
        "%(period)s: %(there)s of %(all)s indicators have a figure; %(reached)s of %(aimed)s with a"
        " target reach it."
    ) % {
        "period": period,
        "there": int(found["value"].notna().sum()),
        "all": len(found),
        "reached": int(aimed.sum()),
        "aimed": len(aimed),
    }
    if not compared:
        return said
    counts = {
        "period": periods.in_sentence(compared),
        "better": int((found["better"] == 1).sum()),
        "worse": int((found["better"] == -1).sum()),
    }
    return said + " " + _("Better than in %(period)s: %(better)s; worse: %(worse)s.") % counts
