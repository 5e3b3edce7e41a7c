"""What needs attention, the weightiest first: returns, the plan, falling figures, targets, posts.

Pure: it weighs what others have found out, and finds out nothing itself.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import measures
from .evaluation import flags

MOST, OF_A_KIND = 8, 3  # lines shown in all, and of one kind while others wait
RECENT = 3  # figures within which a shift is news

# What a line of each kind weighs at least; how bad it is adds up to one. So a thing that is late
# comes before one that may become so, and both before a post that has nobody.
BASE = {
    "late": 4,  # a return that was not handed in
    "overdue": 4,  # a milestone past its day
    "fall": 3,  # a figure that fell, shifted or stands out to the worse
    "missed": 2.5,  # a target that will be missed
    "milestone": 2,  # a milestone at risk
    "target": 2,  # a target at risk
    "vacancy": 1,  # posts without people
}


@dataclass(frozen=True)
class Concern:
    """One thing to look after. `about` is what was found: its type goes with the kind.

    late: the ward's Obligations, the longest overdue first. overdue, milestone: a Standing.
    fall: a row of `flags.flagged`. missed, target: a row of `forecast.forecasts` with its
    indicator. vacancy: Sums by ward id, of the wards with vacant posts.
    """

    kind: str
    weight: float
    about: object


def found(duties, day, fallen=(), aims=(), theme=None):
    """All Concerns, the weightiest first.

    `duties` are a pilot's Duties on `day`; `fallen` rows of `flags.flagged` and `aims` (indicator,
    row of `forecast.forecasts`); with `theme` (an id) of the milestones those of that theme alone.
    """
    standings = [each for each in duties.standings if theme in (None, each.milestone.theme_id)]
    every = [
        *_late(duties.late, day),
        *_milestones(standings, day),
        *(_concern("fall", about, about.size, 10) for about in fallen),
        *(_target(indicator, about) for indicator, about in aims),
        *_vacant(duties.posts),
    ]
    return sorted(every, key=lambda each: -each.weight)


def shown(every, most=MOST, of_a_kind=OF_A_KIND):
    """Which of the Concerns stand in the list, and how many more there are: (list, Counter by kind).

    The first of every kind has its place; then come the weightiest, at first `of_a_kind` of each.
    """
    order, taken = Counter(), []
    for each in every:
        order[each.kind] += 1
        n = order[each.kind]
        taken.append((n > 1, n > of_a_kind, len(taken), each))
    chosen = sorted(taken, key=lambda row: row[:3])[:most]
    kept = [each for *_turn, each in sorted(chosen, key=lambda row: row[2])]
    rest = Counter(each.kind for each in every)
    rest.subtract(each.kind for each in kept)
    return kept, +rest


def _concern(kind, about, size, middling):
    """Heavier with its size; at `middling` half of the way to the next kind."""
    return Concern(kind, BASE[kind] + size / (size + middling), about)


def _late(obligations, day):
    """One for each ward, or for the district itself."""
    wards = {}
    for each in sorted(obligations, key=lambda each: each.due):
        wards.setdefault(each.ward and each.ward.pk, []).append(each)
    for own in wards.values():
        yield _concern("late", own, sum((day - each.due).days for each in own), 30)


def _milestones(standings, day):
    for each in standings:
        if each.state == "overdue":
            yield _concern("overdue", each, (day - each.milestone.due).days, 30)
        elif each.state == "at_risk":
            yield _concern("milestone", each, each.planned - each.percent, 50)


def _target(indicator, about):
    """The further the pace falls behind what is needed, the heavier."""
    kind = "missed" if about["class"] == "will_be_missed" else "target"
    short = abs(about["target"] - about["expected"]) / max(abs(about["target"]), 1e-9)
    return _concern(kind, (indicator, about), short, 0.1)


def _vacant(posts):
    """One for all wards, for single posts are a matter of their rosters."""
    vacant = {ward: sums for ward, sums in posts.items() if sums.vacant}
    if vacant:
        share = sum(each.vacant for each in vacant.values()) / sum(x.posts for x in posts.values())
        yield _concern("vacancy", vacant, share, 0.1)


def fallen(frames, period):
    """What got worse, of the flags up to `period`: rows of `flags.flagged`, one a ward and indicator.

    A drop or an outlier counts while it is the newest figure there is, a shift while it is one of
    the newest `RECENT`: what was mended since needs no attention. The largest first.
    """
    flagged = frames.once(flags.flagged, period)
    wards = np.concatenate([[0], frames.wards.index])
    place = (
        pd.Index(wards).get_indexer(flagged["ward"]),
        frames.indicators.index.get_indexer(flagged["indicator"]),
        frames.periods.index.get_indexer(flagged["period"]),
    )
    age = _age(frames, period)[place]
    new = (age == 1) | ((flagged["kind"] == "shift") & (age <= RECENT))
    own = flagged[new & (flagged["sign"] == -1)]
    own = own.assign(order=-own["size"]).sort_values("order", kind="stable")
    return list(own.drop_duplicates(["ward", "indicator"]).itertuples(index=False))


def _age(frames, period):
    """How new the figures are: an array like the cube, 1 for the last reported up to `period`."""
    ended = (frames.periods["end"] <= frames.periods.at[period, "end"]).to_numpy()
    reported = (frames.cube[0] == measures.REPORTED) & ended
    return reported[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]


def aims(forecasts, indicators):
    """(indicator, its row as a dict) of the district's targets that are at risk or will be missed.

    `forecasts` is from `forecast.forecasts`, `indicators` the ids to look at.
    """
    whole = forecasts.xs(0, level="ward")
    risky = whole[whole["class"].isin(["at_risk", "will_be_missed"]) & whole.index.isin(indicators)]
    return list(zip(risky.index, risky.to_dict("records"), strict=True))
