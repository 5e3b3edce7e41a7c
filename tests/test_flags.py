"""Flags against textbook examples, gaps, equal figures, and nothing at all."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.evaluation import flags

from .bundle import bundle

MONTHS = [str(each) for each in pd.period_range("2021-01", periods=24, freq="M")]
STEADY = [10.0, 12.0, 11.0, 9.0, 10.0, 11.0, 12.0, 10.0, 9.0, 11.0, 10.0, 12.0]


def flagged(series, indicator=None, period=None, baseline=(pd.NaT, pd.NaT)):
    """Flags of one ward's series; None is a missing return."""
    rows = [(1, 1, n, *np.atleast_1d(each)) for n, each in enumerate(series, 1) if each is not None]
    frames = bundle(
        [indicator or {"kind": "amount"}], rows, wards=1, periods=MONTHS, baseline=baseline
    )
    return flags.flagged(frames, period or len(MONTHS))


def test_the_modified_z_score_is_that_of_the_handbook():
    # Iglewicz and Hoaglin (1993); NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.17.
    values = np.array([3.2, 3.3, 8.1, 3.2, 2.9, 3.7, 3.1, 3.5, 3.3])
    median, mad = 3.3, 0.2
    assert flags.outliers(values) == pytest.approx(0.6745 * (values - median) / mad)
    assert (np.abs(flags.outliers(values)) > flags.FAR).tolist() == [
        *(False, False, True, False, False, False, False, False, False)
    ]


def test_one_odd_figure_among_equals_is_seen_and_equals_are_not():
    found = flags.outliers([5.0] * 11 + [9.0])
    assert found[11] > flags.FAR
    assert found[:11].tolist() == [0] * 11
    assert flags.outliers([5.0] * 12).tolist() == [0] * 12
    # 0.1 + 0.2 against 0.3: what floating point leaves is no spread.
    assert flags.outliers([0.3] * 11 + [0.1 + 0.2]).tolist() == [0] * 12
    assert np.isnan(flags.outliers([np.nan, np.nan])).all()
    assert flags.outliers([]).size == 0


def test_the_sums_are_those_of_page_and_alarm_above_five():
    # Montgomery's tabular CUSUM: C+ = max(0, C+ + z - k), C- = max(0, C- - z - k).
    values = np.array([*STEADY, 14.0, 15.0, 14.0, 16.0, 15.0, 14.0])
    base = np.arange(18) < 12
    up, down, alarms = flags.cusum(values, base)
    few = 12 / 11.2 * np.sqrt(1 + np.pi / 24)
    z = (values - 10.5) / (0.5 / 0.6745 * few)
    high = low = 0
    for n, each in enumerate(z):
        high, low = max(0, high + each - 0.5), max(0, low - each - 0.5)
        assert (up[n], down[n]) == pytest.approx((high, low))
    assert alarms.tolist() == [False] * 12 + (up[12:] > 5).tolist()
    assert alarms[-1]


def test_a_gap_is_skipped_and_is_no_zero():
    values = [1.0, 2.0, 1.5, 2.5, 1.0, 2.0]
    up, down, _alarms = flags.cusum(values)
    holes = [1.0, np.nan, 2.0, 1.5, np.nan, 2.5, 1.0, 2.0]
    with_gaps = flags.cusum(holes)
    there = ~np.isnan(holes)
    assert with_gaps[0][there].tolist() == up.tolist()
    assert with_gaps[1][there].tolist() == down.tolist()
    assert np.isnan(with_gaps[0][~there]).all()
    assert with_gaps[2].dtype == bool


def test_a_lasting_shift_is_flagged_once_where_it_is_noticed():
    baseline = (pd.Timestamp("2021-01-01"), pd.Timestamp("2021-12-31"))
    series = STEADY + [each + 4 for each in STEADY]
    found = flagged(series, baseline=baseline)
    shift = found[found["kind"] == "shift"]
    assert shift[["sign", "ward", "indicator"]].values.tolist() == [[1, 1, 1]]
    assert 13 <= shift["period"].iloc[0] <= 16
    assert shift["size"].iloc[0] > flags.LIMIT
    worse = flagged(series, {"kind": "amount", "direction": "lower"}, baseline=baseline)
    assert worse[worse["kind"] == "shift"]["sign"].tolist() == [-1]
    # What is usual is what the page draws, too.
    frames = bundle(
        [{"kind": "amount"}],
        [(1, 1, n, each) for n, each in enumerate(series, 1)],
        wards=1,
        periods=MONTHS,
        baseline=baseline,
    )
    alarms = flags.cusum(series, flags.usual(frames, series))[2]
    assert np.argmax(alarms) + 1 == shift["period"].iloc[0]


