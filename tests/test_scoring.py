"""Points, themes, totals and ranks: the official way, exact, and fair to what is not there."""

import csv
import io
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from pilot.figures import import_figures
from pilot.frameworks import REFERENCE
from reports import measures, scoring

from .bundle import bundle

COMMUNES = REFERENCE / "qd766-communes.csv"
PUBLISHED = {
    "tien_do": "s_tien_do_20",
    "thanh_toan": "s_thanh_toan_10",
    "so_hoa": "s_so_hoa_22",
    "hai_long": "s_hai_long_18",
}
YEAR = (pd.Timestamp("2022-01-01"), pd.Timestamp("2022-12-31"))


def scores(frames):
    return scoring.scores(frames, measures.cells(frames, measures.span(frames, *YEAR)))


def printed(pilot="qd766", **options):
    """What `manage.py scores` prints, as a list of dicts."""
    out = io.StringIO()
    call_command("scores", pilot, stdout=out, **options)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


@pytest.fixture
def communes(db):
    """The published file, by code."""
    import_figures(COMMUNES, "qd766", "2026-10-05")
    with COMMUNES.open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def test_the_published_block_scores_of_ten_communes_come_out_40_of_40_to_the_last_digit(communes):
    found = {
        (row["ward_code"], row["theme"]): row["points"]
        for row in printed()
        if row["theme"] in PUBLISHED and not row["indicator"]
    }
    complete = [code for code, row in communes.items() if row["satisfied"]]
    wanted = {
        (code, theme): communes[code][column]
        for code in complete
        for theme, column in PUBLISHED.items()
    }
    assert len(wanted) == 40
    off = {
        key: (found[key], text) for key, text in wanted.items() if float(found[key]) != float(text)
    }
    assert off == {}


def test_the_published_totals_and_their_classes_come_out(communes):
    totals = {row["ward_code"]: row for row in printed() if not row["theme"]}
    published = {code: row["total_score"] for code, row in communes.items() if row["total_score"]}
    assert {code: float(totals[code]["points"]) for code in published} == {
        code: float(text) for code, text in published.items()
    }
    assert totals["H15.139"]["class"] == "Khá"
    assert totals["H15.107"]["class"] == "Trung bình"


def test_the_row_with_blanks_has_those_cells_missing_and_its_themes_say_so(communes):
    rows = [row for row in printed() if row["ward_code"] == "H15.188"]
    missing = {row["indicator"] for row in rows if row["indicator"] and row["state"] == "missing"}
    assert missing == {
        "paid_online",
        "tthc_with_online_txn",
        "tthc_fee_with_dossier",
        "popdata_tthc",
        "pakn_on_time",
        "pakn_satisfied",
        "satisfied",
    }
    themes = {row["theme"]: row for row in rows if row["theme"] and not row["indicator"]}
    for theme in ("thanh_toan", "so_hoa", "hai_long"):
        assert (themes[theme]["state"], themes[theme]["points"]) == ("missing", "")
    assert float(themes["tien_do"]["points"]) == 18.77
    total = next(row for row in rows if not row["theme"])
    assert (total["state"], total["points"], total["class"]) == ("missing", "", "")


def test_scores_says_which_pilots_and_periods_there_are(communes):
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="qd766"):
        printed("nowhere")
    with pytest.raises(CommandError, match="2026-10-05"):
        printed(period="2025")


# Points ----------------------------------------------------------------------------------------


def points(indicator, *figure):
    frames = bundle([indicator], [(1, 1, 1, *figure)], wards=1)
    return scores(frames).cells["points"].iloc[0]


def test_full_at_80_percent_and_no_more_than_the_maximum():
    assert points({"points": 2.0, "best": 0.8}, 4, 10) == 1.0
    assert points({"points": 2.0, "best": 0.8}, 9, 10) == 2.0


@pytest.mark.parametrize(("rule", "wanted"), [("full", 10.0), ("none", 0.0), ("left_out", np.nan)])
def test_nothing_due_is_ruled_by_the_indicator(rule, wanted):
    assert points({"nothing_due": rule}, 0, 0) == pytest.approx(wanted, nan_ok=True)


def test_lower_is_better_and_a_band_falls_to_both_sides():
    lower = {"kind": "count", "direction": "lower", "worst": 10.0, "best": 0.0}
    assert [points(lower, n) for n in (0, 5, 10, 99)] == [10, 5, 0, 0]
    band = {"kind": "count", "direction": "band", "over_time": "stock"}
    band |= {"worst": 10.0, "best": 14.0, "best_high": 16.0, "worst_high": 20.0}
    assert [points(band, n) for n in (10, 12, 14, 16, 18, 20)] == [0, 5, 10, 10, 5, 0]


def test_a_published_score_is_taken_as_it_is():
    assert points({"kind": "score", "points": 18.0, "worst": None, "best": None}, 11.9) == 11.9


