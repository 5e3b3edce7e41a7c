"""What a person should look at: lasting shifts, outliers and sudden drops. Flags change no number.

Each series is held against itself by its median and its spread: 1.4826 times the median absolute
deviation (MAD), which equals the standard deviation of normal figures. Where more than half of the
figures are the same the MAD is 0, and 1.2533 times the mean absolute deviation stands in, so that one
odd figure among equals is seen; where all are the same there is nothing to flag.
Source: Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, ASQC; sums as in Page (1954),
Biometrika 41, 100-115, with the constants of Montgomery, Introduction to Statistical Quality Control.
"""

import numpy as np
import pandas as pd

from .. import measures

SLACK, LIMIT = (
    0.5,
    5.0,
)  # k and h of the CUSUM, in spreads: finds lasting shifts of about one spread
FAR = 3.5  # of the modified z-score
BEFORE = 12  # steps that say what a usual step is
LEAST = 8  # reported figures that a series needs for any flag; steps before a drop
COLUMNS = ["ward", "indicator", "period", "kind", "sign", "size"]


def cusum(values, base=None):
    """The cumulative sums of one series above and below its centre: (up, down, alarms).

    Takes an array in time, NaN for gaps, which are skipped (NaN in the sums); the figures where the
    boolean array `base` holds say what is usual, by default all. up and down are in spreads, from 0;
    alarms is boolean: one of them lies above 5.

    With k = 0.5 and h = 5 and all known beforehand, figures that only scatter raise an alarm about
    once in 465 periods. Where few figures say what is usual it is more often: with twelve months
    of 24, in one steady series of five (and a shift by one spread is found in three of five); with
    the series' own 24, in one of fourteen (and in one of five).
    """
    values = np.asarray(values, "float64")[None, :]
    if base is None:
        z = _standardised(values, values)
    else:
        z = _against(values, np.where(np.asarray(base)[None, :], values, np.nan))
    up, down = _sums(z)
    with np.errstate(invalid="ignore"):
        return up[0], down[0], ((up > LIMIT) | (down > LIMIT))[0]


def usual(frames, values):
    """Which figures of a series along frames.periods say what is usual, for `cusum` as in `flagged`.

    The time before the pilot where it has at least LEAST figures: a boolean array; else None.
    """
    before = _before(frames) & ~np.isnan(np.asarray(values, "float64"))
    return before if before.sum() >= LEAST else None


def outliers(values):
    """Modified z-scores of one series, 0.6745 (x - median) / MAD; |z| above 3.5 is an outlier.

    NaN stays NaN; 0 where all figures are the same.
    """
    values = np.asarray(values, "float64")[None, :]
    return _standardised(values, values)[0]


def flagged(frames, period):
    """The flags of all wards and indicators up to a period, by its id.

    Returns a DataFrame with columns ward (0: what the district itself reports), indicator, period,
    kind, sign (1 for the better, -1 for the worse; 0 where a band makes it neither), size; in time,
    then by ward and indicator in their order. Kinds:

    - shift: the first period in which the series lies, or has drifted, lastingly off its centre; size
      is the sum, in spreads. What is usual is told from the time before the pilot where that has at
      least LEAST figures, else from the series itself.
    - outlier: one figure far off the others; size is the modified z-score without its sign.
    - drop: a step for the worse, far beyond the BEFORE steps before it; size likewise.

    A flag needs LEAST reported figures up to the period. Yes or no is never flagged, nor is a rate
    whose denominator is under the indicator's smallest.
    """
    values, places = _series(frames, period)
    found = [*_shifts(frames, values, places), *_outlying(frames, values, places)]
    found = [*found, *_drops(frames, values, places)]
    rows = {name: np.concatenate([each[name] for each in found]) for name in found[0]}
    rows = pd.DataFrame(rows).sort_values(["time", "place", "row", "kind"], kind="stable")
    rows["ward"] = np.concatenate([[0], frames.wards.index])[rows["place"]]
    rows["indicator"] = frames.indicators.index.to_numpy()[rows["row"]]
    rows["period"] = frames.periods.index.to_numpy()[rows["time"]]
    return rows[COLUMNS].reset_index(drop=True)


