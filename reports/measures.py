"""Frames to sums, rates, coverage, against target and baseline. Pure pandas: no Django, no database.

A cell is ward x indicator over a span of time. It is `reported` (zero included), `not_applicable`,
`not_available`, `missing` (due and not there) or `not_due`; the five are never merged, and nothing
that is not reported enters a sum. Rates are sums of numerators over sums of denominators.
"""

import numpy as np
import pandas as pd

# In this order the first one found speaks for a span of several periods.
STATES = ["reported", "missing", "not_available", "not_applicable", "not_due"]
REPORTED, MISSING, NOT_AVAILABLE, NOT_APPLICABLE, NOT_DUE, NOT_ASKED = range(6)
PLACES = pd.Index(STATES)

# Inside a function the columns are numpy arrays: with some hundred cells pandas takes ten times as
# long for the same sums, and a frame is made once, of all columns.


def day(date):
    """A date as frames hold their days."""
    return pd.Timestamp(date)


def named_period(frames, code):
    """The id of the period with this code, None where the pilot has none."""
    found = frames.periods.index[frames.periods["code"] == code]
    return int(found[0]) if len(found) else None


def last_period(frames):
    """The id of the last period with figures, the shortest of those that end together; or None."""
    reported = frames.periods.index[frames.periods.index.isin(frames.values["period"])]
    return int(reported[-1]) if len(reported) else None


def span(frames, start, end, else_last=True):
    """Which periods answer for the days from `start` to `end`.

    All periods inside, or where a frequency has none inside (a quarter, asked for May), the last
    one that had ended by then. Returns a boolean array along frames.periods.
    """
    ended = (frames.periods["end"] <= end).to_numpy()
    chosen = ended & (frames.periods["start"] >= start).to_numpy()
    if else_last:
        kinds = frames.periods["kind"].to_numpy()
        for kind in set(kinds) - set(kinds[chosen]):
            chosen[np.flatnonzero(ended & (kinds == kind))[-1:]] = True
    return chosen


def span_of(frames, period):
    """`span` over the days of one period."""
    return span(frames, *frames.periods.loc[period, ["start", "end"]])


def cells_in(frames, period):
    """`cells` of one period, by its id."""
    return cells(frames, span_of(frames, period))


def cube(frames):
    """All cells as arrays wards x indicators x periods: state, numerator, denominator.

    The first ward is the district (id 0), for what the district itself reports. A state is a place
    in STATES, or NOT_ASKED where the frequency or the level of the indicator does not fit.
    """
    wards = np.concatenate([[0], frames.wards.index])
    shape = (len(wards), len(frames.indicators), len(frames.periods))
    overdue = (frames.periods["due"] < frames.today).to_numpy()
    fits = frames.indicators["frequency"].to_numpy()[:, None] == frames.periods["kind"].to_numpy()
    by_ward = (frames.indicators["level"] == "ward").to_numpy()
    asked = fits & (by_ward[:, None] == (wards != 0)[:, None, None])
    state = np.where(asked, np.where(overdue, MISSING, NOT_DUE), NOT_ASKED).astype("int8")
    numerator, denominator = np.full(shape, np.nan), np.full(shape, np.nan)
    values = frames.values
    place = (
        pd.Index(wards).get_indexer(values["ward"]),
        frames.indicators.index.get_indexer(values["indicator"]),
        frames.periods.index.get_indexer(values["period"]),
    )
    # A ward that has left the pilot keeps its returns, but has no place here.
    known = (place[0] >= 0) & (place[1] >= 0) & (place[2] >= 0)
    place = tuple(each[known] for each in place)
    state[place] = PLACES.get_indexer(values["state"])[known]
    numerator[place] = values["numerator"].to_numpy()[known]
    denominator[place] = values["denominator"].to_numpy()[known]
    state[~asked] = NOT_ASKED
    return state, numerator, denominator


