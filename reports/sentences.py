"""Measured frames to the sentence that says what they show, in the language of the page.

A chart without a sentence leaves the hall to guess. Imports Django's translation and nothing else
of Django; computes nothing but which is the highest and the lowest.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import words


def overview_head(headlines, months):
    """How many of the headline figures reach their target; `headlines` are rows of `overview`."""
    aimed = headlines["reached"].dropna()
    if aimed.empty:
        return _("No theme has a target to be measured by")
    counts = {
        "months": months,
        "reached": int(aimed.sum()),
        "themes": len(aimed),
    }
    if months is None or months <= 0:
        return _("Before the start: %(reached)s of %(themes)s themes reach the target") % counts
    return (
        ngettext(
            "After %(months)s month, %(reached)s of %(themes)s themes reach the target",
            "After %(months)s months, %(reached)s of %(themes)s themes reach the target",
            months,
        )
        % counts
    )


def overview_lead(headlines, names, wards_reported, wards_due):
    """Which themes reach the target, which fell, and how many units have reported."""
    parts = []
    reached = names[headlines["reached"] == 1]
    if len(reached):
        parts.append(_("At the target: %(names)s.") % {"names": words.joined(list(reached))})
    worse = names[headlines["better"] == -1]
    if len(worse):
        parts.append(
            _("Worse than before the pilot: %(names)s.") % {"names": words.joined(list(worse))}
        )
    counts = {"reported": words.number(wards_reported), "due": words.number(wards_due)}
    parts.append(_("%(reported)s of %(due)s units have an approved return.") % counts)
    return " ".join(parts)


def ranking(scored, names):
    """Who leads and who lags; `scored` are totals indexed by ward, `names` by ward."""
    there = scored["points"].dropna()
    without = len(scored) - len(there)
    if there.empty:
        return _("No unit has enough figures for a score.")
    best, worst = there[there == there.max()], there[there == there.min()]
    if len(there) == 1:
        said = _("Only %(name)s has enough figures: %(points)s points.") % _extreme(best, names)
    elif there.max() == there.min():
        said = _("All stand at %(points)s points.") % {"points": words.points(there.max())}
    else:
        said = _("Highest %(best)s (%(high)s), lowest %(worst)s (%(low)s).") % {
            "best": _few(best, names),
            "high": words.points(there.max()),
            "worst": _few(worst, names),
            "low": words.points(there.min()),
        }
    if without:
        left_out = ngettext(
            "%(count)s unit lacks figures for a score.",
            "%(count)s units lack figures for a score.",
            without,
        )
        said += " " + left_out % {"count": without}
    return said


def _extreme(found, names):
    return {"name": _few(found, names), "points": words.points(found.iloc[0])}


def _few(found, names):
    """At most three names, then how many more."""
    shown = list(names.reindex(found.index))
    if len(shown) <= 3:
        return words.joined(shown)
    return _("%(first)s and %(count)s more") % {"first": shown[0], "count": len(shown) - 1}


def indicator(row, kind, unit, period):
    """The district's figure, its change and its target; `row` is one of `overview`."""
    value = words.with_unit(row["value"], kind, unit)
    if not value:
        return _("No approved figure in %(period)s.") % {"period": period}
    said = _("%(period)s: %(value)s") % {"period": period, "value": value}
    change = words.change(row["change"], kind)
    if change:
        said += ", " + _("%(change)s against the time before the pilot") % {"change": change}
    target = words.target(row["target"], kind)
    if target and row["reached"] == 1:
        said += "; " + _("the target of %(target)s is reached") % {"target": target}
    elif target:
        said += "; " + _("the target of %(target)s is not reached") % {"target": target}
    return said + "."


def indicators_lead(found, period):
    """How many indicators have a figure, and how many reach their target."""
    aimed = found["reached"].dropna()
    return _(
        "%(period)s: %(there)s of %(all)s indicators have a figure; %(reached)s of %(aimed)s with a"
        " target reach it."
    ) % {
        "period": period,
        "there": int(found["value"].notna().sum()),
        "all": len(found),
        "reached": int(aimed.sum()),
        "aimed": len(aimed),
    }


def spread(cells, names, kind, unit):
    """Highest and lowest ward of one indicator; `cells` indexed by ward with value."""
    there = cells["value"].dropna()
    if there.empty:
        return _("No unit has an approved figure.")
    if there.max() == there.min():
        return _("All units that reported stand at %(value)s.") % {
            "value": words.with_unit(there.max(), kind, unit)
        }
    return _("Highest %(best)s (%(high)s), lowest %(worst)s (%(low)s).") % {
        "best": _few(there[there == there.max()], names),
        "high": words.with_unit(there.max(), kind, unit),
        "worst": _few(there[there == there.min()], names),
        "low": words.with_unit(there.min(), kind, unit),
    }


def ward_head(total, scored):
    """Where one ward stands; `total` is its row of the totals, `scored` how many have a score."""
    if total["state"] != "reported":
        return _(
            "Too little is reported for a score: %(share)s %% of the points can be judged."
        ) % {"share": words.number(total["there"] * 100)}
    said = {
        "points": words.points(total["points"]),
        "max": words.number(total["max"]),
        "rank": int(total["rank"]),
        "scored": scored,
    }
    if scored == 1:
        return _("%(points)s of %(max)s points; the only unit with a score.") % said
    return (
        _("%(points)s of %(max)s points, rank %(rank)s of the %(scored)s units with a score.")
        % said
    )


def ward_themes(shares, names):
    """Strongest and weakest theme of a ward; `shares` is the share of points by theme."""
    there = shares.dropna()
    if len(there) < 2:
        return _("Too few themes have a score to compare them.")
    return _("Strongest in %(best)s, weakest in %(worst)s, by the share of the points.") % {
        "best": names[there.idxmax()],
        "worst": names[there.idxmin()],
    }
