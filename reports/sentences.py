"""Measured frames to the sentence that says what they show, in the language of the page.

A chart without a sentence leaves the hall to guess. Imports Django's translation and nothing else
of Django; computes nothing but which is the highest and the lowest.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import words


def overview_head(headlines, months, scored, units):
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


def overview_lead(headlines, names, reported, due, units):
    """Which themes miss the target, which fell, and how many wards have reported."""
    parts = []
    missed, worse = names[headlines["reached"] == 0], names[headlines["better"] == -1]
    if len(missed):
        parts.append(_("Below the target: %(names)s.") % {"names": words.joined(list(missed))})
    if len(worse):
        parts.append(_("Worse than before: %(names)s.") % {"names": words.joined(list(worse))})
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
            "best": _few(best, names),
            "high": words.points(there.max()),
            "worst": _few(worst, names),
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


def cut(sentence, rows, most):
    """The sentence, and that a chart of so many rows shows the first `most` only."""
    if rows <= most:
        return sentence
    shown = {"most": words.number(most), "rows": words.number(rows)}
    return (
        sentence
        + " "
        + _("The chart shows the first %(most)s of %(rows)s; the table has all.") % shown
    )


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


def trend(figures, periods, kind, unit):
    """From the first figure to the last; `figures` is a Series by period, NaN for gaps."""
    there = figures.dropna()
    if there.empty:
        return _("No approved figure yet.")
    said = {
        "then": words.with_unit(there.iloc[0], kind, unit),
        "now": words.with_unit(there.iloc[-1], kind, unit),
        "first": words.short_period(periods.loc[there.index[0]]),
        "last": words.short_period(periods.loc[there.index[-1]]),
    }
    if len(there) == 1:
        return _("One figure so far: %(now)s in %(last)s.") % said
    return _("From %(then)s in %(first)s to %(now)s in %(last)s.") % said


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


def spread(cells, names, kind, unit, units):
    """Highest and lowest ward of one indicator; `cells` indexed by ward with value."""
    there = cells["value"].dropna()
    if there.empty:
        return _("No %(unit)s has an approved figure.") % {"unit": units(1)}
    high, low = there.max(), there.min()
    said = {
        "units": units(len(there)),
        "high": words.with_unit(high, kind, unit),
        "low": words.with_unit(low, kind, unit),
        "best": _few(there[there == high], names),
        "worst": _few(there[there == low], names),
    }
    if high == low:
        text = _("All %(units)s that reported stand at %(high)s.") % said
    else:
        text = _("Highest %(best)s (%(high)s), lowest %(worst)s (%(low)s).") % said
    return text + " " + _("A hollow dot has a small denominator.") if cells["small"].any() else text


def ward_head(total, scored, units):
    """Where one ward stands; `total` is its row of the totals, `scored` how many have a score."""
    if total["state"] != "reported":
        share = {"share": words.number(total["there"] * 100)}
        return (
            _("Too little is reported for a score: %(share)s %% of the points can be judged.")
            % share
        )
    said = {
        "points": words.points(total["points"]),
        "max": words.number(total["max"]),
        "rank": int(total["rank"]),
        "scored": scored,
        "units": units(scored),
    }
    if scored == 1:
        return _("%(points)s of %(max)s points; no other has a score.") % said
    return (
        _("%(points)s of %(max)s points, rank %(rank)s of the %(scored)s %(units)s with a score.")
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


def effect(reported, due, units):
    """What the district's figures rest on now, before this return."""
    counts = {"reported": words.number(reported), "due": words.number(due), "units": units(due)}
    return _("Now %(reported)s of %(due)s %(units)s have an approved return.") % counts