def cells(frames, chosen):
    """Every cell that could have been reported in the chosen periods (see `span`), one row each.

    Returns a DataFrame with columns ward, indicator, state, numerator, denominator, value (rate or
    figure; NaN where nothing was due), per_period (value, or a flow's mean over its reported
    periods, which is what goalposts and targets are stated for), periods (asked), due, reported
    (counts of periods), last (id of the last period asked), small (denominator under the
    indicator's smallest). Wards in their order, within them indicators in theirs; ward 0 is the
    district. A stock does not add up over time: the last reported period counts.
    """
    state, numerator, denominator = (each[:, :, chosen] for each in frames.cube)
    reported, asked = state == REPORTED, state != NOT_ASKED
    stock = stocks(frames.indicators)
    periods = asked.sum(axis=2)
    ids = np.where(asked, frames.periods.index.to_numpy()[chosen], 0)
    order = np.arange(state.shape[2])
    newest = np.where(asked, order, -1).max(axis=2, initial=0)[:, :, None]
    found = {
        "numerator": _over_time(numerator, reported, stock),
        "denominator": _over_time(denominator, reported, stock),
        "periods": periods,
        "due": (state <= NOT_AVAILABLE).sum(axis=2),
        "reported": reported.sum(axis=2),
        "last": np.take_along_axis(ids, newest, axis=2)[:, :, 0] if len(order) else periods,
    }
    ward, indicator = np.nonzero(periods)
    wards = np.concatenate([[0], frames.wards.index])
    columns = {"ward": wards[ward], "indicator": frames.indicators.index.to_numpy()[indicator]}
    columns["state"] = np.array(STATES)[state.min(axis=2, initial=NOT_ASKED)[ward, indicator]]
    columns |= {name: values[ward, indicator] for name, values in found.items()}
    return pd.DataFrame(columns | _values(columns, frames.indicators, indicator))


def stocks(indicators):
    """Which indicators do not add up over time, so that the last period counts; marks never do.

    A boolean array along the indicators.
    """
    over_time, kind = indicators["over_time"].to_numpy(), indicators["kind"].to_numpy()
    return (over_time == "stock") | (kind == "score")


def _over_time(numbers, reported, stock):
    """Numbers of the reported periods: added up, of a stock the last; NaN where there is none."""
    counted = np.where(reported, numbers, np.nan)
    there = ~np.isnan(counted)
    added = np.where(there.any(axis=2), np.nansum(counted, axis=2), np.nan)
    if not numbers.shape[2]:
        return added
    newest = numbers.shape[2] - 1 - there[:, :, ::-1].argmax(axis=2)
    last = np.take_along_axis(counted, newest[:, :, None], axis=2)[:, :, 0]
    return np.where(stock, last, added)


def _values(cells, indicators, place):
    """value, per_period and small of summed cells, a dict of arrays; `place` among the indicators."""
    numerator, denominator = cells["numerator"], cells["denominator"]
    ratio = (indicators["kind"] == "ratio").to_numpy()[place]
    flow = ~stocks(indicators)[place]
    smallest = indicators["smallest_denominator"].to_numpy()[place]
    value = np.where(ratio, rate(numerator, denominator), numerator)
    periods = np.where(flow & ~ratio, np.maximum(cells["reported"], 1), 1)
    small = ratio & (denominator < smallest)
    return {"value": value, "per_period": value / periods, "small": small}


def of(indicators, cells, column):
    """A column of the indicators, one for each cell: an array."""
    return indicators[column].to_numpy()[indicators.index.get_indexer(cells["indicator"])]


def rate(numerator, denominator):
    """numerator / denominator, NaN where nothing was due; arrays, or Series of one index."""
    with np.errstate(invalid="ignore"):
        return numerator / np.where(denominator > 0, denominator, np.nan)


