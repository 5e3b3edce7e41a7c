"""Before and after, and a series broken in two: known answers, and refusals with their reason."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.evaluation import effect, intervals

from .bundle import bundle

MONTHS = [f"{year}-{month:02}" for year in (2021, 2022) for month in range(1, 13)]
BASELINE = (pd.Timestamp("2021-01-01"), pd.Timestamp("2021-12-31"))
START, END = pd.Timestamp("2022-01-01"), pd.Timestamp("2022-12-31")


def compared(indicator, values, wards=2):
    """before_after of one indicator; period 1 is before the pilot, 13 its first."""
    frames = bundle([indicator], values, wards=wards, periods=MONTHS, baseline=BASELINE)
    return effect.before_after(frames, START, END).loc[1]


def test_a_rate_is_compared_ward_by_ward_and_as_sums_over_sums():
    values = [(1, 1, 1, 40, 60), (1, 1, 2, 8, 20), (1, 1, 13, 56, 70), (2, 1, 13, 0, 10)]
    found = compared({}, values)
    one = found.loc[1]
    assert (one["before"], one["after"]) == (48 / 80, 56 / 70)
    assert one[["low", "high"]].astype(float).round(4).tolist() == [0.0524, 0.3339]
    assert one[["n_before", "n_after", "method", "better", "certain"]].tolist() == [
        2,
        1,
        "newcombe",
        1,
        True,
    ]
    assert found.loc[0, "after"] == 56 / 80
    assert found.loc[0, "n_after"] == 2
    two = found.loc[2]
    assert np.isnan(two[["before", "change", "low", "high", "better"]].astype(float)).all()
    assert (two["method"], two["certain"]) == ("none", False)


def test_counts_are_compared_by_reported_ward_period_with_the_exact_interval():
    # Ten and six in two months before, thirty in one month after: 8 a month against 30.
    found = compared({"kind": "count"}, [(1, 1, 1, 10), (1, 1, 2, 6), (1, 1, 13, 30)]).loc[1]
    assert found[["before", "after", "change"]].tolist() == [8, 30, 22]
    low, high = intervals.count_ratio(30, 1, 16, 2)
    assert found[["low", "high"]].tolist() == [8 * (low - 1), 8 * (high - 1)]
    assert (found["method"], found["certain"]) == ("exact", True)


def test_a_count_of_nothing_before_has_no_interval_and_is_nothing_certain():
    found = compared({"kind": "count", "direction": "lower"}, [(1, 1, 1, 0), (1, 1, 13, 9)]).loc[1]
    assert found[["before", "after", "change", "better"]].tolist() == [0, 9, 9, -1]
    assert np.isnan(found["low"])
    assert (found["method"], found["certain"]) == ("none", False)


@pytest.mark.parametrize(
    ("indicator", "figures", "wanted"),
    [
        ({"kind": "score"}, (14.5, 16.0), (14.5, 16.0, 1)),
        ({"kind": "count", "over_time": "stock", "direction": "lower"}, (20, 15), (20, 15, 1)),
        ({"kind": "amount"}, (2.5, 2.0), (2.5, 2.0, -1)),
        ({"kind": "yes_no", "over_time": "stock"}, (0, 0), (0, 0, 0)),
    ],
)
def test_what_no_chance_has_drawn_is_compared_without_interval(indicator, figures, wanted):
    before, after = figures
    found = compared(indicator, [(1, 1, 1, before), (1, 1, 13, after)])
    for ward in (0, 1):
        assert tuple(found.loc[ward, ["before", "after", "better"]]) == wanted
        assert np.isnan(found.loc[ward, "low"])
        assert found.loc[ward, "method"] == "none"


def test_of_a_published_score_the_last_counts_and_wards_are_averaged():
    values = [(1, 1, 1, 12.0), (1, 1, 2, 14.0), (2, 1, 1, 10.0), (1, 1, 13, 15.0)]
    found = compared({"kind": "score"}, values)
    assert found["before"].tolist() == [12.0, 14.0, 10.0]


def test_shares_of_money_have_no_interval_even_where_they_are_round():
    values = [(1, 1, 1, 50, 100), (1, 1, 13, 90, 100), (2, 1, 1, 10.5, 20)]
    assert set(compared({}, values)["method"]) == {"none"}


def test_within_a_band_nothing_is_gained_or_lost():
    band = {"kind": "count", "over_time": "stock", "direction": "band", "best": 13, "best_high": 16}
    found = compared(band, [(1, 1, 1, 13), (1, 1, 13, 16), (2, 1, 1, 16), (2, 1, 13, 20)])
    assert found.loc[[1, 2], "better"].tolist() == [0, -1]


def test_a_district_level_figure_is_compared_as_it_is_and_has_no_wards():
    found = compared({"level": "district"}, [(0, 1, 1, 5, 10), (0, 1, 13, 9, 10)])
    assert found.index.tolist() == [0]
    assert found.loc[0, "change"] == pytest.approx(0.4)


def test_no_baseline_and_no_figures_are_no_change():
    frames = bundle([{}, {"kind": "count"}], [], periods=MONTHS)
    found = effect.before_after(frames, START, END)
    assert len(found) == 6
    assert found["change"].isna().all()
    assert not found["certain"].any()
    nobody = bundle([], [], wards=0, periods=MONTHS)
    assert effect.before_after(nobody, START, END).empty


@settings(max_examples=40)
@given(
    figures=st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 2), st.integers(1, 24)),
        max_size=20,
        unique_by=lambda each: each[2:],
    ),
    seed=st.randoms(),
)
def test_the_order_of_rows_changes_nothing_and_certain_means_that_no_change_is_left_out(
    figures, seed
):
    rows = [(ward, 1, period, n, n + more) for n, more, ward, period in figures]
    found = compared({}, rows)
    shuffled = list(rows)
    seed.shuffle(shuffled)
    pd.testing.assert_frame_equal(compared({}, shuffled), found)
    outside = (found["low"] > 0) | (found["high"] < 0)
    assert (found["certain"] == outside).all()
    assert (found["low"].notna() == (found["method"] != "none")).all()


# Broken in two ----------------------------------------------------------------------------------


def series(figures, start=START, months=MONTHS, indicator=None):
    rows = [(1, 1, n, figure) for n, figure in enumerate(figures, 1) if figure is not None]
    indicator = indicator or {"kind": "amount"}
    return effect.interrupted(bundle([indicator], rows, wards=1, periods=months), 1, start)


def broken(level, slope, noise=0.5, seed=0):
    time = np.arange(24)
    line = 100 + time + level * (time >= 12) + slope * (time - 12) * (time >= 12)
    return line + np.random.default_rng(seed).normal(0, noise, 24)


def test_a_jump_and_a_turn_put_in_are_found():
    found = series(broken(level=10, slope=2, seed=1))
    assert found.reason == ""
    assert found.level_low < 10 < found.level_high
    assert found.slope_low < 2 < found.slope_high
    assert found.level == pytest.approx(10, abs=1)
    # What would have come without a change: the old line, drawn on.
    assert np.isnan(found.expected[:12]).all()
    assert found.expected[12:] == pytest.approx(100 + np.arange(12, 24), abs=2)
    assert found.fitted[12] - found.expected[12] == pytest.approx(found.level)


def test_the_lines_are_those_of_least_squares_on_each_side():
    figures = broken(level=5, slope=-1)
    found = series(figures)
    for side in (slice(0, 12), slice(12, 24)):
        line = np.polyval(np.polyfit(np.arange(12), figures[side], 1), np.arange(12))
        assert found.fitted[side] == pytest.approx(line)


def test_where_nothing_changed_the_interval_seldom_says_so():
    found = [series(broken(level=0, slope=0, seed=seed)) for seed in range(60)]
    assert sum(not each.level_low <= 0 <= each.level_high for each in found) <= 7
    assert sum(not each.slope_low <= 0 <= each.slope_high for each in found) <= 7


def gap(figures, *places):
    return [None if n in places else each for n, each in enumerate(figures)]


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        (gap(range(24), *range(5)), "too_few_before"),
        (gap(range(24), *range(19, 24)), "too_few_after"),
        (gap(broken(1, 1), 5), "gaps"),
        (gap(broken(1, 1), 0, 23), ""),
        ([7] * 24, "no_variation"),
        ([0] * 24, "no_variation"),
        ([None] * 24, "too_few_before"),
    ],
)
def test_a_series_is_refused_with_its_reason(figures, reason):
    found = series(figures)
    assert found.reason == reason
    assert np.isnan(found.level) == bool(reason)
    assert len(found.periods) == len(found.values) == len(found.fitted) == len(found.expected)


def test_a_month_that_the_calendar_lacks_is_a_gap_and_yes_or_no_has_no_slope():
    assert series(broken(1, 1)[:23], months=MONTHS[:5] + MONTHS[6:]).reason == "gaps"
    assert series([0, 1] * 12, indicator={"kind": "yes_no"}).reason == "kind"


def test_a_missing_return_moves_a_count_by_its_mean_alone():
    months = MONTHS[:2]
    rows = [(1, 1, 1, 10), (2, 1, 1, 10), (1, 1, 2, 10)]
    frames = bundle([{"kind": "count"}], rows, periods=months)
    assert effect.figures(frames)[1].tolist() == [10, 10]
