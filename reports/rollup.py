"""Sums of many districts to rates, coverage, change and place. Pure pandas: no Django, no database."""

import numpy as np
import pandas as pd

from . import measures

COUNTS = ("reported", "not_available", "not_applicable")


def period_of(found, headline, code):
    """The code of the period that answers for `code`, "" where there is none.

    The period itself, or of the headline's own kind the last one that had ended by then.
    """
    asked, kind = found.periods.loc[code], found.headlines.at[headline, "frequency"]
    if asked["kind"] == kind:
        return code
    ended = found.periods[(found.periods["kind"] == kind) & (found.periods["end"] <= asked["end"])]
    return ended.index[-1] if len(ended) else ""


def year_before(code):
    """The code of the same period of the year before: 2021-06 for 2022-06."""
    return f"{int(code[:4]) - 1}{code[4:]}" if code else ""


def codes(found, code):
    """The codes of all periods that are needed to show `code`."""
    now = {period_of(found, headline, code) for headline in found.headlines.index} - {""}
    return sorted(now | {year_before(each) for each in now})


def figures(found, cells, headline, code):
    """One headline by pilot, best first: a DataFrame indexed by pilot.

    Columns numerator, denominator, value (rate, sum of counts, mean of scores), reported and due
    (wards; of a district's own figure returns), state (as in `measures.STATES`), before (the value
    of the year before), change, better (1, 0, -1; NaN without both) and place (1 for the best).
    """
    of = found.headlines.loc[[headline]]
    period = period_of(found, headline, code)
    own = cells[cells["headline"] == headline].set_index("pilot")
    now, then = (
        own[own["code"] == each].reindex(found.pilots.index)
        for each in (period, year_before(period))
    )
    value, before = (_value(each, of["kind"].iloc[0]) for each in (now, then))
    table = now[["numerator", "denominator"]].copy()
    table["value"], table["before"] = value, before
    _add_coverage(table, now, found, of["level"].iloc[0], period)
    table["change"] = table["value"] - table["before"]
    short, past = (measures.shortfall(of, np.asarray(each)[None, :])[0] for each in (value, before))
    table["better"] = np.sign(np.round(past - short, 9))
    table["place"] = pd.Series(short.round(9), table.index).rank(method="min")
    return table.sort_values("place", kind="stable", na_position="last")


def _value(sums, kind):
    if kind == "ratio":
        return measures.rate(sums["numerator"], sums["denominator"])
    return sums["numerator"] / sums["reported"] if kind == "score" else sums["numerator"]


def _add_coverage(table, sums, found, level, period):
    """Adds reported, due and state; a cell of which nothing is known is due once it is overdue."""
    asked = found.pilots["wards"].to_numpy() if level == "ward" else np.ones(len(found.pilots))
    counts = {name: sums[name].fillna(0).to_numpy() for name in COUNTS}
    overdue = bool(period) and found.periods.at[period, "due"] < found.today
    silent = np.maximum(asked - sum(counts.values()), 0)
    table["reported"] = counts["reported"]
    table["due"] = counts["reported"] + counts["not_available"] + silent * overdue
    states = [
        counts["reported"] > 0,
        (silent > 0) & overdue,
        counts["not_available"] > 0,
        counts["not_applicable"] > 0,
    ]
    table["state"] = np.select(states, measures.STATES[:4], "not_due")


def matrix(found, cells, code):
    """The values of all headlines, pilots x headlines, and how many cells are reported and due.

    Returns three DataFrames of one shape.
    """
    each = {key: figures(found, cells, key, code) for key in found.headlines.index}
    return tuple(
        pd.DataFrame({key: one[column] for key, one in each.items()}).reindex(found.pilots.index)
        for column in ("value", "reported", "due")
    )


def choices(found):
    """The periods to choose from, in time: of the kind of which there are most, begun by today."""
    begun = found.periods[found.periods["start"] <= found.today]
    kinds = begun["kind"].value_counts(sort=False)
    return begun[begun["kind"] == kinds.idxmax()] if len(kinds) else begun
