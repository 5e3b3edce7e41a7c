"""Posts against people, and what the people are, for all wards of a pilot. Pure pandas.

Posts and how many hold them are told to everybody. What the people are is counted here and nowhere
else: `quality` and `pyramid` ask `withholding` for what must not be told to whoever may not see all
rosters, so that every screen and file shows the same. What a ward's own page says must be the same
figures: see wards/staffing.py.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import withholding

UNKNOWN = "unknown"
# What is counted, and its keys in their order.
KEYS = {
    "lacking": ["met", "level", "field", "theory"],
    "level": [0, 1, 2, 3, 4, 5],
    "theory": [0, 1, 2, 3, 4],
    "training": [0, 1, 2, 3, 4],
    "age": ["30", "40", "50", "working", "beyond"],
    "sex": ["f", "m"],
    "language": [True, False],
    "it": [True, False],
    "grade": ["excellent", "good", "fulfilled", "not_fulfilled"],
}
NUMBERS = ["posts", "filled", "vacant", "surplus", "concurrent"]


# Posts -----------------------------------------------------------------------------------------


def lines(staff, day):
    """How the pilot's wards stand on `day`, position by position.

    Returns a DataFrame indexed by (ward, position), those that have posts or people alone, in the
    order of wards and positions, with the columns of NUMBERS. Filled is who holds a main post;
    whoever is beyond the posts of a position is surplus there and fills no vacancy elsewhere.
    """
    posts = staff.posts[staff.posts["since"] <= day]
    posts = posts.drop_duplicates(["ward", "position"], keep="last")
    posts = posts.set_index(["ward", "position"])["posts"]
    there = _there(staff.people, day)
    counted = there.groupby(["ward", "position", "concurrent"]).size().unstack(fill_value=0)
    counted = counted.reindex(columns=[False, True], fill_value=0)
    frame = pd.DataFrame({"posts": posts, "filled": counted[False], "concurrent": counted[True]})
    frame = frame.fillna(0).astype("int64")
    beyond = frame["filled"] - frame["posts"]
    frame["vacant"], frame["surplus"] = (-beyond).clip(lower=0), beyond.clip(lower=0)
    frame = frame[(frame[NUMBERS] > 0).any(axis=1)][NUMBERS]
    places = [
        staff.wards.index.get_indexer(frame.index.get_level_values("ward")),
        staff.positions.index.get_indexer(frame.index.get_level_values("position")),
    ]
    order = np.lexsort(places[::-1])
    return frame.iloc[order[places[0][order] >= 0]]


def summed(found, by, index=None):
    """`lines` added up by "ward" or "position", in the order of `index` where it is given."""
    sums = found.groupby(level=by, sort=False).sum()
    return sums if index is None else sums.reindex(index, fill_value=0)


def over_time(staff, days):
    """The pilot's wards as a whole on each of `days`: a DataFrame indexed by day.

    Columns NUMBERS, wards (how many have a roster on that day), posts_each and filled_each (per
    such ward; NaN where there is none).
    """
    rows = []
    for day in days:
        found = lines(staff, day)
        wards = found.index.get_level_values("ward").nunique()
        rows.append([*found.sum(), wards])
    frame = pd.DataFrame(rows, pd.Index(days, name="day"), [*NUMBERS, "wards"])
    wards = frame["wards"].where(frame["wards"] > 0)
    return frame.assign(posts_each=frame["posts"] / wards, filled_each=frame["filled"] / wards)


def month_ends(first, last, today):
    """The ends of the months from the one of `first` to that of `last` that have come by `today`."""
    months = pd.period_range(first, last, freq="M")
    ends = [month.end_time.normalize() for month in months]
    return [day for day in ends if day <= today]


def beside(staff, before, day):
    """Each ward on two days: a DataFrame by ward with posts and filled, before_ and now_.

    Wards with a roster on one of the days alone; change is that of filled.
    """
    then, now = (summed(lines(staff, each), "ward") for each in (before, day))
    frame = then[["posts", "filled"]].add_prefix("before_")
    frame = frame.join(now[["posts", "filled"]].add_prefix("now_"), how="outer")
    frame = frame.reindex([ward for ward in staff.wards.index if ward in frame.index])
    return frame.assign(change=frame["now_filled"] - frame["before_filled"])


def shares(found, totals):
    """The share of each ward's posts that are filled beside its score.

    `found` are `lines`, `totals` those of `scoring.scores`. Returns a DataFrame by ward with posts,
    held, share (NaN without posts) and points.
    """
    sums = summed(found, "ward", totals.index)
    held = sums["posts"] - sums["vacant"]
    share = held / sums["posts"].where(sums["posts"] > 0)
    return pd.DataFrame(
        {"posts": sums["posts"], "held": held, "share": share, "points": totals["points"]}
    )


def _there(people, day):
    """The assignments in force on `day`."""
    return people[(people["start"] <= day) & (people["end"].isna() | (people["end"] >= day))]


# What the officers are -------------------------------------------------------------------------


@dataclass(frozen=True)
class Quality:
    """How many of those in main posts on `day` have what: ward by ward, and all together.

    cells: wards x keys, totals: by key, both NaN where withheld; people: how many by ward, everybody:
    in all.
    """

    kind: str
    day: pd.Timestamp
    cells: pd.DataFrame
    totals: pd.Series
    people: pd.Series
    everybody: int


def holders(staff, day):
    """Those in main posts on `day` in all wards of the district, with their age band and grade."""
    people = _there(staff.people, day)
    people = people[~people["concurrent"]]
    return people.assign(age=_bands(people, staff.ages, day), grade=_grades(staff, people, day))


def _bands(people, ages, day):
    """The bands of the official statistics, as `staffing.age` has them."""
    years = day.year - people["birth_year"]
    limit = people["sex"].map(ages).fillna(max(ages.values()))
    reached = [years <= 30, years <= 40, years <= 50, years <= limit, years > limit]
    return pd.Series(np.select(reached, KEYS["age"], UNKNOWN), people.index)


def _grades(staff, people, day):
    of = staff.ratings[staff.ratings["year"] == day.year].set_index("officer")["grade"]
    return people["officer"].map(of).fillna(UNKNOWN)


def quality(staff, kind, day, everything):
    """The Quality `kind` (of KEYS): on `day` for whoever may see all rosters (`everything`).

    For all others on the day of counting alone (of grades the end of the year before it), and with
    what must be withheld. That is worked out over all wards of the district, so that it is the same
    for each of its pilots; all together are told only where the pilot is of all of them. The age is
    then not told by ward at all: with the sexes by ward and the ages by sex it could be narrowed.
    """
    day = day if everything else counted_on(staff, kind)
    people = holders(staff, day)
    counts = _counts(people, "ward", kind)
    shown = [ward for ward in staff.wards.index if ward in counts.index]
    if everything:
        cells = counts.reindex(shown).astype("float64")
        totals = cells.sum()
    elif kind == "age":
        cells = pd.DataFrame(np.nan, shown, counts.columns)
        totals = _ages(people)[1]
    else:
        cells, totals = withholding.guarded(counts)
        cells = cells.reindex(shown)
    if len(shown) < len(counts) and not everything:
        totals = totals * np.nan
    size = counts.sum(axis=1).reindex(shown)
    return Quality(kind, day, cells, totals, size, int(size.sum()))


def counted_on(staff, kind):
    """The one day of which people are told to whoever may not see all rosters."""
    if kind != "grade" or staff.counting.month == 12:
        return staff.counting
    return pd.Timestamp(staff.counting.year - 1, 12, 31)


def graded_on(day):
    """The last end of a year by `day`: grades are given for years."""
    return day if (day.month, day.day) == (12, 31) else pd.Timestamp(day.year - 1, 12, 31)


def by_position(staff, kind, day):
    """How many have what, positions x keys: for whoever may see all rosters.

    Beside the figures by ward and the posts, which are of one or two people, it could not be
    withheld from others but as a whole.
    """
    people = holders(staff, day)
    people = people[people["ward"].isin(staff.wards.index)]
    counts = _counts(people, "position", kind)
    return counts.reindex([each for each in staff.positions.index if each in counts.index])


def pyramid(staff, day, everything):
    """Ages by sex over all wards: a DataFrame bands x sexes, NaN where withheld; and the day."""
    if everything:
        people = holders(staff, day)
        people = people[people["ward"].isin(staff.wards.index)]
        return _by_sex(people).T.astype("float64"), day
    people = holders(staff, staff.counting)
    cells, _totals = _ages(people)
    if not people["ward"].isin(staff.wards.index).all():
        cells = cells * np.nan
    return cells.T, staff.counting


def _ages(people):
    """Sexes x ages with what is withheld as NaN, and the totals of the ages."""
    counts = _by_sex(people)
    _wards, sexes = withholding.guarded(_counts(people, "ward", "sex"))
    known = [_by_sex(own, counts) for _ward, own in people.groupby("ward")]
    known = np.max(known, axis=0) if known else 0
    if not sexes.isna().any():
        return withholding.guarded(counts, insiders=False, known=known)
    # The sums of the sexes are not told: then ages are told without them.
    alone = counts.sum().to_frame().T
    return counts * np.nan, withholding.guarded(alone, insiders=False)[1]


def _by_sex(people, like=None):
    found = pd.crosstab(people["sex"].replace("", UNKNOWN), people["age"])
    if like is not None:
        return found.reindex(index=like.index, columns=like.columns, fill_value=0).to_numpy()
    return found.reindex(
        index=_present(found.index, "sex"), columns=_present(found.columns, "age"), fill_value=0
    )


def _counts(people, by, kind):
    """How many have which key, by ward or position; what is not recorded last, where it occurs."""
    has = people[kind].replace("", UNKNOWN)
    found = people.assign(has=has).groupby([by, "has"]).size().unstack(fill_value=0)
    return found.reindex(columns=_present(found.columns, kind), fill_value=0).astype("int64")


def _present(found, kind):
    return [*KEYS[kind], *([UNKNOWN] if UNKNOWN in found else [])]
