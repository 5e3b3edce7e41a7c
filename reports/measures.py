"""Frames to sums, rates, coverage, against target and baseline. Pure pandas: no Django, no database.

A cell is ward x indicator over a span of time. It is `reported` (zero included), `not_applicable`,
`not_available`, `missing` (due and not there) or `not_due`; the five are never merged, and nothing
that is not reported enters a sum. Rates are sums of numerators over sums of denominators.
"""

import numpy as np
import pandas as pd

# In this order the first one found speaks for a span of several periods.
STATES = ["reported", "missing", "not_available", "not_applicable", "not_due"]
DUE = ["reported", "missing", "not_available"]


def named_period(frames, code):
    """The id of the period with this code, None where the pilot has none."""
    found = frames.periods.index[frames.periods["code"] == code]
    return int(found[0]) if len(found) else None


def last_period(frames):
    """The id of the last period with figures, the shortest of those that end together; or None."""
    reported = frames.periods.index[frames.periods.index.isin(frames.values["period"])]
    return int(reported[-1]) if len(reported) else None


def span_of(frames, period):
    """`span` over the days of one period."""
    return span(frames.periods, *frames.periods.loc[period, ["start", "end"]])


def span(periods, start, end, else_last=True):
    """Which periods answer for the days from `start` to `end`, for each frequency.

    All periods inside, or where a frequency has none inside (a quarter, asked for May), the last
    one that had ended by then. Returns a DataFrame with columns frequency, period; in time.
    """
    ended = periods[periods["end"] <= end]
    inside = ended["start"] >= start
    if else_last:
        without = ~ended["kind"].isin(ended.loc[inside, "kind"])
        inside |= without & ~ended["kind"].duplicated(keep="last")
    chosen = ended[inside]
    return pd.DataFrame({"frequency": chosen["kind"], "period": chosen.index}).reset_index(
        drop=True
    )


def cells(frames, spans):
    """Every cell that could have been reported in `spans` (see `span`), one row each.

    Returns a DataFrame with columns ward, indicator, state, numerator, denominator, value (rate or
    figure; NaN where nothing was due), per_period (value, or a flow's mean over its reported
    periods, which is what goalposts and targets are stated for), periods (asked), due, reported
    (counts of periods), last (id of the last period asked), small (denominator under the
    indicator's smallest). Wards in their order, within them indicators in theirs; ward 0 is the
    district.
    """
    asked = grid(frames, frames.indicators, spans)
    _keep_last_of_stocks(asked, frames.indicators)
    asked["reported"] = asked["state"] == "reported"
    asked["due"] = asked["state"].isin(DUE)
    asked["rank"] = asked["state"].map(STATES.index)
    groups = asked.groupby(["ward", "indicator"], sort=False)
    cells = groups[["numerator", "denominator"]].sum(min_count=1)
    cells["state"] = groups["rank"].min().map(dict(enumerate(STATES)))
    cells[["reported", "due"]] = groups[["reported", "due"]].sum()
    cells["periods"] = groups.size()
    cells["last"] = groups["period"].last()
    return _valued(cells.reset_index(), frames.indicators)


def grid(frames, indicators, spans):
    """Every cell of `indicators` period by period, reported or not.

    The district-level ones stand at ward 0. Returns a DataFrame with columns ward, indicator,
    period, state, numerator, denominator.
    """
    asked = indicators[["level", "frequency"]].reset_index().merge(spans, on="frequency")
    wards = pd.DataFrame({"ward": frames.wards.index})
    by_ward = wards.merge(asked[asked["level"] == "ward"], how="cross")
    by_district = asked[asked["level"] == "district"].assign(ward=0)
    asked = pd.concat([by_ward, by_district], ignore_index=True)[["ward", "indicator", "period"]]
    asked = asked.merge(frames.values, "left", ["ward", "indicator", "period"])
    overdue = frames.periods["due"].reindex(asked["period"]) < frames.today
    unreported = np.where(overdue, "missing", "not_due")
    asked["state"] = asked["state"].where(asked["state"].notna(), unreported)
    return asked


def _keep_last_of_stocks(asked, indicators):
    """A stock does not add up over time: of several reported periods only the last keeps its numbers."""
    stocks = indicators.index[indicators["over_time"] == "stock"]
    reported = asked[(asked["state"] == "reported") & asked["indicator"].isin(stocks)]
    earlier = reported.index[reported.duplicated(["ward", "indicator"], keep="last")]
    asked.loc[earlier, ["numerator", "denominator"]] = np.nan


def _valued(cells, indicators):
    """Adds value, per_period and small to summed cells."""
    of = indicators.reindex(cells["indicator"])
    ratio = (of["kind"] == "ratio").to_numpy()
    flow = (of["over_time"] == "flow").to_numpy()
    cells["value"] = rate(cells["numerator"], cells["denominator"]).where(ratio, cells["numerator"])
    spread = flow & ~ratio & (cells["reported"] > 0)
    cells["per_period"] = cells["value"].where(~spread, cells["value"] / cells["reported"])
    smallest = of["smallest_denominator"].to_numpy()
    cells["small"] = ratio & (cells["denominator"] < smallest).to_numpy()
    return cells


