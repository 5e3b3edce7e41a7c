"""Frames to what is to be thought of the figures: complete, in time, revised, explained, looked after.

Pure pandas: no Django, no database. It judges nobody: every count goes with what it is counted of.
"""

import numpy as np
import pandas as pd

from . import measures
from .evaluation import flags

MONTHS = 12  # how far back the page looks
NEW = pd.Timedelta(days=7)  # nobody is called idle in the first week of an account
IDLE = pd.Timedelta(days=45)  # longer unused, an account or a log is idle
COUNTED = ["reported", "not_applicable", "not_available", "missing", "not_due"]
# How a return stands to the day it was due; those of NOT_DUE are not judged yet.
TIMES = ["on_time", "late", "not_timed", "not_in"]
NOT_DUE = "not_due"


def window(frames, period, months=MONTHS):
    """Which periods, of every kind, ended in the months up to the end of `period`: a boolean array."""
    end = frames.periods.at[period, "end"]
    start = end + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    ends = frames.periods["end"]
    return ((ends >= start) & (ends <= end)).to_numpy()


def completeness_in(frames, period):
    """`completeness` of the months up to a period, by its id."""
    return completeness(frames, window(frames, period))


def completeness(frames, chosen):
    """What was asked of each ward for each of the chosen periods, and what became of it.

    Returns a DataFrame, one row for each ward (0 is the district) and period of which anything is
    asked, wards in their order and periods in time within them: ward, period, asked, a count of
    cells for each of the five states, share (reported of asked).
    """
    state = frames.cube[0][:, :, chosen]
    counts = {name: (state == measures.STATES.index(name)).sum(axis=1) for name in COUNTED}
    asked = sum(counts.values())
    ward, period = np.nonzero(asked)
    found = pd.DataFrame(
        {
            "ward": np.concatenate([[0], frames.wards.index])[ward],
            "period": frames.periods.index.to_numpy()[chosen][period],
            "asked": asked[ward, period],
            **{name: counts[name][ward, period] for name in COUNTED},
        }
    )
    return found.assign(share=found["reported"] / found["asked"])


def summed(found, key):
    """`completeness` added up by ward or by period: indexed by it, with the same counts and share."""
    sums = found.groupby(key, sort=False)[["asked", *COUNTED]].sum()
    return sums.assign(share=sums["reported"] / sums["asked"])


def timeliness_in(frames, period):
    """`timeliness` of the months up to a period, by its id."""
    return timeliness(frames, completeness_in(frames, period))


def timeliness(frames, found):
    """How each return that `completeness` names stands to the day it was due.

    Returns ward, period, time (one of TIMES, or NOT_DUE) and late: days after the due date, negative
    for early, NaN where nothing is timed. A return that came as a file says nothing of its day and
    is not timed; one sent back and mended counts by the day it first came in.
    """
    own = frames.submissions.set_index(["ward", "period"])
    own = own.reindex(pd.MultiIndex.from_frame(found[["ward", "period"]]))
    due = frames.periods["due"].reindex(found["period"]).to_numpy()
    came = own["submitted_on"].to_numpy()
    imported = own["imported"].eq(True).to_numpy(dtype=bool, na_value=False)
    there = ~np.isnat(came)
    days = pd.Series(came - due).dt.days.where(there & ~imported).to_numpy(dtype="float64")
    overdue = due < frames.today.to_datetime64()
    time = np.select(
        [imported, there & (days > 0), there, overdue], ["not_timed", "late", "on_time", "not_in"],
        NOT_DUE,
    )  # fmt: skip
    return found[["ward", "period"]].assign(time=time, late=days)


def punctual(timed, key):
    """Returns by ward or period: how many came how; indexed by it, with a column for each of TIMES.

    due counts them all, timed those that came on a known day; median and longest are days of
    lateness of the late ones, NaN where none was.
    """
    of = timed[timed["time"] != NOT_DUE]
    keys = pd.Index(timed[key].unique(), name=key)
    counts = {name: (of["time"] == name).groupby(of[key], sort=False).sum() for name in TIMES}
    found = pd.DataFrame({name: each.reindex(keys, fill_value=0) for name, each in counts.items()})
    days = of[of["time"] == "late"].groupby(key)["late"]
    return found.assign(
        due=found[TIMES].sum(axis=1),
        timed=found["on_time"] + found["late"],
        median=days.median().reindex(keys),
        longest=days.max().reindex(keys),
    )


def given_back(log, periods):
    """How often returns of these periods went back to where they came from; `log` of `returns`.

    Returns a DataFrame indexed by ward: sent_back (before they were approved) and reopened (after),
    counted by steps; wards without any are left out.
    """
    before = log["state"].groupby(log["submission"]).shift()
    back = (log["state"] == "returned") & log["period"].isin(periods)
    found = pd.DataFrame(
        {
            "sent_back": back & (before == "submitted"),
            "reopened": back & (before == "approved"),
        }
    ).groupby(log["ward"])
    sums = found.sum().astype("int64")
    return sums[sums.any(axis=1)]


def revised(frames, log, periods):
    """Cells that say something else now than when their return was first submitted.

    `log` is of `revisions`. Returns ward, period, indicator, state_then, state, then, now (values:
    rates or figures, NaN for none), change (now minus then). What was changed and changed back is no
    revision, nor is a cell that was empty at first.
    """
    log = log[log["period"].isin(periods)]
    keys = ["ward", "period", "indicator"]
    then = _last(log[~log["after"]], keys)
    now = _last(log, keys)
    then = then[~then["gone"]]
    now = now.reindex(then.index)
    state = now["state"].where(~now["gone"], "missing")
    content = ["numerator", "denominator"]
    same = (state == then["state"]) & _same(then[content], now[content])
    found = pd.DataFrame(
        {
            "state_then": then["state"],
            "state": state,
            "then": _value(frames, then),
            "now": _value(frames, now).where(state == "reported"),
        }
    )[~same]
    return found.assign(change=found["now"] - found["then"]).reset_index()


