"""Forecasts of targets: the arithmetic, the classes, what cannot be said, and what must never be."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from reports.evaluation import forecast

from .bundle import bundle

MONTHS = [str(each) for each in pd.period_range("2022-01", periods=12, freq="M")]
END = pd.Timestamp("2022-12-31")
ORDER = {"will_be_met": 2, "at_risk": 1, "will_be_missed": 0}


def outlook(series, target=None, end=END, day=None, ward=1, targets=(), **indicator):
    """The forecast of one ward's series from January 2022; None is a missing return."""
    rows = [(1, 1, n, *np.atleast_1d(each)) for n, each in enumerate(series, 1) if each is not None]
    since = np.datetime64("2021-01-01")
    rules = [{"indicator": 1, "ward": 0, "since": since, "target": target}] if target else []
    frames = bundle(
        [{"kind": "amount"} | indicator],
        rows,
        wards=1,
        periods=MONTHS,
        targets=[*rules, *targets],
    )
    return forecast.forecasts(frames, day or frames.periods["end"].max(), end).loc[(1, ward)]


def test_on_a_straight_line_the_arithmetic_is_that_of_the_line():
    found = outlook([10, 12, 14, 16, 18, 20], target=30)
    numbers = found[["now", "target", "rate", "periods_left", "expected", "low", "high", "needed"]]
    assert numbers.tolist() == pytest.approx([20, 30, 2, 6, 32, 32, 32, 10 / 6])
    assert (found["class"], found["reason"]) == ("will_be_met", "")


@pytest.mark.parametrize(
    ("target", "direction", "wanted"),
    [
        (31, "higher", "will_be_met"),
        (33, "higher", "will_be_missed"),
        (33, "lower", "will_be_met"),
        (31, "lower", "will_be_missed"),
        (32, "higher", "will_be_met"),
        (32, "lower", "will_be_met"),
    ],
)
def test_the_class_is_told_by_the_side_of_the_target(target, direction, wanted):
    assert outlook([10, 12, 14, 16, 18, 20], target, direction=direction)["class"] == wanted


def test_an_interval_across_the_target_is_at_risk():
    found = outlook([10, 14, 11, 17, 14, 20], target=28)
    assert found["low"] < 28 < found["high"]
    assert found["class"] == "at_risk"


@pytest.mark.parametrize(
    ("series", "more", "reason"),
    [
        ([1, 2, 3, 4], {}, "no_target"),
        ([], {"target": 5}, "no_figures"),
        ([1, 2, None, 4], {"target": 5}, "too_few"),
        ([1, 0, 1, 1], {"target": 1, "kind": "yes_no"}, "kind"),
        ([1, 2, 3, 4], {"target": 5, "direction": "band", "best": 3.0}, "no_band"),
    ],
)
def test_what_cannot_be_said_says_why(series, more, reason):
    found = outlook(series, **more)
    assert (found["class"], found["reason"]) == ("cannot_be_said", reason)
    assert found[["expected", "low", "high"]].isna().all()


def test_spans_that_start_anew_are_not_drawn_on():
    target = {"indicator": 1, "ward": 0, "since": np.datetime64("2021-01-01"), "target": 20.0}
    indicator = {"kind": "count", "frequency": "to_date"}
    rows = [(1, 1, n, n) for n in range(1, 13)]
    frames = bundle([indicator], rows, periods=MONTHS, targets=[target])
    frames = replace(frames, periods=frames.periods.assign(kind="to_date"))
    found = forecast.forecasts(frames, END, END).loc[(1, 1)]
    assert found["reason"] == "frequency"


def test_when_no_period_is_left_the_last_figure_decides():
    for target, wanted in ((20, "will_be_met"), (21, "will_be_missed")):
        found = outlook([10, 20], target, end=pd.Timestamp("2022-02-28"))
        assert (found["class"], found["reason"], found["periods_left"]) == (wanted, "ended", 0)
        assert found[["expected", "low", "high"]].tolist() == [20, 20, 20]
        assert np.isnan(found["needed"])


def test_only_periods_that_ended_by_the_day_are_known_and_gaps_take_their_time():
    known = outlook([10, 12, 14, 16, 18, 999], target=30, day=pd.Timestamp("2022-05-31"))
    assert (known["now"], known["periods_left"], known["expected"]) == (18, 7, 32)
    gap = outlook([10, None, 14, None, 18, 20], target=30)
    assert (gap["rate"], gap["expected"]) == (2, 32)