def rate(numerator, denominator):
    """numerator / denominator, NaN where nothing was due; two Series of one index."""
    return numerator / denominator.where(denominator > 0)


def totals(frames, cells):
    """The district's figure for each indicator, from its reported cells.

    Returns a DataFrame indexed by indicator (all of them) with columns numerator, denominator,
    value, per_cell (a count's mean over the reported ward-periods; else the value), reported, due
    (ward-periods), wards_reported, wards_due, periods, last, small. Published scores are averaged,
    because marks do not add up.
    """
    groups = cells.groupby("indicator", sort=False)
    found = groups[["numerator", "denominator"]].sum(min_count=1)
    found[["reported", "due"]] = groups[["reported", "due"]].sum()
    found["periods"] = groups["periods"].max()
    found["last"] = groups["last"].max()
    found["wards_reported"] = (cells["reported"] > 0).groupby(cells["indicator"]).sum()
    found["wards_due"] = (cells["due"] > 0).groupby(cells["indicator"]).sum()
    found = found.reindex(frames.indicators.index)
    counts = ["reported", "due", "periods", "wards_reported", "wards_due", "last"]
    found[counts] = found[counts].fillna(0).astype("int64")
    kind = frames.indicators["kind"]
    stock = frames.indicators["over_time"] == "stock"
    ratio = kind == "ratio"
    mean = found["numerator"] / found["wards_reported"].where(found["wards_reported"] > 0)
    found["value"] = rate(found["numerator"], found["denominator"]).where(ratio, found["numerator"])
    found["value"] = found["value"].where(kind != "score", mean)
    count = found["reported"].where(~stock, found["wards_reported"])
    found["per_cell"] = found["value"].where(
        ratio | (kind == "score"), found["value"] / count.where(count > 0)
    )
    found["small"] = ratio & (found["denominator"] < frames.indicators["smallest_denominator"])
    return found


def targets(frames, day, ward=0):
    """The target in force on `day`: a Series by indicator, NaN where there is none.

    A ward's own target goes before the one for all (ward 0).
    """
    begun = frames.targets[frames.targets["since"] <= day]
    begun = begun[begun["ward"].isin([0, ward])].sort_values(["ward", "since"], kind="stable")
    last = begun.drop_duplicates("indicator", keep="last").set_index("indicator")["target"]
    return last.reindex(frames.indicators.index)


def overview(frames, start, end):
    """`totals` over the span, with target and change against the baseline.

    Adds target (for a count: of all cells due together), baseline (on the same footing as value)
    and change (value minus baseline). Counts are compared by their mean per reported ward-period,
    so that a missing return does not look like a fall.
    """
    found = totals(frames, cells(frames, span(frames.periods, start, end)))
    base = totals(frames, cells(frames, span(frames.periods, *frames.baseline, else_last=False)))
    kind = frames.indicators["kind"]
    stock = frames.indicators["over_time"] == "stock"
    scale = found["due"].where(~stock, found["wards_due"])
    scale = scale.where(~kind.isin(["ratio", "score"]), 1)
    found["target"] = targets(frames, end) * scale
    found["baseline"] = base["per_cell"] * scale
    found["change"] = (found["per_cell"] - base["per_cell"]) * scale
    return found


def series(frames, indicators):
    """The district's figure period by period.

    Returns a DataFrame with columns indicator, period, numerator, denominator, value, reported;
    in time, only periods with something reported.
    """
    values = frames.values
    wanted = values[(values["state"] == "reported") & values["indicator"].isin(indicators)]
    groups = wanted.groupby(["indicator", "period"])
    found = groups[["numerator", "denominator"]].sum(min_count=1)
    found["reported"] = groups.size()
    found = found.reset_index()
    kind = frames.indicators["kind"].reindex(found["indicator"]).to_numpy()
    figure = found["numerator"].where(kind != "score", found["numerator"] / found["reported"])
    found["value"] = rate(found["numerator"], found["denominator"]).where(kind == "ratio", figure)
    return _in_time(found, frames.periods)


def trends(frames, indicator):
    """One indicator by ward and period, every cell that could be there.

    Returns a DataFrame with columns ward, indicator, period, state, numerator, denominator, value;
    in time.
    """
    one = frames.indicators.loc[[indicator]]
    of = frames.periods[frames.periods["kind"] == one["frequency"].iloc[0]]
    spans = pd.DataFrame({"frequency": of["kind"], "period": of.index})
    found = grid(frames, one, spans)
    ratio = one["kind"].iloc[0] == "ratio"
    found["value"] = rate(found["numerator"], found["denominator"]) if ratio else found["numerator"]
    return _in_time(found, frames.periods)


def _in_time(frame, periods):
    order = pd.Series(range(len(periods)), index=periods.index)
    return frame.iloc[order.reindex(frame["period"]).to_numpy().argsort(kind="stable")].reset_index(
        drop=True
    )
