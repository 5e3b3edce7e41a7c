"""One indicator through time: pooled figures, targets in force, peers, how far the wards lie apart.

Pure numpy and pandas: no Django, no database. A period is one of the indicator's own frequency; what
was not reported is NaN, and a pooled figure always says how many wards it rests on.
"""

import numpy as np
import pandas as pd

from . import measures
from .evaluation import intervals

# A ward is like another when its population is between two thirds and one and a half times as large;
# with fewer such wards than this, one of them would stand for all.
LIKE, FEWEST_PEERS = 1.5, 3
# The spread of fewer wards than this says nothing, nor does its change over fewer periods.
FEWEST_WARDS, FEWEST_PERIODS = 4, 6


def periods(frames, indicator, until):
    """The rows of frames.periods of the indicator's frequency that had ended by `until`, in time."""
    of = frames.periods
    kind = frames.indicators.at[indicator, "frequency"]
    return of[(of["kind"] == kind) & (of["end"] <= until)]


def cells(frames, indicator, until):
    """`measures.trends` of the periods that had ended by `until`, with a column small.

    small: a denominator under the indicator's smallest.
    """
    found = frames.once(measures.trends, indicator)
    found = found[found["period"].isin(periods(frames, indicator, until).index)]
    of = frames.indicators.loc[indicator]
    small = (found["denominator"] < of["smallest_denominator"]) & (of["kind"] == "ratio")
    return found.assign(small=small).reset_index(drop=True)


def pooled(frames, indicator, wards=None):
    """The figure of several wards together, period by period; of the whole district without any.

    Returns a DataFrame indexed by all periods of the indicator's frequency with columns numerator,
    denominator (sums over the reported wards), value (their rate, or their sum; published scores
    are averaged), each (the rate, or the mean of the reported wards), state (the first of STATES
    that a ward has; not_due where nobody was asked), reported and due (numbers of wards).
    """
    place = frames.indicators.index.get_loc(indicator)
    of = frames.indicators.loc[indicator]
    rows = slice(None)
    if wards is not None:
        rows = 1 + frames.wards.index.get_indexer(list(wards))
    columns = (frames.periods["kind"] == of["frequency"]).to_numpy()
    state, numerator, denominator = (each[rows, place][:, columns] for each in frames.cube)
    there = state == measures.REPORTED
    count = there.sum(axis=0)
    above, below = (
        np.where(count > 0, np.where(there, np.nan_to_num(each), 0).sum(axis=0), np.nan)
        for each in (numerator, denominator)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = above / count
        rate = np.where(below > 0, above / below, np.nan)
    ratio, mark = of["kind"] == "ratio", of["kind"] == "score"
    first = state.min(axis=0, initial=measures.NOT_ASKED)
    return pd.DataFrame(
        {
            "numerator": above,
            "denominator": below if ratio else np.nan,
            "value": rate if ratio else mean if mark else above,
            "each": rate if ratio else mean,
            "state": np.array([*measures.STATES, "not_due"])[first],
            "reported": count,
            "due": (state <= measures.NOT_AVAILABLE).sum(axis=0),
        },
        index=frames.periods.index[columns],
    )


def targets(frames, indicator, of, ward=0):
    """The target in force at the end of each period in `of` (rows of frames.periods): a Series.

    NaN before the first one; a ward's own goes before the one for all, as in `measures.targets`.
    """
    rows = frames.targets[frames.targets["indicator"] == indicator]
    found = np.full(len(of), np.nan)
    for owner in dict.fromkeys([0, ward]):
        own = rows[rows["ward"] == owner]
        place = np.searchsorted(own["since"].to_numpy(), of["end"].to_numpy(), side="right") - 1
        if len(own):
            found = np.where(place >= 0, own["target"].to_numpy()[place], found)
    return pd.Series(found, of.index)


def district(frames, indicator, period):
    """`pooled` of the whole district up to the end of a period, with interval and target.

    Adds low and high (Wilson's 95 % interval of a rate, NaN for anything else) and target.
    """
    of = periods(frames, indicator, frames.periods.at[period, "end"])
    found = pooled(frames, indicator).loc[of.index]
    low, high = rated(frames, indicator, found)
    return found.assign(low=low, high=high, target=targets(frames, indicator, of))


def rated(frames, indicator, found):
    """Wilson's 95 % intervals of a frame's numerators and denominators; NaN for what is no rate."""
    if frames.indicators.at[indicator, "kind"] != "ratio":
        return np.nan, np.nan
    return intervals.wilson(found["numerator"], found["denominator"])


def peers(frames, ward):
    """The wards that one is fairly held against: (their ids, whether they were chosen by size).

    Those of like population; where its own is not known, or too few others are like it, all others.
    """
    others = frames.wards["population"].drop(ward)
    own = frames.wards.at[ward, "population"]
    like = others.index[(others >= own / LIKE) & (others <= own * LIKE)]
    return (like, True) if len(like) >= FEWEST_PEERS else (others.index, False)


def quartiles(cells):
    """How the wards lie apart in each period, from `cells`; linear between two of them.

    Returns a DataFrame indexed by period with columns low, median and high (quartiles), spread (high
    minus low; NaN for fewer than FEWEST_WARDS) and wards (with a figure).
    """
    of_wards = cells[cells["ward"] != 0]
    values = of_wards.groupby("period", sort=False)["value"]
    found = values.quantile([0.25, 0.5, 0.75]).unstack()
    found = found.reindex(columns=[0.25, 0.5, 0.75]).set_axis(["low", "median", "high"], axis=1)
    found = found.astype("float64").reindex(list(dict.fromkeys(of_wards["period"])))
    found["wards"] = values.count().reindex(found.index)
    spread = found["high"] - found["low"]
    return found.assign(spread=spread.where(found["wards"] >= FEWEST_WARDS))


def narrowing(spread):
    """Whether the wards come closer together: the mean spread of the earlier and the later half.

    Returns (earlier, later, turn): turn is 1 where the later is under four fifths of the earlier, -1
    where it is over five fourths, else 0; None with fewer than FEWEST_PERIODS to go by.
    """
    there = spread.dropna()
    if len(there) < FEWEST_PERIODS:
        return np.nan, np.nan, None
    earlier, later = there.iloc[: len(there) // 2].mean(), there.iloc[len(there) // 2 :].mean()
    return earlier, later, int(later < 0.8 * earlier) - int(later > 1.25 * earlier)


def before(cells, earlier, flow):
    """What an earlier time would have given each ward: a Series along `cells`, NaN for none.

    Both are from `scoring.compared`. A flow of the earlier time stands for as many periods as were
    reported in the later one, so that a year can be held against a month.
    """
    found = earlier["per_period"].reindex(cells.index)
    return found * cells["reported"].clip(lower=1) if flow else found


def raised(frames, flagged, period):
    """How many cells of the span of a period bear a flag: a Series by indicator, 0 for none."""
    span = frames.periods.index[measures.span_of(frames, period)]
    there = flagged[flagged["period"].isin(span)].drop_duplicates(["ward", "indicator", "period"])
    counts = there["indicator"].value_counts()
    return counts.reindex(frames.indicators.index, fill_value=0).astype("float64")


def latest(frames, flagged):
    """Flags with the newest period first, within one by ward and kind."""
    place = frames.periods.index.get_indexer(flagged["period"])
    found = flagged.assign(place=-place).sort_values(["place", "ward", "kind"], kind="stable")
    return found.drop(columns="place").reset_index(drop=True)
