"""What adding up means: five states kept apart, sums of numerators over sums of denominators."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import measures

from .bundle import bundle

YEAR = (pd.Timestamp("2022-01-01"), pd.Timestamp("2022-12-31"))
MONTHS = ("2022-01", "2022-02", "2022-03")


def cells(frames, days=YEAR):
    return measures.cells(frames, measures.span(frames, *days)).set_index(["ward", "indicator"])


def total(frames, indicator=1, days=YEAR):
    return measures.overview(frames, *days).loc[indicator]


def test_the_five_states_stay_five():
    frames = bundle(
        [{"kind": "count"}],
        [(1, 1, 1, 0), (2, 1, 1, "not_applicable"), (3, 1, 1, "not_available")],
        wards=4,
    )
    assert cells(frames)["state"].tolist() == [
        "reported",
        "not_applicable",
        "not_available",
        "missing",
    ]
    undue = bundle([{"kind": "count"}], [(1, 1, 1, 0)], wards=2, today="2022-02-01")
    assert cells(undue)["state"].tolist() == ["reported", "not_due"]


def test_zero_is_a_figure_and_nothing_reported_is_none():
    frames = bundle([{"kind": "count"}], [(1, 1, 1, 0)], wards=2)
    found = cells(frames)["value"]
    assert found[(1, 1)] == 0
    assert np.isnan(found[(2, 1)])
    assert total(frames)["value"] == 0


def test_a_rate_is_the_sum_of_numerators_over_the_sum_of_denominators_not_a_mean_of_rates():
    frames = bundle([{}], [(1, 1, 1, 1, 1), (2, 1, 1, 0, 99)])
    assert total(frames)["value"] == pytest.approx(0.01)


def test_coverage_counts_what_was_due_and_leaves_out_what_does_not_apply():
    frames = bundle(
        [{"kind": "count"}],
        [(1, 1, 1, 5), (2, 1, 1, "not_applicable"), (3, 1, 1, "not_available")],
        wards=4,
    )
    found = total(frames)
    assert (found["wards_reported"], found["wards_due"]) == (1, 3)


def test_flows_add_up_over_time_and_of_stocks_the_last_reported_counts():
    values = [(1, n, period, number) for n in (1, 2) for period, number in ((1, 3), (2, 4))]
    frames = bundle(
        [{"kind": "count"}, {"kind": "count", "over_time": "stock"}],
        values,
        wards=1,
        periods=MONTHS,
    )
    found = cells(frames)
    assert found["value"].tolist() == [7, 4]
    assert found["periods"].tolist() == [3, 3]
    assert found["reported"].tolist() == [2, 2]


def test_nothing_due_is_reported_but_has_no_rate():
    frames = bundle([{}], [(1, 1, 1, 0, 0)], wards=1)
    found = cells(frames).iloc[0]
    assert found["state"] == "reported"
    assert np.isnan(found["value"])


def test_a_small_denominator_is_flagged():
    frames = bundle([{"smallest_denominator": 20}], [(1, 1, 1, 1, 19), (2, 1, 1, 1, 20)])
    assert cells(frames)["small"].tolist() == [True, False]


def test_a_quarter_asked_for_a_month_is_the_last_one_that_had_ended():
    frames = bundle([{}], [], periods=MONTHS)
    quarter = frames.periods.iloc[[0]].assign(
        kind="quarter", start=pd.Timestamp("2021-10-01"), end=pd.Timestamp("2021-12-31")
    )
    frames = replace(frames, periods=pd.concat([quarter.set_axis([9]), frames.periods]))
    chosen = measures.span(frames, pd.Timestamp("2022-02-01"), pd.Timestamp("2022-02-28"))
    assert frames.periods.index[chosen].tolist() == [9, 2]


def test_counts_are_compared_with_the_baseline_by_their_mean_so_a_missing_return_is_no_fall():
    values = [(1, 1, 1, 10), (2, 1, 1, 10), (1, 1, 2, 10)]
    baseline = (pd.Timestamp("2022-01-01"), pd.Timestamp("2022-01-31"))
    frames = bundle([{"kind": "count"}], values, periods=MONTHS, baseline=baseline)
    february = (pd.Timestamp("2022-02-01"), pd.Timestamp("2022-02-28"))
    found = total(frames, days=february)
    assert found["value"] == 10
    assert found["change"] == 0


def test_value_target_and_baseline_of_a_count_stand_on_one_footing_when_returns_are_missing():
    values = [(1, 1, 1, 10), (2, 1, 1, 20), (1, 1, 2, 12)]
    baseline = (pd.Timestamp("2022-01-01"), pd.Timestamp("2022-01-31"))
    targets = [{"indicator": 1, "ward": 0, "since": np.datetime64("2021-01-01"), "target": 14.0}]
    frames = bundle([{"kind": "count"}], values, periods=MONTHS, baseline=baseline, targets=targets)
    found = total(frames, days=(pd.Timestamp("2022-02-01"), pd.Timestamp("2022-02-28")))
    assert found[["value", "target", "baseline", "change"]].tolist() == [12, 14, 15, -3]
    assert found["value"] - found["baseline"] == found["change"]
    assert (found["reached"] == 1) == (found["value"] >= found["target"])


@pytest.mark.parametrize(
    ("states", "wanted"),
    [
        (["not_applicable", "not_applicable"], "not_applicable"),
        (["not_available", "not_available"], "not_available"),
        (["not_available"], "missing"),
        (["not_applicable", 0], "reported"),
    ],
)
def test_the_district_keeps_the_state_of_its_wards(states, wanted):
    frames = bundle([{"kind": "count"}], [(n, 1, 1, s) for n, s in enumerate(states, 1)])
    assert total(frames)["state"] == wanted


def test_only_whole_months_since_the_start_are_counted():
    start, end = pd.Timestamp("2021-07-15"), pd.Timestamp("2021-08-31")
    assert measures.months_since(start, end) == 1
    assert measures.months_since(pd.Timestamp("2021-07-01"), pd.Timestamp("2022-06-30")) == 12
    assert measures.months_since(start, pd.Timestamp("2021-06-30")) == 0


@pytest.mark.parametrize(
    ("direction", "value", "wanted"),
    [("higher", 6, 1), ("higher", 4, 0), ("lower", 4, 1), ("lower", 6, 0)],
)
def test_a_target_is_reached_on_the_right_side(direction, value, wanted):
    targets = [{"indicator": 1, "ward": 0, "since": np.datetime64("2021-01-01"), "target": 5.0}]
    worst, best = (0, 9) if direction == "higher" else (9, 0)
    kind = {"kind": "count", "direction": direction, "worst": worst, "best": best}
    frames = bundle([kind], [(1, 1, 1, value)], wards=1, targets=targets)
    assert total(frames)["reached"] == wanted


def test_a_wards_own_target_goes_before_the_one_for_all_and_the_last_that_has_begun_counts():
    rows = [(0, "2021-01-01", 1.0), (0, "2022-06-01", 2.0), (2, "2021-01-01", 3.0)]
    targets = [
        {"indicator": 1, "ward": ward, "since": np.datetime64(since), "target": target}
        for ward, since, target in rows
    ]
    frames = bundle([{}], [], targets=targets)
    day = pd.Timestamp("2022-01-31")
    assert measures.targets(frames, day)[1] == 1
    assert measures.targets(frames, day, ward=2)[1] == 3
    assert measures.targets(frames, pd.Timestamp("2022-07-01"))[1] == 2


def test_an_empty_pilot_has_the_same_columns_and_no_rows_that_lie():
    frames = bundle([{}], [], wards=0, periods=())
    assert measures.overview(frames, *YEAR)["value"].isna().all()
    assert measures.last_period(frames) is None
    assert measures.trends(frames, 1).empty


# Against a plain reference ---------------------------------------------------------------------

counts = st.integers(0, 50)
figures = st.one_of(
    st.just("not_applicable"),
    st.just("not_available"),
    st.tuples(counts, counts).map(lambda pair: (min(pair), max(pair))),
)
tables = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 3)), figures, max_size=18
)


def rows(table):
    return [
        (*key, *(figure if isinstance(figure, tuple) else (figure,)))
        for key, figure in table.items()
    ]


KINDS = [{}, {"over_time": "stock"}]


def plain(table, indicator):
    """The district's numerator, denominator, reported and due cells, the slow and obvious way."""
    numerator = denominator = reported = due = 0
    for ward in (1, 2, 3):
        own = [table.get((ward, indicator, period)) for period in (1, 2, 3)]
        numbers = [each for each in own if isinstance(each, tuple)]
        reported += len(numbers)
        due += sum(each != "not_applicable" for each in own)
        for n, d in numbers[-1:] if KINDS[indicator - 1] else numbers:
            numerator, denominator = numerator + n, denominator + d
    return numerator, denominator, reported, due