def _series(frames, period):
    """Figures wards x indicators x n-th reported, moved together, and their places in time.

    Moved together gaps take no part, and a quarter stands beside the next; NaN after the last.
    """
    state, numerator, denominator = frames.cube
    indicators = frames.indicators
    kind = indicators["kind"].to_numpy()[:, None]
    smallest = indicators["smallest_denominator"].to_numpy()[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(
            (denominator > 0) & (denominator >= smallest), numerator / denominator, np.nan
        )
    values = np.where(kind == "ratio", rate, numerator)
    ended = (frames.periods["end"] <= frames.periods.at[period, "end"]).to_numpy()
    values = np.where((state == measures.REPORTED) & (kind != "yes_no") & ended, values, np.nan)
    places = np.argsort(np.isnan(values), axis=2, kind="stable")
    values = np.take_along_axis(values, places, axis=2)
    # A series too short for any flag is left out as a whole.
    few = (~np.isnan(values)).sum(axis=2) < LEAST
    return np.where(few[:, :, None], np.nan, values), places


def _shifts(frames, values, places):
    base = np.where(_before(frames)[places], values, np.nan)
    enough = (~np.isnan(base)).sum(axis=2, keepdims=True) >= LEAST
    z = np.where(enough, _against(values, base), _standardised(values, values))
    base = np.where(enough, base, values)
    centre, spread = _centre(base), _spread(base)
    for side, sums in zip((1, -1), _sums(z), strict=True):
        with np.errstate(invalid="ignore"):
            over = sums > LIMIT
        onset = over & ~np.concatenate([np.zeros_like(over[:, :, :1]), over[:, :, :-1]], axis=2)
        sign = _gain(frames, centre, centre + side * spread)
        yield _rows("shift", onset, places, np.broadcast_to(sign, values.shape), sums)


def _before(frames):
    """Which periods lie within the baseline."""
    first, last = frames.baseline
    return ((frames.periods["start"] >= first) & (frames.periods["end"] <= last)).to_numpy()


def _outlying(frames, values, places):
    far = np.abs(_standardised(values, values))
    with np.errstate(invalid="ignore"):
        yield _rows("outlier", far > FAR, places, _gain(frames, _centre(values), values), far)


def _drops(frames, values, places):
    worse = -np.diff(-_short(frames, values), axis=2, prepend=np.nan)
    padded = np.concatenate([np.full((*worse.shape[:2], BEFORE), np.nan), worse], axis=2)
    usual = np.lib.stride_tricks.sliding_window_view(padded, BEFORE, axis=2)[:, :, :-1]
    far = _standardised(worse[..., None], usual)[..., 0]
    enough = (~np.isnan(usual)).sum(axis=3) >= LEAST
    with np.errstate(invalid="ignore"):
        drop = enough & (worse > 0) & (far > FAR)
    yield _rows("drop", drop, places, np.full(values.shape, -1.0), far)


def _rows(kind, where, places, sign, size):
    """The flagged places as columns: place (of the ward), row (of the indicator), time, …"""
    place, row, order = np.nonzero(where)
    return {
        "place": place,
        "row": row,
        "time": places[place, row, order],
        "kind": np.full(len(place), kind, object),
        "sign": sign[place, row, order].astype("int64"),
        "size": size[place, row, order],
    }


def _short(frames, values):
    """`measures.shortfall` of wards x indicators x n."""
    return measures.shortfall(frames.indicators, values.swapaxes(0, 1)).swapaxes(0, 1)


def _gain(frames, before, after):
    """1 where `after` is better than `before`, -1 worse, 0 the same or not there."""
    gain = _short(frames, before) - _short(frames, after)
    return np.nan_to_num(np.sign(np.round(gain, 9)))


def _median(values):
    """The median along the last axis, kept; NaN where there is nothing. Sorting beats nanmedian."""
    ordered = np.sort(values, axis=-1)  # NaN goes last
    count = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    if not values.shape[-1]:
        return np.full((*values.shape[:-1], 1), np.nan)
    low, high = (np.maximum(each, 0) for each in ((count - 1) // 2, count // 2))
    middle = [np.take_along_axis(ordered, each, axis=-1) for each in (low, high)]
    return np.where(count > 0, (middle[0] + middle[1]) / 2, np.nan)


_centre = _median


def _spread(values):
    """The robust standard deviation along the last axis, kept; 0 where all figures are the same."""
    off = np.abs(values - _centre(values))
    count = (~np.isnan(off)).sum(axis=-1, keepdims=True)
    mean = np.nansum(off, axis=-1, keepdims=True) / np.maximum(count, 1)
    median = _median(off)
    # What floating point leaves of equal rates is no spread.
    scale = 1e-9 * np.abs(_centre(values))
    spread = np.where(median > scale, median / 0.6745, np.where(mean > scale, mean * 1.2533, 0.0))
    return np.where(count > 0, spread, np.nan)


def _standardised(values, usual):
    """How many spreads the values lie off the centre of `usual`; 0 where that has no spread."""
    spread = _spread(usual)
    off = values - _centre(usual)
    return np.where(
        spread > 0, off / np.where(spread > 0, spread, 1), np.where(np.isnan(off), off, 0)
    )


def _against(values, base):
    """`_standardised`, with the spread widened for being told from a few figures of the past.

    The MAD of n figures comes out too small by about 0.8 in n (Croux and Rousseeuw 1992), and the
    median itself scatters by pi / 2n of the variance.
    """
    count = np.maximum((~np.isnan(base)).sum(axis=-1, keepdims=True), 1)
    return _standardised(values, base) / (
        count / np.maximum(count - 0.8, 0.2) * np.sqrt(1 + np.pi / (2 * count))
    )


def _sums(z):
    """The one-sided sums along the last axis: (up, down). A gap leaves them where they were."""
    up, down = np.full(z.shape, np.nan), np.full(z.shape, np.nan)
    above = below = np.zeros(z.shape[:-1])
    for n in range(z.shape[-1]):
        now = z[..., n]
        there = ~np.isnan(now)
        above = np.where(there, np.maximum(0, above + now - SLACK), above)
        below = np.where(there, np.maximum(0, below - now - SLACK), below)
        up[..., n] = np.where(there, above, np.nan)
        down[..., n] = np.where(there, below, np.nan)
    return up, down