def test_a_wards_own_target_goes_before_the_one_for_all_and_the_last_in_force_holds():
    since = np.datetime64("2022-10-01")
    targets = [{"indicator": 1, "ward": 1, "since": since, "target": 50.0}]
    series = [10, 12, 14, 16, 18, 20]
    assert outlook(series, 30, targets=targets)["target"] == 50
    assert outlook(series, 30, targets=targets, ward=0)["target"] == 30
    assert outlook(series, 30, targets=targets, end=pd.Timestamp("2022-09-30"))["target"] == 30


def test_a_rate_stays_within_0_and_1_and_a_band_has_two_sides():
    found = outlook([(each, 10) for each in (4, 5, 6, 7, 8)], 0.9, kind="ratio")
    assert found[["expected", "low", "high"]].tolist() == [1, 1, 1]
    band = {"direction": "band", "best": 13.0, "best_high": 16.0}
    assert outlook([20, 19, 18, 17], 15, end=pd.Timestamp("2022-06-30"), **band)["class"] == (
        "will_be_met"
    )
    assert outlook([20, 19, 18, 17], 15, **band)["class"] == "will_be_missed"
    assert outlook([20, 19, 18, 17], 15, **band)["needed"] == pytest.approx(-1 / 8)


def test_one_odd_figure_does_not_turn_the_forecast():
    straight = [10, 12, 14, 16, 18, 20, 22, 24]
    odd = [10, 12, 14, 90, 18, 20, 22, 24]
    assert outlook(odd, 30)["expected"] == pytest.approx(outlook(straight, 30)["expected"], abs=1)


@settings(max_examples=60)
@given(
    series=st.lists(st.integers(0, 100) | st.none(), min_size=4, max_size=12),
    more=st.integers(0, 60),
    target=st.integers(1, 150),
    direction=st.sampled_from(["higher", "lower"]),
)
def test_a_better_last_figure_never_makes_the_forecast_worse(series, more, target, direction):
    there = [n for n, each in enumerate(series) if each is not None]
    assume(len(there) >= forecast.LEAST)
    better = list(series)
    better[there[-1]] += more if direction == "higher" else -more
    before, after = (outlook(each, target, direction=direction) for each in (series, better))
    assert ORDER[after["class"]] >= ORDER[before["class"]]
    assert before["low"] <= before["expected"] <= before["high"]


@settings(max_examples=60)
@given(
    series=st.lists(st.integers(0, 100), min_size=4, max_size=12),
    more=st.integers(0, 60),
    target=st.integers(1, 150),
)
def test_figures_that_are_better_throughout_never_make_the_forecast_worse(series, more, target):
    before, after = outlook(series, target), outlook([each + more for each in series], target)
    assert ORDER[after["class"]] >= ORDER[before["class"]]


@settings(max_examples=60)
@given(series=st.lists(st.integers(0, 1000), min_size=4, max_size=12, unique=True))
def test_the_slope_is_that_of_scipy(series):
    found = outlook(series, 1)
    assert found["rate"] == pytest.approx(stats.theilslopes(series).slope)


@settings(max_examples=60)
@given(
    rates=st.lists(st.integers(0, 20), min_size=4, max_size=12),
    by=st.sampled_from([2, 4, 8]),
)
def test_scaling_numerator_and_denominator_alike_changes_no_forecast(rates, by):
    one, other = (
        outlook([(k * each, k * 20) for each in rates], 0.8, kind="ratio") for k in (1, by)
    )
    assert one.equals(other)


def test_the_interval_holds_the_figure_as_often_as_it_says():
    # 300 wards at once, eight months known, the last of twelve foretold.
    rng = np.random.default_rng(3)
    figures = 100 + 2 * np.arange(12) + rng.normal(0, 3, (300, 12))
    rows = [(ward + 1, 1, n + 1, figures[ward, n]) for ward in range(300) for n in range(12)]
    target = {"indicator": 1, "ward": 0, "since": np.datetime64("2021-01-01"), "target": 1.0}
    frames = bundle([{"kind": "amount"}], rows, wards=300, periods=MONTHS, targets=[target])
    found = forecast.forecasts(frames, pd.Timestamp("2022-08-31"), END).loc[1].loc[1:]
    held = (found["low"] <= figures[:, 11]) & (figures[:, 11] <= found["high"])
    assert 0.8 <= held.mean() <= 0.97


def test_a_pilot_without_wards_or_indicators_has_no_forecast():
    nothing = bundle([], [], wards=0)
    assert forecast.forecasts(nothing, END, END).empty
    district = bundle([{"level": "district"}], [])
    assert forecast.forecasts(district, END, END).index.tolist() == [(1, 0)]