@given(tables)
def test_totals_equal_a_plain_reference(table):
    frames = bundle(KINDS, rows(table), wards=3, periods=MONTHS)
    found = measures.totals(frames, measures.cells(frames, measures.span(frames, *YEAR)))
    for indicator in (1, 2):
        numerator, denominator, reported, due = plain(table, indicator)
        row = found.loc[indicator]
        assert (row["reported"], row["due"]) == (reported, due)
        if reported:
            assert (row["numerator"], row["denominator"]) == (numerator, denominator)
        assert (
            np.isnan(row["value"]) if not denominator else row["value"] == numerator / denominator
        )


@given(tables, st.randoms())
def test_the_order_of_rows_changes_nothing(table, random):
    shuffled = rows(table)
    random.shuffle(shuffled)
    one, other = (bundle(KINDS, each, wards=3, periods=MONTHS) for each in (rows(table), shuffled))
    pd.testing.assert_frame_equal(measures.overview(one, *YEAR), measures.overview(other, *YEAR))


@given(tables, st.integers(2, 9))
def test_scaling_numerator_and_denominator_alike_changes_no_rate(table, factor):
    scaled = {
        key: tuple(n * factor for n in figure) if isinstance(figure, tuple) else figure
        for key, figure in table.items()
    }
    one, other = (bundle([{}, {}], rows(each), wards=3, periods=MONTHS) for each in (table, scaled))
    left, right = (measures.overview(each, *YEAR)["value"] for each in (one, other))
    pd.testing.assert_series_equal(left, right)