def test_an_outlier_is_flagged_on_its_side():
    found = flagged([*STEADY, 30.0, *STEADY[:11]])
    outlier = found[found["kind"] == "outlier"]
    assert outlier[["period", "sign"]].values.tolist() == [[13, 1]]


def test_a_sudden_worsening_is_a_drop_and_a_sudden_gain_is_not():
    falls = flagged([*STEADY, 1.0])
    assert "drop" in set(falls["kind"])
    drop = falls[falls["kind"] == "drop"].iloc[0]
    assert (drop["period"], drop["sign"]) == (13, -1)
    assert "drop" not in set(flagged([*STEADY, 25.0])["kind"])
    assert "drop" in set(flagged([*STEADY, 25.0], {"kind": "amount", "direction": "lower"})["kind"])


def test_a_band_has_gains_and_losses_by_its_edges():
    band = {"kind": "amount", "direction": "band", "best": 9.0, "best_high": 12.0}
    found = flagged([*STEADY, 30.0, *STEADY[:11]], band)
    assert found[found["kind"] == "outlier"]["sign"].tolist() == [-1]
    # Far off the usual but still within the band: worth a look, neither good nor bad.
    wide = flagged([*STEADY, 30.0, *STEADY[:11]], band | {"best_high": 40.0})
    assert wide[wide["kind"] == "outlier"]["sign"].tolist() == [0]


def test_later_figures_do_not_tell_what_was_flagged_up_to_a_period():
    series = [*STEADY, 30.0]
    known = flagged(series, period=13)
    pd.testing.assert_frame_equal(flagged([*series, *[99.0] * 5], period=13), known)
    assert known["period"].max() <= 13


def test_few_figures_small_denominators_and_yes_or_no_are_never_flagged():
    assert flagged([1.0, 1.0, 2.0, 1.0, 99.0]).empty
    rates = [(5, 10)] * 12 + [(0, 3)]
    assert not flagged(rates).empty
    assert flagged(rates, {"smallest_denominator": 5}).empty
    assert flagged([1, 0] * 6 + [1] * 6, {"kind": "yes_no"}).empty
    assert flagged([]).empty
    nothing = bundle([], [], wards=0)
    assert flags.flagged(nothing, 1).columns.tolist() == flags.COLUMNS


def test_quarters_stand_beside_each_other():
    frames = bundle(
        [{"kind": "amount", "frequency": "quarter"}],
        [(1, 1, n, each) for n, each in zip(range(1, 14), [*STEADY, 30.0], strict=True)],
        wards=1,
        periods=[str(each) for each in pd.period_range("2018-01", periods=13, freq="3M")],
    )
    frames = replace(frames, periods=frames.periods.assign(kind="quarter"))
    found = flags.flagged(frames, 13)
    assert found[found["kind"] == "outlier"]["period"].tolist() == [13]


@settings(max_examples=40)
@given(
    figures=st.lists(
        st.tuples(st.integers(1, 2), st.integers(1, 24), st.integers(0, 60)),
        max_size=48,
        unique_by=lambda each: each[:2],
    ),
    random=st.randoms(),
)
def test_the_order_of_rows_changes_nothing_and_scaling_changes_no_flag(figures, random):
    def of(rows, by=1):
        cells = [(ward, 1, period, by * figure, by * 60) for ward, period, figure in rows]
        return flags.flagged(bundle([{}], cells, periods=MONTHS), 24)

    wanted = of(figures)
    random.shuffle(figures)
    pd.testing.assert_frame_equal(of(figures), wanted)
    pd.testing.assert_frame_equal(of(figures, by=8), wanted)
