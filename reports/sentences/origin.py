"""How a figure came about, in words with the numbers in it."""

import pandas as pd
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pilot import numbers
from reports import words

MOST_TERMS = 12  # a longer sum is said by how many figures it has


def exact(value, kind):
    """A value with as many digits as its arithmetic needs: «93,4618 %»."""
    if pd.isna(value):
        return ""
    shown = round(value * 100 if kind == "ratio" else value, 4)
    text = numbers.write(float(shown), None, words.language())
    return f"{text}{words.NO_BREAK}%" if kind == "ratio" else text


def formula(figure, cells, of, labels, units):
    """The arithmetic of a figure: a sentence.

    `figure` is a `sums.Figure`, `cells` are `sums.parts`, `of` the indicator's row, `labels` what
    its numerator, denominator and unit are called, `units` names wards by number.
    """
    counted = cells[cells["counted"]]
    if counted.empty:
        return _("There is no figure: %(state)s.") % {"state": words.state_name(figure.state)}
    numerator, denominator, unit = labels
    value = words.with_unit(figure.value, of["kind"], unit)
    if of["kind"] == "ratio":
        return _rate(figure, len(counted), numerator, denominator, value)
    if of["kind"] == "score" and counted["ward"].nunique() > 1:
        said = {
            "sum": _terms(counted, of["kind"]),
            "count": words.number(counted["ward"].nunique()),
            "units": units(counted["ward"].nunique()),
            "value": value,
        }
        return _("(%(sum)s) / %(count)s %(units)s = %(value)s") % said
    if len(counted) == 1:
        return _("%(value)s, as reported.") % {"value": value}
    said = {"sum": _terms(counted, of["kind"]), "value": value}
    if of["over_time"] == "stock":
        return _("The last figure of each %(unit)s, added: %(sum)s = %(value)s") % {
            **said,
            "unit": units(1),
        }
    return _("The reported figures, added: %(sum)s = %(value)s") % said


def _rate(figure, count, numerator, denominator, value):
    said = {
        "numerator": numerator or _("Numerator"),
        "denominator": denominator or _("Denominator"),
        "above": words.number(figure.numerator, words.decimals_of(figure.numerator)),
        "below": words.number(figure.denominator, words.decimals_of(figure.denominator)),
        "value": value,
    }
    if figure.denominator == 0:
        return _("“%(denominator)s” is 0: nothing arose, so there is no rate.") % said
    if count == 1:
        text = _("“%(numerator)s” %(above)s / “%(denominator)s” %(below)s = %(value)s")
    else:
        text = _(
            "sum of “%(numerator)s” %(above)s / sum of “%(denominator)s” %(below)s = %(value)s"
        )
    return text % said


def _terms(cells, kind):
    """«3 + 5 + 2», or how many figures there are."""
    if len(cells) > MOST_TERMS:
        return _("sum of %(count)s figures") % {"count": words.number(len(cells))}
    return " + ".join(exact(value, kind) for value in cells["value"])


def last_counts(cells, of, period):
    """Of a stock over several periods: that it does not add up; "" for anything else."""
    if of["over_time"] != "stock" or cells["period"].nunique() < 2:
        return ""
    return _("It does not add up over time: the last reported period of each counts.")


def coverage(cells, units):
    """How many wards of those due have reported, or returns of several periods.

    Nothing of a single cell: its state says it.
    """
    if len(cells) == 1:
        return ""
    due = cells[cells["state"].isin(["reported", "missing", "not_available"])]
    reported = due[due["state"] == "reported"]
    counts = {"reported": words.number(len(reported)), "due": words.number(len(due))}
    if not len(due):
        return _("Nothing is due yet.")
    if cells["period"].nunique() < 2 and cells["ward"].nunique() > 1:
        counts["units"] = units(len(due))
        return _("%(reported)s of %(due)s %(units)s have reported.") % counts
    return _("%(reported)s of %(due)s returns that are due hold a figure.") % counts


def left(count):
    """That wards have left, whose figures do not count; "" for none."""
    if not count:
        return ""
    counts = {"count": words.number(count)}
    return _("%(count)s figures of units that have left the programme do not count.") % counts


def target(figure, kind, unit):
    """The target, how it adds up, and whether it is reached; "" without one."""
    if pd.isna(figure.target):
        return ""
    each = words.target(figure.target_each, kind)
    text = each if kind in {"ratio", "score"} else f"{each}{words.NO_BREAK}{unit}".strip()
    if figure.times != 1:
        text = _("%(each)s for each of %(times)s figures: %(target)s") % {
            "each": each,
            "times": words.number(figure.times),
            "target": f"{words.target(figure.target, kind)}{words.NO_BREAK}{unit}".strip(),
        }
    if figure.reached == figure.reached:
        text += "; " + (_("reached") if figure.reached else _("not reached"))
    return text + "."


