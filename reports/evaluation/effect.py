"""What changed: the time before the pilot against the pilot, and the break in a series.

Both say what differs and how surely. Neither says why: without a group to compare with, a change is
not shown to come from the pilot.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import measures
from . import intervals

SIDE = 8  # reported periods that each side of a break needs


def before_after(frames, start, end):
    """The baseline's window against the days from `start` to `end`, ward by ward and pooled.

    Returns a DataFrame indexed by (indicator, ward), in the order of both, ward 0 first: all wards
    pooled (sums over sums), or the district itself for what it reports itself. Columns:

    - before, after, change: rates as shares; flows as a mean over the reported ward-periods, stocks
      as the last reported figure (pooled: its mean over wards), published scores as a mean. NaN
      where nothing was reported or nothing was due.
    - low, high: 95 % interval of the change, NaN where there is none; by `method`: newcombe (rates
      of flows), exact (counts of events; the exact interval of the ratio after : before, told as a
      change from the level that was seen before), none (stocks, scores, amounts, yes or no; shares
      of money, see `intervals.of_cases`; nothing due or reported on a side; a count of 0 before,
      to which nothing is in proportion).
    - n_before, n_after: reported ward-periods.
    - better: 1 gain, -1 loss, 0 same by the indicator's direction or band; NaN without a change.
    - certain: whether the interval leaves out no change. It speaks of chance alone.

    Only periods wholly inside a window count, and ward-periods are taken as independent.
    """
    before, after = (_window(frames, *days) for days in (frames.baseline, (start, end)))
    found = {"before": before["figure"], "after": after["figure"]}
    found["change"] = found["after"] - found["before"]
    found["low"], found["high"], found["method"] = _interval(frames, before, after)
    found["n_before"], found["n_after"] = before["reported"], after["reported"]
    short = [measures.shortfall(frames.indicators, found[name]) for name in ("before", "after")]
    found["better"] = np.sign(np.round(short[0] - short[1], 9))
    found["certain"] = (found["low"] > 0) | (found["high"] < 0)
    wards = np.array([0, *frames.wards.index])
    keys = pd.MultiIndex.from_product([frames.indicators.index, wards], names=["indicator", "ward"])
    asked = (frames.indicators["level"] == "ward").to_numpy()[:, None] | (wards == 0)
    rows = pd.DataFrame({name: each.reshape(-1) for name, each in found.items()}, index=keys)
    return rows[asked.reshape(-1)]


def _window(frames, start, end):
    """figure, numerator, denominator and reported over the periods inside, as a dict of arrays.

    indicators x wards, in the first column all wards pooled or the district itself.
    """
    cells = measures.cells(frames, measures.span(frames, start, end, else_last=False))
    totals = measures.totals(frames, cells)
    place = (
        frames.indicators.index.get_indexer(cells["indicator"]),
        pd.Index([0, *frames.wards.index]).get_indexer(cells["ward"]),
    )
    found = {}
    for name, pooled, nothing in (
        ("per_period", "per_cell", np.nan),
        ("numerator", "numerator", np.nan),
        ("denominator", "denominator", np.nan),
        ("reported", "reported", 0),
    ):
        table = np.full((len(frames.indicators), 1 + len(frames.wards)), nothing)
        table[place] = cells[name]
        table[:, 0] = totals[pooled]
        found[name] = table
    found["figure"] = found.pop("per_period")
    found["reported"] = found["reported"].astype("int64")
    return found


def _interval(frames, before, after):
    """low, high and method of each change, arrays like those of `_window`."""
    kind = frames.indicators["kind"].to_numpy()
    drawn = ~measures.stocks(frames.indicators) & intervals.of_cases(frames).to_numpy()
    rates, counts = (
        np.broadcast_to((drawn & (kind == each))[:, None], before["figure"].shape)
        for each in ("ratio", "count")
    )
    # A ratio to nothing has no upper end: nothing can be said in proportion to it.
    counts = counts & (before["figure"] > 0)
    low, high = (np.full(before["figure"].shape, np.nan) for _side in range(2))
    low[rates], high[rates] = intervals.newcombe(
        *(each[name][rates] for each in (after, before) for name in ("numerator", "denominator"))
    )
    ratio = intervals.count_ratio(
        *(each[name][counts] for each in (after, before) for name in ("numerator", "reported"))
    )
    low[counts], high[counts] = (before["figure"][counts] * (each - 1) for each in ratio)
    there = ~np.isnan(low)
    method = np.select([rates & there, counts & there], ["newcombe", "exact"], "none")
    return low, high, method.astype(object)


@dataclass(frozen=True)
class Interrupted:
    """A series broken at a day: how the level and the slope changed there.

    reason: why it is refused, "" when it is shown: too_few_before, too_few_after (fewer than SIDE
    reported periods on a side), gaps (a period without a report, or none, in between), kind (yes or
    no, or several spans that overlap), no_variation (the figures lie on the lines without any
    scatter, so that there is nothing to tell chance by). periods: ids in time; values, fitted,
    expected (what would have come without a change; NaN before it): arrays along them, rates as
    shares, flows and stocks as a mean over the wards that reported. level: the jump in the first
    period after the break; slope: the change of slope per period; each with its 95 % interval.
    """

    reason: str
    periods: np.ndarray = field(default_factory=lambda: np.array([], "int64"))
    values: np.ndarray = field(default_factory=lambda: np.array([]))
    fitted: np.ndarray = field(default_factory=lambda: np.array([]))
    expected: np.ndarray = field(default_factory=lambda: np.array([]))
    level: float = np.nan
    level_low: float = np.nan
    level_high: float = np.nan
    slope: float = np.nan
    slope_low: float = np.nan
    slope_high: float = np.nan


def interrupted(frames, indicator, start):
    """Segmented regression of the district's figures of one indicator, broken at the day `start`.

    A straight line before and another after, by least squares, with errors that allow for
    neighbouring periods being alike (Newey and West 1987, Econometrica 55, 703-708; lags by
    4 (n/100)^(2/9), small-sample correction, t distribution). Such errors come out too small in
    series this short, so the interval is never narrower than the ordinary one: tried with two
    years of months, it then holds the truth 95 times of 100 where months are independent (Newey
    and West alone: 86), 89 times where neighbours correlate by 0.3. A period that lies across
    `start` belongs to neither side. Seasons are not taken out. Returns Interrupted, with periods
    and values also where it is refused. Source: Wagner et al. (2002), J Clin Pharm Ther 27, 299-309.
    """
    values = figures(frames)[indicator]
    kind = frames.indicators.at[indicator, "frequency"]
    periods = frames.periods[frames.periods["kind"] == kind]
    values = values.reindex(periods.index)
    there = np.flatnonzero(values.notna())
    # Before the first report there is no gap, there is nothing yet; likewise after the last.
    inside = slice(there[0], there[-1] + 1) if len(there) else slice(0, 0)
    periods, values = periods.iloc[inside], values.iloc[inside].to_numpy("float64")
    found = {"periods": periods.index.to_numpy(), "values": values}
    after, before = (periods["start"] >= start).to_numpy(), (periods["end"] < start).to_numpy()
    reason = _refused(frames.indicators.loc[indicator], periods, values, before, after)
    if reason:
        nothing = np.full(len(values), np.nan)
        return Interrupted(reason, **found, fitted=nothing, expected=nothing)
    return _broken(found, values, before, after)


def _refused(indicator, periods, values, before, after):
    """The reason why a series is not broken in two, "" where it is."""
    reported = ~np.isnan(values)
    touching = (
        periods["start"].iloc[1:].to_numpy()
        == (periods["end"].iloc[:-1] + pd.Timedelta(days=1)).to_numpy()
    )
    overlapping = (
        periods["start"].iloc[1:].to_numpy() <= periods["end"].iloc[:-1].to_numpy()
    ).any()
    reasons = {
        "kind": indicator["kind"] == "yes_no" or overlapping,
        "too_few_before": (reported & before).sum() < SIDE,
        "too_few_after": (reported & after).sum() < SIDE,
        "gaps": not reported.all() or not touching.all(),
    }
    return next((code for code, holds in reasons.items() if holds), "")


def _broken(found, values, before, after):
    from statsmodels.regression.linear_model import OLS

    time = np.arange(len(values), dtype="float64")
    first = time[after][0]
    since = np.where(after, time - first, 0.0)
    design = np.column_stack([np.ones(len(time)), time - first, after.astype("float64"), since])
    used = before | after
    fit = OLS(values[used], design[used]).fit()
    if np.abs(fit.resid).max() <= 1e-9 * np.abs(values[used]).max():
        nothing = np.full(len(values), np.nan)
        return Interrupted("no_variation", **found, fitted=nothing, expected=nothing)
    lags = int(4 * (used.sum() / 100) ** (2 / 9))
    robust = fit.get_robustcov_results("HAC", maxlags=lags, use_correction=True, use_t=True)
    wide = np.where(robust.bse > fit.bse, robust.conf_int(0.05).T, fit.conf_int(0.05).T)
    (level_low, slope_low), (level_high, slope_high) = wide[:, 2:4]
    return Interrupted(
        "",
        **found,
        fitted=np.where(used, design @ fit.params, np.nan),
        expected=np.where(after, design[:, :2] @ fit.params[:2], np.nan),
        level=fit.params[2],
        level_low=level_low,
        level_high=level_high,
        slope=fit.params[3],
        slope_low=slope_low,
        slope_high=slope_high,
    )


def figures(frames):
    """The district's figures, periods x indicators, on a footing that a missing return does not move.

    Rates as in `measures.series`; everything else as a mean over the wards that reported. NaN where
    nobody did.
    """
    series = frames.once(measures.series)
    reported = (frames.cube[0] == measures.REPORTED).sum(axis=0).T
    added = frames.indicators["kind"].isin(["count", "amount", "yes_no"]).to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        return series / np.where(added, np.where(reported, reported, np.nan), 1)
