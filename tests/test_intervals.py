"""Intervals against published examples, against scipy and statsmodels, and where there is none."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from reports.evaluation import intervals

counts = st.integers(0, 400)


def test_wilson_gives_the_published_example_and_the_edges():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I.
    for cases, of, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        found = intervals.wilson(cases, of)
        assert np.round(found, 4).tolist() == [low, high]


def test_newcombe_gives_the_published_table():
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
    for n1, d1, n0, d0, low, high in [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ]:
        found = intervals.newcombe(n1, d1, n0, d0)
        assert np.round(found, 4).tolist() == [low, high]


@given(cases=counts, more=counts, level=st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_agrees_with_scipy(cases, more, level):
    assume(cases + more)
    found = intervals.wilson(cases, cases + more, level)
    wanted = stats.binomtest(cases, cases + more).proportion_ci(level, method="wilson")
    assert found == pytest.approx(wanted, abs=1e-12)


@given(n1=counts, n0=counts, t1=st.integers(1, 60), t0=st.integers(1, 60))
def test_the_exact_ratio_holds_the_ratios_that_a_binomial_test_would_not_reject(n1, n0, t1, t0):
    assume(n1 + n0)
    low, high = intervals.count_ratio(n1, t1, n0, t0)
    for ratio, side in ((low, "greater"), (high, "less")):
        if 0 < ratio < np.inf:
            share = ratio * t1 / (ratio * t1 + t0)
            test = stats.binomtest(n1, n1 + n0, share, side)
            assert test.pvalue == pytest.approx(0.025, rel=1e-6)
    assert (low == 0) == (n1 == 0)
    assert (high == np.inf) == (n0 == 0)


@given(n1=counts, n0=counts, t=st.integers(1, 60))
def test_turning_the_two_counts_round_turns_the_ratio_round(n1, n0, t):
    assume(n1 and n0)
    low, high = intervals.count_ratio(n1, t, n0, 12)
    assert intervals.count_ratio(n0, 12, n1, t) == pytest.approx((1 / high, 1 / low))


@given(n1=counts, more1=counts, n0=counts, more0=counts)
def test_an_interval_of_a_difference_holds_the_difference_and_turns_round(n1, more1, n0, more0):
    d1, d0 = n1 + more1, n0 + more0
    assume(d1 and d0)
    low, high = intervals.newcombe(n1, d1, n0, d0)
    assert low - 1e-12 <= n1 / d1 - n0 / d0 <= high + 1e-12
    assert intervals.newcombe(n0, d0, n1, d1) == pytest.approx((-high, -low))


def test_more_cases_at_the_same_rate_make_every_interval_narrower():
    few, many = np.array([3, 30]), np.array([10, 100])
    for low, high in (
        intervals.wilson(few, many),
        intervals.newcombe(few, many, few, many),
        intervals.count_ratio(few, [1, 1], few, [1, 1]),
    ):
        assert (high - low)[0] > (high - low)[1]


@pytest.mark.filterwarnings("error")
def test_nothing_due_nothing_reported_over_the_whole_and_money_have_no_interval():
    odd = np.array([[0, 0], [np.nan, 10], [3, np.nan], [11, 10], [2.5, 10], [-1, 10]]).T
    assert np.isnan(intervals.wilson(*odd)).all()
    assert np.isnan(intervals.newcombe(*odd, 5, 10)).all()
    assert np.isnan(intervals.newcombe(5, 10, *odd)).all()
    assert np.isnan(intervals.count_ratio(0, 12, 0, 12)).all()
    assert np.isnan(intervals.count_ratio(3, 0, 3, 12)).all()
    assert np.isnan(intervals.count_ratio(np.nan, 12, 3, 12)).all()
    assert np.isnan(intervals.count_ratio(2.5, 12, 3, 12)).all()
    low, high = intervals.wilson([], [])
    assert low.shape == high.shape == (0,)