def mean(figure, kind, unit):
    """What stands behind targets and points where figures were added up; "" where nothing was."""
    if kind in {"ratio", "score"} or pd.isna(figure.mean) or figure.mean == figure.value:
        return ""
    said = {"mean": words.with_unit(round(figure.mean, 4), kind, unit), "count": figure.reported}
    return _("%(mean)s for each of %(count)s reported figures.") % said


def points(figure, of, goal):
    """The goalpost arithmetic of a ward's points; `goal` is (worst, best) from `sums.goal`."""
    if pd.isna(of["points"]):
        return _("watched, not scored")
    most = words.number(of["points"], words.decimals_of(of["points"]))
    said = {"most": most, "points": words.points(figure.points)}
    if figure.state != "reported":
        return _("No points, as there is no figure.")
    if of["kind"] == "score":
        return _("%(points)s of %(most)s points, taken as published.") % said
    if figure.denominator == 0:
        return {
            "full": _("Nothing arose: all %(most)s points, by the rule of the framework."),
            "none": _("Nothing arose: no points, by the rule of the framework."),
        }.get(of["nothing_due"], _("Nothing arose: left out of the score.")) % said
    worst, best = goal
    said |= {
        "worst": words.target(worst, of["kind"]),
        "best": words.target(best, of["kind"]),
        "value": exact(figure.mean, of["kind"]),
    }
    if figure.points >= of["points"]:
        return _("%(value)s is as good as %(best)s or better: all %(most)s points.") % said
    share = (figure.mean - worst) / (best - worst)
    if share <= 0:
        return _("%(value)s is as bad as %(worst)s or worse: no points.") % said
    return (
        _("%(most)s × (%(value)s − %(worst)s) / (%(best)s − %(worst)s) = %(points)s points") % said
    )


def score(worked):
    """How a score comes about, from `sums.Worked`."""
    there = worked.parts["points"].dropna()
    if pd.isna(worked.points):
        share = worked.judged / worked.whole * 100 if worked.whole else 0
        return _(
            "Too little is reported for a score: %(share)s %% of the points can be judged."
        ) % {"share": words.number(share)}
    said = {
        "points": words.points(worked.points),
        "most": words.number(worked.whole, words.decimals_of(worked.whole)),
        "judged": words.number(worked.judged, words.decimals_of(worked.judged)),
        "sum": " + ".join(map(words.points, there)),
    }
    if worked.published:
        return _("%(points)s of %(most)s points, published for the theme as a whole.") % said
    if len(there) > MOST_TERMS:
        said["sum"] = words.points(worked.got)
    if worked.judged < worked.whole - 1e-9:
        return (
            _(
                "(%(sum)s) / %(judged)s × %(most)s = %(points)s points: what is missing shares its"
                " weight out among the rest."
            )
            % said
        )
    return _("%(sum)s = %(points)s of %(most)s points") % said


def mean_score(ranked, mean, units):
    """The mean of all wards' scores."""
    there = ranked["points"].dropna()
    if there.empty:
        return _("No %(unit)s has enough figures for a score.") % {"unit": units(1)}
    terms = " + ".join(map(words.points, there))
    if len(there) > MOST_TERMS:
        terms = _("sum of %(count)s figures") % {"count": words.number(len(there))}
    said = {"sum": terms, "count": len(there), "units": units(len(there))}
    return _("(%(sum)s) / %(count)s %(units)s = %(value)s") % {
        **said,
        "value": f"{words.points(mean)}{words.NO_BREAK}{pgettext('score', 'points')}",
    }


def before(row, base, kind, unit):
    """The figure before the pilot; `row` of `measures.overview`, `base` of `measures.baseline`."""
    if pd.isna(row["baseline"]):
        return ""
    said = {"value": words.with_unit(row["baseline"], kind, unit)}
    if kind == "ratio":
        said["above"] = words.number(base["numerator"], words.decimals_of(base["numerator"]))
        said["below"] = words.number(base["denominator"], words.decimals_of(base["denominator"]))
        text = _("%(above)s / %(below)s = %(value)s") % said
    elif kind == "score":
        text = said["value"]
    else:
        said["mean"] = exact(base["per_cell"], kind)
        text = _("%(mean)s on average, for as many figures: %(value)s") % said
    change = words.change(row["change"], kind)
    return f"{text}; " + _("change %(change)s") % {"change": change} if change else text