@pytest.mark.parametrize(
    ("figure", "maximum", "wanted"),
    # 1.005, 0.125 and 2.675 lie on a tie that binary floats and half-even rounding both miss.
    [((201, 400), 2.0, 1.01), ((1, 8), 1.0, 0.13), ((107, 240), 6.0, 2.68)],
)
def test_ties_are_rounded_half_up_exactly(figure, maximum, wanted):
    assert points({"points": maximum}, *figure) == wanted


@given(st.integers(0, 5000), st.integers(1, 5000), st.sampled_from([2.0, 4.0, 6.0, 20.0]))
def test_points_equal_exact_arithmetic(numerator, denominator, maximum):
    numerator = min(numerator, denominator)
    exact = Fraction(numerator, denominator) / Fraction(4, 5) * Fraction(maximum)
    wanted = int(min(exact, Fraction(maximum)) * 100 + Fraction(1, 2)) / 100
    assert points({"points": maximum, "best": 0.8}, numerator, denominator) == wanted


# Themes, totals, ranks -------------------------------------------------------------------------


def test_a_missing_part_shares_its_weight_out_while_two_thirds_are_there():
    three = [{"points": 10.0}] * 3
    frames = bundle(three, [(1, 1, 1, 1, 2), (1, 2, 1, 1, 2), (2, 1, 1, 1, 2)])
    totals = scores(frames).totals
    assert totals.loc[1, "points"] == 15
    assert totals.loc[1, "there"] == pytest.approx(2 / 3)
    assert np.isnan(totals.loc[2, "points"])
    assert totals.loc[2, "state"] == "missing"


def test_a_published_score_of_the_whole_theme_goes_before_its_parts():
    whole = {"kind": "score", "points": 18.0, "whole_theme": True, "worst": None, "best": None}
    parts = [{"points": 18.0}, whole]
    frames = bundle(parts, [(1, 1, 1, 1, 2), (1, 2, 1, 11.9), (2, 1, 1, 1, 2)])
    assert scores(frames).totals["points"].tolist() == [11.9, 9.0]


def test_equal_scores_share_a_rank_and_unrounded_scores_are_ranked():
    assert scoring.ranks(pd.Series([71.0, 70.004, 70.001, 71.0, np.nan])).tolist()[:4] == [
        1,
        3,
        4,
        1,
    ]


def test_classes_are_read_off_the_unrounded_total():
    classes = [{"from": 70, "name_vi": "Khá"}, {"from": 50, "name_vi": "Trung bình"}]
    assert scoring.class_of(69.96, classes)["name_vi"] == "Trung bình"
    assert scoring.class_of(70.0, classes)["name_vi"] == "Khá"
    assert scoring.class_of(np.nan, classes) is None


def test_a_geometric_mean_is_zero_when_a_part_is():
    parts = pd.DataFrame({"a": [0.0, 0.5], "b": [1.0, 0.5]})
    weights = pd.DataFrame({"w": [1, 1]}, parts.columns)
    means, _there = scoring.index(parts, weights, mean="geometric")
    assert means["w"].tolist() == pytest.approx([0, 0.5])


figures = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=6, max_size=6)


def scored(figures):
    """Two wards, three indicators in two themes."""
    kinds = [{"points": 3.0}, {"points": 5.0, "theme": 2}, {"points": 2.0, "theme": 2}]
    values = [(n // 3 + 1, n % 3 + 1, 1, min(pair), max(pair)) for n, pair in enumerate(figures)]
    return kinds, values


@given(figures, st.permutations([0, 1, 2]))
def test_the_order_of_indicators_and_themes_changes_no_total(figures, order):
    kinds, values = scored(figures)
    place = {old + 1: new + 1 for new, old in enumerate(order)}
    moved = [(ward, place[indicator], *rest) for ward, indicator, *rest in values]
    one = scores(bundle(kinds, values)).totals
    other = scores(bundle([kinds[n] for n in order], moved)).totals
    pd.testing.assert_series_equal(one["points"], other["points"])


@given(figures)
def test_a_better_figure_never_lowers_a_score(figures):
    kinds, values = scored(figures)
    ward, indicator, period, numerator, denominator = values[0]
    better = (ward, indicator, period, min(numerator + 1, denominator), denominator)
    one = scores(bundle(kinds, values)).totals.loc[1, "points"]
    other = scores(bundle(kinds, [better, *values[1:]])).totals.loc[1, "points"]
    assert np.isnan(one) == np.isnan(other)
    assert np.isnan(one) or other >= one


def test_places_count_from_the_best_whatever_the_direction():
    lower = {"kind": "count", "direction": "lower", "worst": 9.0, "best": 0.0}
    frames = bundle([{}, lower], [(1, 1, 1, 1, 2), (2, 1, 1, 2, 2), (1, 2, 1, 1), (2, 2, 1, 3)])
    found = scoring.places(frames, scores(frames).cells)
    assert found.loc[1].tolist() == [2, 1]
    assert found.loc[2].tolist() == [1, 2]
