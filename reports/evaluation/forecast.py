"""Where each figure will stand when its target falls due, at the run rate of the last periods.

Targets are stated for one period (a rate, a stock, a flow per ward and period; see
`measures.overview`), so the question is where the figure of the last period by then will lie.
"""

from statistics import NormalDist

import numpy as np
import pandas as pd

from .. import measures
from . import effect

LAST = 12  # reported periods that the run rate is told from
LEAST = 4  # reported periods without which nothing is said
Z = NormalDist().inv_cdf(0.9)  # of the slope's interval: one chance in ten on either side
NOISE = 1e-9  # of floating point
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
COLUMNS = ["class", "reason", "now", "target", "expected", "low", "high", "rate", "needed"]
COLUMNS += ["periods_left"]


def forecasts(frames, day, end):
    """Whether each target in force on `end` will be met, from the figures of periods ended by `day`.

    Returns a DataFrame indexed by (indicator, ward), in the order of both, ward 0 first: all wards
    pooled, or what the district reports itself. Rates as shares, flows and stocks per ward (and
    period). Columns:

    - class: will_be_met where the whole interval lies on the good side of the target,
      will_be_missed where it lies on the wrong side, at_risk where it straddles it,
      cannot_be_said.
    - reason: why it cannot be said: no_target, no_figures, no_band (a band without both edges), kind
      (yes or no), frequency (spans that start anew, as the year to date), too_few (fewer than LEAST
      reported periods); `ended` where no period is left, so that the last figure decides; else "".
    - now: the last reported figure. target. expected, low, high: the figure of the last period that
      ends by `end`, NaN where it cannot be said. rate: the change per period so far. needed: the
      change per period that leads to the target, 0 where it is reached. periods_left: from the
      period of `now` to the last.

    The line is that of Theil and Sen over the last LAST reported periods: the median of the slopes
    of all pairs, with Sen's interval for it. Each reported figure, carried on along the line, is one
    guess at the last period; expected is their median along the median slope, low their 10 % point
    along the low end of the slope, high their 90 % point along the high end, all cut off where no
    figure can lie. So one odd figure does not turn the forecast, and a better last figure never
    makes it worse. Tried on straight lines with normal scatter, the interval holds the figure 85 to
    94 times of 100, for 4 to 12 reported periods and 1 to 12 periods ahead. Seasons are not seen.
    Source: Sen (1968), JASA 63, 1379-1389; slopes as in `scipy.stats.theilslopes`.
    """
    figures, wards = _figures(frames, day), [0, *frames.wards.index]
    shape = figures.shape[:2]
    last = _last_period(frames, end, shape)
    targets = [measures.targets(frames, end, ward).to_numpy() for ward in wards]
    found = _line(figures, _times(frames), last, frames.indicators)
    found["target"] = np.stack(targets, axis=1) if len(wards) else np.empty(shape)
    _classified(frames.indicators, found)
    keys = pd.MultiIndex.from_product([frames.indicators.index, wards], names=["indicator", "ward"])
    asked = (frames.indicators["level"] == "ward").to_numpy()[:, None] | (np.array(wards) == 0)
    rows = pd.DataFrame({name: found[name].reshape(-1) for name in COLUMNS}, index=keys)
    return rows[asked.reshape(-1)]


def _figures(frames, day):
    """Figures of periods ended by `day`, indicators x wards (the district first) x periods."""
    state, numerator, denominator = frames.cube
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(denominator > 0, numerator / denominator, np.nan)
    ratio = (frames.indicators["kind"] == "ratio").to_numpy()[:, None]
    values = np.where(state == measures.REPORTED, np.where(ratio, rate, numerator), np.nan)
    values[0] = effect.figures(frames).to_numpy().T
    ended = (frames.periods["end"] <= day).to_numpy()
    return np.where(ended, values, np.nan).swapaxes(0, 1)


def _times(frames):
    """The number of each period among those of its kind, so that a gap takes its time; NaN if none."""
    length = frames.periods["kind"].map(MONTHS).to_numpy("float64")
    return _months(frames.periods["end"]) / length


def _months(days):
    after = pd.DatetimeIndex(days) + pd.Timedelta(days=1)
    return (after.year * 12 + after.month - 1).to_numpy("float64")


def _last_period(frames, end, shape):
    """The number of the last whole period by `end`, for each indicator and ward."""
    length = frames.indicators["frequency"].map(MONTHS).to_numpy("float64")
    return np.broadcast_to(np.floor(_months([end]) / length)[:, None], shape)


