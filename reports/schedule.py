"""How milestones move: what slipped, what is expected, how they stand by theme and ward.

Pure pandas: no Django, no database. How each of them stands was derived in `Milestone.standing_on`.
"""

import numpy as np
import pandas as pd

STATES = ["done", "done_late", "on_track", "not_started", "at_risk", "overdue"]
SOON = pd.Timedelta(days=30)


def slippage(milestones, today):
    """`entries.milestones` with what became of their dates.

    Adds moved (days from the first planned due date to the present one), late (days after the due
    date of those done, 0 for in time), expected (the day on which an open one is done if it goes on
    as its log says, see `expected`) and behind (days from the due date to the expected one); NaN and
    NaT where there is none.
    """
    days = (milestones["due"] - milestones["first_due"]).dt.days
    late = (milestones["done"] - milestones["due"]).dt.days.clip(lower=0)
    finish = expected(milestones, today)
    behind = (finish - milestones["due"]).dt.days
    return milestones.assign(moved=days, late=late, expected=finish, behind=behind)


def expected(milestones, today):
    """The day on which each open milestone is done at the pace from its start to its last entry.

    NaT for what is done, for what has no progress yet, and where that day has passed already: the
    log was not kept up, so nothing can be said of it.
    """
    worked = (milestones["last"] - milestones["start"]).dt.days.to_numpy(dtype="float64")
    percent = milestones["percent"].to_numpy(dtype="float64")
    going = milestones["done"].isna().to_numpy() & (percent > 0) & (worked > 0)
    left = np.where(going, np.ceil(worked * (100 - percent) / np.where(going, percent, 1)), 0)
    # Nobody is served by a date in the far future, nor does a date exist for it.
    going &= left < 36525
    finish = milestones["last"] + pd.to_timedelta(np.where(going, left, 0), unit="D")
    return finish.where(going & (finish >= today))


def slipped(milestones):
    """Those of `slippage` whose date was moved, that were done late or are expected to be."""
    return milestones[
        (milestones["moved"] != 0) | (milestones["late"] > 0) | (milestones["behind"] > 0)
    ]


def standing(milestones, key):
    """How many milestones stand how, by theme or by ward (0: the whole pilot).

    Returns a DataFrame indexed by it, with a column for each of STATES and their sum, all.
    """
    counts = pd.crosstab(milestones[key], milestones["state"]).reindex(columns=STATES, fill_value=0)
    return counts.assign(all=counts.sum(axis=1)).astype("int64")


def upcoming(milestones, today, soon=SOON):
    """The open milestones that are due or that begin within the next 30 days, in time.

    Adds next (the nearer of the two days that lie ahead) and begins, a boolean.
    """
    start = milestones["start"].where(milestones["start"] >= today)
    due = milestones["due"].where(milestones["due"] >= today)
    ahead = milestones.assign(next=start.fillna(due), begins=start.notna())
    chosen = milestones["done"].isna() & (ahead["next"] <= today + soon)
    return ahead[chosen].sort_values(["next", "code"], kind="stable")