def _last(log, keys):
    """The last line for each cell, the latest touched first; indexed by `keys`."""
    return log.drop_duplicates(keys, keep="last").set_index(keys).iloc[::-1]


def _same(one, other):
    return ((one == other) | (one.isna() & other.isna())).all(axis=1)


def _value(frames, cells):
    """Rate or figure of cells indexed by ward, period and indicator."""
    kind = frames.indicators["kind"].reindex(cells.index.get_level_values("indicator"))
    ratio = pd.Series((kind == "ratio").to_numpy(dtype=bool), cells.index)
    rate = measures.rate(cells["numerator"], cells["denominator"])
    return rate.where(ratio, cells["numerator"])


def revised_by_indicator(found):
    """How many cells of each indicator were revised, and by how much: `found` is of `revised`.

    Indexed by indicator: cells, median and largest, the size of the change without its sign in the
    units of the value; NaN where no change has a size.
    """
    size = found["change"].abs().groupby(found["indicator"])
    frame = pd.DataFrame({"cells": size.size(), "median": size.median(), "largest": size.max()})
    return frame.sort_values("cells", ascending=False, kind="stable")


def flagged_in(frames, period):
    """The cells that stand out in the months up to a period, from `flags.flagged`.

    Returns ward, indicator, period, kinds (of flags, a tuple), sign (-1 where one of them is for the
    worse, else 1 or 0), value (rate or figure): the latest first, of a period the worse ones first.
    """
    found = flags.flagged(frames, period)
    found = found[found["period"].isin(frames.periods.index[window(frames, period)])]
    keys = ["ward", "period", "indicator"]
    order = frames.periods.index.get_indexer(found["period"])
    cells = found.assign(order=order).groupby(keys, sort=False)
    cells = cells.agg(kinds=("kind", tuple), sign=("sign", "min"), order=("order", "first"))
    values = frames.values.drop_duplicates(keys).set_index(keys).reindex(cells.index)
    cells = cells.assign(value=_value(frames, values))
    cells = cells.sort_values(["order", "sign"], ascending=[False, True], kind="stable")
    return cells.drop(columns="order").reset_index()


def unexplained(found, reasons):
    """The rows of `flagged_in` whose cell gives no reason."""
    keys = ["ward", "indicator", "period"]
    told = pd.MultiIndex.from_frame(reasons[keys])
    return found[~pd.MultiIndex.from_frame(found[keys]).isin(told)].reset_index(drop=True)


def explained(reasons, periods):
    """The reported cells of these periods that give a reason, copies apart: rows of `reasons`."""
    told = reasons["period"].isin(periods) & (reasons["state"] == "reported")
    return reasons[told & ~reasons["copied"]]


def small(frames, chosen):
    """How many reported cells of each ratio rest on too small a denominator, and on none at all.

    Returns a DataFrame indexed by indicator with reported, small and nothing (denominator 0), those
    with neither left out.
    """
    state, _numerator, denominator = (each[:, :, chosen] for each in frames.cube)
    reported = state == measures.REPORTED
    ratio = (frames.indicators["kind"] == "ratio").to_numpy()[:, None]
    smallest = frames.indicators["smallest_denominator"].to_numpy()[:, None]
    nothing = reported & (denominator == 0) & ratio
    few = reported & (denominator < smallest) & ratio & ~nothing
    found = pd.DataFrame(
        {
            name: each.sum(axis=(0, 2))
            for name, each in {"reported": reported, "small": few, "nothing": nothing}.items()
        },
        frames.indicators.index,
    )
    return found[(found["small"] > 0) | (found["nothing"] > 0)]


def unreported(frames, chosen):
    """The indicators that were due in the chosen periods and that nobody ever reported.

    Returns a Series by indicator: how many cells were due.
    """
    state = frames.cube[0][:, :, chosen]
    due = (state <= measures.NOT_AVAILABLE).sum(axis=(0, 2))
    reported = (state == measures.REPORTED).sum(axis=(0, 2))
    found = pd.Series(due, frames.indicators.index)
    return found[(due > 0) & (reported == 0)]


def unused(people, today):
    """The rights that their holders never used: rows of `people`; in an account's first week none."""
    return people[~people["did"] & (today - people["joined"] > NEW)]


def unattended(people, wards, today):
    """Which places have nobody who does the work: a DataFrame by ward with enter and submit, booleans.

    True stands for a place where nobody who may do it has logged in for 45 days (whoever submits
    may enter too); `wards` are the ids of all places. In an account's first week its holder counts
    as there.
    """
    seen = people["seen"].where(people["seen"].notna(), people["joined"] + NEW - IDLE)
    active = people[today - seen <= IDLE]
    submitters = active.loc[active["role"] == "submit", "ward"]
    lacking = {"enter": ~np.isin(wards, active["ward"]), "submit": ~np.isin(wards, submitters)}
    return pd.DataFrame(lacking, pd.Index(wards, name="ward"))


def unkept(milestones, today):
    """Open milestones of whose progress nobody has said anything for 45 days.

    Rows of `milestones` with silent: days since the last entry, or since the start without one.
    """
    open_ = milestones["done"].isna() & (milestones["start"] <= today)
    since = milestones["last"].where(milestones["last"].notna(), milestones["start"])
    silent = (today - since).dt.days
    return milestones.assign(silent=silent)[open_ & (silent > IDLE.days)]