def totals(frames, cells):
    """The district's figure for each indicator, from its reported cells.

    Returns a DataFrame indexed by indicator (all of them) with columns numerator, denominator,
    value, per_cell (a count's mean over the reported ward-periods; else the value), state (the
    first of STATES that a cell has; not_due where none is asked), reported, due (ward-periods),
    wards_reported, wards_due, periods, last, small. Published scores are averaged, because marks do
    not add up.
    """
    place = frames.indicators.index.get_indexer(cells["indicator"])
    size = len(frames.indicators)
    column = {name: cells[name].to_numpy() for name in SUMMED}

    def added(values):
        return np.bincount(place, values, size)

    found = {}
    for name in ("numerator", "denominator"):
        there = ~np.isnan(column[name])
        sums = added(np.where(there, column[name], 0))
        found[name] = np.where(added(there), sums, np.nan)
    found |= {name: added(column[name]) for name in ("reported", "due")}
    found |= {f"wards_{name}": added(column[name] > 0) for name in ("reported", "due")}
    state = np.full(size, NOT_DUE)
    np.minimum.at(state, place, PLACES.get_indexer(cells["state"]))
    found["state"] = np.array(STATES)[state]
    for name in ("periods", "last"):
        found[name] = np.zeros(size, "int64")
        found[name][place] = column[name]
    return pd.DataFrame(_totalled(found, frames.indicators), frames.indicators.index)


SUMMED = ["numerator", "denominator", "reported", "due", "periods", "last"]


def _totalled(found, indicators):
    """Adds value, per_cell and small to the sums of `totals`, a dict of arrays."""
    kind = indicators["kind"].to_numpy()
    stock = stocks(indicators)
    smallest = indicators["smallest_denominator"].to_numpy()
    wards = found["wards_reported"]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(
            found["denominator"] > 0, found["numerator"] / found["denominator"], np.nan
        )
        each = np.where(stock, found["numerator"] / wards, found["numerator"] / found["reported"])
        mean = found["numerator"] / wards
    value = np.select([kind == "ratio", kind == "score"], [ratio, mean], found["numerator"])
    return found | {
        "value": value,
        "per_cell": np.where((kind == "ratio") | (kind == "score"), value, each),
        "small": (kind == "ratio") & (found["denominator"] < smallest),
    }


def targets(frames, day, ward=0):
    """The target in force on `day`: a Series by indicator, NaN where there is none.

    A ward's own target goes before the one for all (ward 0).
    """
    rows = frames.targets
    owner = rows["ward"].to_numpy()
    holds = (rows["since"] <= day).to_numpy() & ((owner == 0) | (owner == ward))
    # Rows stand in time; the own ones go last, so that of several the last written stays.
    order = np.argsort(owner[holds] != 0, kind="stable")
    place = frames.indicators.index.get_indexer(rows["indicator"].to_numpy()[holds][order])
    found = np.full(len(frames.indicators), np.nan)
    found[place] = rows["target"].to_numpy()[holds][order]
    return pd.Series(found, frames.indicators.index)


def baseline(frames):
    """`totals` of the time before the pilot."""
    return totals(frames, cells(frames, span(frames, *frames.baseline, else_last=False)))


def totals_in(frames, period):
    """`totals` of one period, by its id."""
    return totals(frames, frames.once(cells_in, period))


def overview_in(frames, period, against=None):
    """`overview` of one period, by its id; `against` is the id of another one to compare with."""
    days = frames.periods.loc[period, ["start", "end"]]
    base = None if against is None else frames.once(totals_in, against)
    return overview(frames, *days, frames.once(cells_in, period), base)