def _line(figures, times, last, indicators):
    """now, rate, expected, low, high, periods_left and count: a dict of arrays, indicators x wards."""
    # The last reported periods, moved together to the end; before them NaN.
    order = np.argsort(~np.isnan(figures), axis=2, kind="stable")[:, :, -LAST:]
    values = np.take_along_axis(figures, order, axis=2)
    time = np.where(np.isnan(values), np.nan, times[order])
    count = (~np.isnan(values)).sum(axis=2)
    now = values[:, :, -1] if values.shape[2] else np.full(count.shape, np.nan)
    left = last - time[:, :, -1] if values.shape[2] else now
    first, second = np.triu_indices(values.shape[2], 1)
    slopes = np.sort(
        (values[:, :, second] - values[:, :, first]) / (time[:, :, second] - time[:, :, first])
    )
    pairs = count * (count - 1) // 2
    spread = Z * np.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    found = {"now": now, "periods_left": left, "count": count}
    found["rate"] = _point(slopes, 0.5, pairs)
    ends = {
        "low": (_at(slopes, np.round((pairs - spread) / 2) - 1, pairs), 0.1),
        "expected": (found["rate"], 0.5),
        "high": (_at(slopes, np.round((pairs + spread) / 2), pairs), 0.9),
    }
    ahead = last[:, :, None] - time
    for name, (slope, share) in ends.items():
        guesses = np.sort(values + slope[:, :, None] * ahead)
        found[name] = _possible(_point(guesses, share, count), values, indicators)
    return found


def _at(ordered, place, count):
    """The value at a place of each sorted row of `count` values, the nearest one where there is none."""
    if not ordered.shape[-1]:
        return np.full(ordered.shape[:-1], np.nan)
    place = np.clip(place, 0, np.maximum(count - 1, 0)).astype("int64")
    return np.take_along_axis(ordered, place[..., None], axis=-1)[..., 0]


def _point(ordered, share, count):
    """The value below which a share of each sorted row lies, between its neighbours."""
    place = share * (count - 1)
    below, above = (_at(ordered, each(place), count) for each in (np.floor, np.ceil))
    return below + (above - below) * (place - np.floor(place))


def _possible(guess, values, indicators):
    """Cut off where no figure can lie: below 0, over the whole (unless a figure did), over the most."""
    with np.errstate(invalid="ignore"):
        beyond = (values > 1).any(axis=2)
        negative = (values < 0).any(axis=2)
    kind = indicators["kind"].to_numpy()[:, None]
    most = np.where((kind == "ratio") & ~beyond, 1.0, np.inf)
    points = indicators["points"].to_numpy()[:, None]
    most = np.where((kind == "score") & ~np.isnan(points), points, most)
    return np.minimum(np.maximum(guess, np.where(negative, -np.inf, 0.0)), most)


def _classified(indicators, found):
    """Adds class, reason and needed; takes away what cannot be said."""
    now, target, left = found["now"], found["target"], found["periods_left"]
    bottom, top = _good(indicators, target)
    kind = indicators["kind"].to_numpy()[:, None]
    frequency = indicators["frequency"].isin(list(MONTHS)).to_numpy()[:, None]
    reasons = {
        "no_target": np.isnan(target),
        "no_figures": np.isnan(now),
        "no_band": np.isnan(bottom) | np.isnan(top),
        "kind": np.broadcast_to(kind == "yes_no", now.shape),
        "frequency": np.broadcast_to(~frequency, now.shape),
        "ended": left <= 0,
        "too_few": found["count"] < LEAST,
    }
    found["reason"] = np.select(list(reasons.values()), list(reasons), "").astype(object)
    ended, said = found["reason"] == "ended", found["reason"] == ""
    for name in ("expected", "low", "high"):
        found[name] = np.where(ended, now, np.where(said, found[name], np.nan))
    low, high = found["low"], found["high"]
    said = said | ended
    found["class"] = np.select(
        [~said, (low >= bottom) & (high <= top), (high < bottom) | (low > top)],
        ["cannot_be_said", "will_be_met", "will_be_missed"],
        "at_risk",
    ).astype(object)
    edge = np.clip(now, bottom + NOISE, top - NOISE)
    found["needed"] = np.where(left > 0, edge - now, np.nan) / np.where(left > 0, left, 1)


def _good(indicators, target):
    """From where to where figures meet the target; it is stated for a band by its distance from it."""
    direction = indicators["direction"].to_numpy()[:, None]
    low, high = (indicators[name].to_numpy()[:, None] for name in ("best", "best_high"))
    outside = np.maximum(0, np.maximum(low - target, target - high))
    bottom = np.select(
        [direction == "lower", direction == "band"], [-np.inf, low - outside], target
    )
    top = np.select([direction == "lower", direction == "band"], [target, high + outside], np.inf)
    return bottom - NOISE, top + NOISE