def overview(frames, start, end, found=None, base=None):
    """`totals` over the span, with target and change against another time.

    `found` are the cells of the span where the caller has them already; `base` the `totals` to
    compare with, without which it is the time before the pilot.

    Adds target, baseline, change (value minus baseline), better (1, 0 or -1; NaN without a baseline)
    and reached (1 or 0; NaN without a target). For a count all of them stand for the ward-periods
    that were reported, as its value does, so that a missing return does not look like a fall; with
    nothing reported, for those that are due.
    """
    if found is None:
        found = cells(frames, span(frames, start, end))
    found = totals(frames, found)
    base = frames.once(baseline) if base is None else base
    now, then = found["per_cell"].to_numpy(), base["per_cell"].to_numpy()
    target = targets(frames, end).to_numpy()
    kind = frames.indicators["kind"].to_numpy()
    stock = stocks(frames.indicators)
    counted, due = (
        np.where(stock, found[f"wards_{name}"].to_numpy(), found[name].to_numpy())
        for name in ("reported", "due")
    )
    scale = np.where(counted > 0, counted, due)
    scale = np.where((kind == "ratio") | (kind == "score"), 1, scale)
    short = [shortfall(frames.indicators, each) for each in (now, then, target)]
    reached = (short[0] <= short[2] + 1e-9).astype("float64")
    return found.assign(
        target=target * scale,
        baseline=then * scale,
        change=(now - then) * scale,
        better=np.sign(np.round(short[1] - short[0], 9)),
        reached=np.where(np.isnan(short[0] + short[2]), np.nan, reached),
    )


def shortfall(indicators, values):
    """How far values lie on the wrong side, to compare figures of one indicator; smaller is better.

    An array like `values`, indicators along its first axis: the value itself or its negative, for a
    band the distance outside its edges.
    """
    values = np.asarray(values, "float64")
    direction, low, high = (
        indicators[name].to_numpy().reshape(-1, *[1] * (values.ndim - 1))
        for name in ("direction", "best", "best_high")
    )
    outside = np.maximum(0, np.maximum(low - values, values - high))
    return np.select([direction == "lower", direction == "band"], [values, outside], -values)


def better(indicators, before, after):
    """Whether figures of each indicator gain (1), lose (-1) or stay (0); NaN where one is missing."""
    gain = shortfall(indicators, before) - shortfall(indicators, after)
    return pd.Series(np.sign(np.round(gain, 9)), indicators.index)


def series(frames):
    """The district's figures period by period, for all indicators.

    Returns a DataFrame, periods x indicators, NaN where nothing was reported; counts are added over
    the wards, published scores averaged.
    """
    state, numerator, denominator = frames.cube
    reported = state == REPORTED
    wards = reported.sum(axis=0)
    above = np.where(reported, numerator, 0).sum(axis=0)
    below = np.where(reported, np.nan_to_num(denominator), 0).sum(axis=0)
    kind = frames.indicators["kind"].to_numpy()[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        figure = np.where(
            kind == "ratio", above / below, np.where(kind == "score", above / wards, above)
        )
    figure = np.where((wards > 0) & np.isfinite(figure), figure, np.nan)
    return pd.DataFrame(figure.T, frames.periods.index, frames.indicators.index)


def step(frames, indicator, ward, period):
    """The last figure before that of `period`, and that figure; ward 0 is the district's sum.

    NaN where there is none.
    """
    own = frames.once(series)[indicator].to_numpy()
    if ward:
        place = 1 + frames.wards.index.get_loc(ward), frames.indicators.index.get_loc(indicator)
        state, numerator, denominator = (each[place] for each in frames.cube)
        ratio = frames.indicators.at[indicator, "kind"] == "ratio"
        own = rate(numerator, denominator) if ratio else numerator
        own = np.where(state == REPORTED, own, np.nan)
    at = frames.periods.index.get_loc(period)
    kind, end = (frames.periods[name].to_numpy() for name in ("kind", "end"))
    before = own[(kind == kind[at]) & (end < end[at]) & ~np.isnan(own)]
    return before[-1] if len(before) else np.nan, own[at]


def sparks(frames, indicators, end, length=12):
    """The district's figures of the last periods up to `end`: a list by indicator, NaN for gaps."""
    figures = frames.once(series).to_numpy().T
    ended = (frames.periods["end"] <= end).to_numpy()
    kinds = frames.periods["kind"].to_numpy()
    frequency = frames.indicators["frequency"].to_numpy()
    found = {}
    for indicator, place in zip(
        indicators, frames.indicators.index.get_indexer(indicators), strict=True
    ):
        last = np.flatnonzero(ended & (kinds == frequency[place]))[-length:]
        found[indicator] = list(figures[place, last])
    return found


def of_theme(frames, theme=None):
    """The rows of frames.indicators of one theme, by its id; of all without any."""
    indicators = frames.indicators
    return indicators if theme is None else indicators[indicators["theme"] == theme]


def on_tiles(frames, theme=None):
    """The rows of frames.indicators that the overview shows: each theme's headline, or all of one."""
    if theme is None:
        return frames.indicators[frames.indicators["headline"]]
    return of_theme(frames, theme)


def horizon(end, last=None):
    """The day by which targets are to be met: the pilot's `last`, else the end of the year of `end`."""
    return pd.Timestamp(last) if last else pd.Timestamp(year=end.year, month=12, day=31)


def months_since(start, end):
    """Whole months from the first day of the pilot to the last day of a period, 0 before it."""
    after = end + pd.Timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    return max(0, months - (after.day < start.day))


def returned(frames, period):
    """How many wards have an approved return for a period, and how many wards there are."""
    ward, of, state = (frames.submissions[name].to_numpy() for name in ("ward", "period", "state"))
    here = frames.wards.index.get_indexer(ward) >= 0
    return int(((of == period) & (state == "approved") & here).sum()), len(frames.wards)


def asked_for(frames, period, of_district=False):
    """The rows of frames.indicators that a return for `period` asks for."""
    level = "district" if of_district else "ward"
    indicators = frames.indicators
    kind = frames.periods.at[period, "kind"]
    return indicators[(indicators["frequency"] == kind) & (indicators["level"] == level)]


def returns(frames, ward, end, most=6):
    """A ward's last returns up to `end`, the latest first, those never begun included.

    Returns a DataFrame indexed by period with columns state (of the return, or missing or not_due)
    and late (days after the due date; 0 for on time, NaN when not submitted by anybody: an imported
    file says nothing of when its figures were due from the ward).
    """
    asked = frames.indicators.loc[frames.indicators["level"] == "ward", "frequency"].unique()
    periods = frames.periods[(frames.periods["end"] <= end) & frames.periods["kind"].isin(asked)]
    last = periods.iloc[::-1].head(most)
    own = frames.submissions[frames.submissions["ward"] == ward].set_index("period")
    own = own.reindex(last.index)
    unreported = np.where(last["due"] < frames.today, "missing", "not_due")
    state = own["state"].where(own["state"].notna(), unreported)
    late = (own["submitted_on"] - last["due"]).dt.days.clip(lower=0)
    typed = own["imported"].eq(False).to_numpy(dtype=bool, na_value=False)
    return pd.DataFrame({"state": state, "late": late.where(typed)})


def trends(frames, indicator):
    """One indicator by period and ward, every cell that could be there; in time.

    Returns a DataFrame with columns period, ward (0 is the district), state, numerator,
    denominator, value.
    """
    place = frames.indicators.index.get_loc(indicator)
    state, numerator, denominator = (each[:, place, :] for each in frames.cube)
    period, ward = np.nonzero(state.T != NOT_ASKED)
    found = pd.DataFrame(
        {
            "period": frames.periods.index.to_numpy()[period],
            "ward": np.concatenate([[0], frames.wards.index])[ward],
            "state": np.array(STATES)[state[ward, period]],
            "numerator": numerator[ward, period],
            "denominator": denominator[ward, period],
        }
    )
    ratio = frames.indicators.at[indicator, "kind"] == "ratio"
    found["value"] = rate(found["numerator"], found["denominator"]) if ratio else found["numerator"]
    return found
