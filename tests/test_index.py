"""Rank ranges, groups, contributions and what leaving a part out does: fair, exact, repeatable."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import scoring
from reports.evaluation import index

from .bundle import bundle

MEANS = ("arithmetic", "geometric")


def pilot(wards=6, indicators=8, themes=3, seed=0, of=40, holes=0.1, **more):
    """A bundle of rates in one period; every tenth cell is missing."""
    rng = np.random.default_rng(seed)
    rows = []
    for ward in range(1, wards + 1):
        for indicator in range(1, indicators + 1):
            if rng.random() >= holes:
                rows.append((ward, indicator, 1, int(rng.integers(0, of + 1)), of))
    kinds = [{"theme": n % themes + 1, "points": float(4 + n)} for n in range(indicators)]
    return bundle(kinds, rows, wards=wards, **more)


def turned(frames, random):
    """The same pilot with wards, themes, indicators and rows in another order."""

    def mixed(frame):
        order = list(range(len(frame)))
        random.shuffle(order)
        return frame.iloc[order]

    return replace(
        frames,
        wards=mixed(frames.wards),
        themes=mixed(frames.themes),
        indicators=mixed(frames.indicators),
        values=mixed(frames.values).reset_index(drop=True),
    )


@pytest.mark.parametrize("mean", MEANS)
def test_one_seed_gives_the_same_bytes_and_another_seed_nearly_the_same_ranges(mean):
    frames = pilot(holes=0)
    one, again = (index.rank_ranges(pilot(holes=0), 1, mean, seed=7) for _ in range(2))
    assert one.to_numpy().tobytes() == again.to_numpy().tobytes()
    other = [index.rank_ranges(frames, 1, mean, seed=seed) for seed in range(8, 16)]
    for each in other:
        assert (each[["low", "high"]] - one[["low", "high"]]).abs().to_numpy().max() <= 1
        assert (each["first"] - one["first"]).abs().max() < 0.05
        assert each["score"].equals(one["score"])
    assert any(not each["first"].equals(one["first"]) for each in other)


@settings(max_examples=15)
@given(seed=st.integers(0, 1000), random=st.randoms())
def test_the_order_of_wards_themes_indicators_and_rows_changes_nothing(seed, random):
    frames = pilot(seed=seed, minimum_weight=0.5)
    other = turned(frames, random)
    for mean in MEANS:
        wanted = index.rank_ranges(frames, 1, mean, draws=200)
        found = index.rank_ranges(other, 1, mean, draws=200).loc[wanted.index]
        columns = ["rank", "low", "high", "first"]
        assert found[columns].to_numpy().tobytes() == wanted[columns].to_numpy().tobytes()
        assert found["score"].to_numpy() == pytest.approx(wanted["score"].to_numpy(), nan_ok=True)
        assert index.groups(other, 1, mean).loc[wanted.index].equals(index.groups(frames, 1, mean))
        wanted = index.without(frames, 1, mean)
        found = index.without(other, 1, mean).loc[wanted.index, wanted.columns]
        assert found.equals(wanted)


def test_another_ward_in_the_pilot_leaves_the_draws_of_the_others_alone():
    frames = pilot(holes=0)
    fewer = replace(frames, wards=frames.wards.drop(index=3))
    assert (
        np.delete(index._drawn(frames, 1, 1, 50), 2, axis=1).tobytes()
        == index._drawn(fewer, 1, 1, 50).tobytes()
    )


@given(seed=st.integers(0, 1000))
@settings(max_examples=15)
def test_score_and_rank_are_the_official_ones_and_contributions_add_up_to_the_score(seed):
    frames = pilot(seed=seed, minimum_weight=0.5, holes=0.25)
    official = scoring.scores_in(frames, 1)
    found = index.rank_ranges(frames, 1, draws=10)
    pd.testing.assert_series_equal(found["score"], official.totals["points"], check_names=False)
    pd.testing.assert_series_equal(found["rank"], official.totals["rank"], check_names=False)
    for mean in MEANS:
        score = index.rank_ranges(frames, 1, mean, draws=10)["score"]
        parts = index.contributions(frames, 1, mean)
        added = parts.sum(axis=1, min_count=1).to_numpy()
        assert added == pytest.approx(score.to_numpy(), abs=1e-9, nan_ok=True)
        assert (parts.isna().all(axis=1) | score.notna()).all()


@given(seed=st.integers(0, 1000))
@settings(max_examples=15)
def test_the_geometric_mean_is_never_above_the_arithmetic(seed):
    frames = pilot(seed=seed, minimum_weight=0.5)
    flat, steep = (index.rank_ranges(frames, 1, mean, draws=10)["score"] for mean in MEANS)
    assert ((steep <= flat + 1e-9) | flat.isna()).all()
    assert (steep.isna() == flat.isna()).all()


@given(seed=st.integers(0, 300), ward=st.integers(1, 6), indicator=st.integers(1, 8))
@settings(max_examples=25)
def test_a_better_figure_never_lowers_a_score(seed, ward, indicator):
    frames = pilot(seed=seed, minimum_weight=0.5)
    values = frames.values.copy()
    own = (values["ward"] == ward) & (values["indicator"] == indicator)
    values.loc[own, "numerator"] = (values.loc[own, "numerator"] + 5).clip(upper=40)
    better = replace(frames, values=values)
    for mean in MEANS:
        before, after = (
            index.rank_ranges(each, 1, mean, draws=1)["score"] for each in (frames, better)
        )
        assert after.isna().equals(before.isna())
        assert ((after >= before - 1e-9) | before.isna()).all()


def test_a_zero_counts_and_a_blank_does_not():
    rows = [
        (1, 1, 1, 8, 10),
        (1, 2, 1, 8, 10),
        (1, 3, 1, 0, 10),
        (2, 1, 1, 8, 10),
        (2, 2, 1, 8, 10),
    ]
    found = index.contributions(bundle([{"theme": n} for n in (1, 2, 3)], rows), 1)
    assert found.loc[1].tolist() == [8, 8, 0]
    assert found.loc[2, [1, 2]].tolist() == [12, 12]
    assert np.isnan(found.loc[2, 3])


def test_without_a_score_there_is_no_rank_no_range_no_group():
    frames = bundle([{}, {}, {}], [(1, 1, 1, 5, 10), *((2, n, 1, 5, 10) for n in (1, 2, 3))])
    found = index.rank_ranges(frames, 1)
    assert found.loc[1].isna().all()
    assert found.loc[2, ["rank", "low", "high", "first"]].tolist() == [1, 1, 1, 1]
    assert index.groups(frames, 1).tolist()[1] == 1
    assert np.isnan(index.groups(frames, 1).loc[1])
    assert index.contributions(frames, 1).loc[1].isna().all()


def test_an_empty_pilot_and_one_with_nothing_scored_answer_with_nothing():
    for frames in (
        bundle([], [], wards=0),
        bundle([{"points": None}], [(1, 1, 1, 5, 10)]),
        bundle([{}], []),
    ):
        assert index.rank_ranges(frames, 1)["rank"].isna().all()
        assert index.groups(frames, 1).isna().all()
        assert index.contributions(frames, 1).isna().all(axis=None)
        assert index.without(frames, 1).isna().all(axis=None)


def test_the_fewer_cases_stand_behind_a_rate_the_wider_the_range():
    def width(of):
        rows = [
            (ward, n, 1, int(of * share), of)
            for ward, share in ((1, 0.5), (2, 0.54), (3, 0.58), (4, 0.62))
            for n in (1, 2, 3)
        ]
        found = index.rank_ranges(bundle([{}, {}, {}], rows, wards=4), 1)
        return (found["high"] - found["low"]).sum()

    assert width(50) > width(200) > width(50_000) == 0


def test_all_of_a_few_cases_is_not_certain_and_published_marks_are():
    few = [(1, 1, 1, 3, 3), (2, 1, 1, 299, 300)]
    found = index.rank_ranges(bundle([{}], few), 1)
    assert found.loc[1, "rank"] == 1
    assert found.loc[1, "high"] == 2
    marks = bundle([{"kind": "score"}], [(1, 1, 1, 9.0), (2, 1, 1, 8.9)])
    assert index.rank_ranges(marks, 1)["first"].tolist() == [1, 0]


def test_groups_part_where_one_stands_above_the_other_in_95_percent_of_draws():
    shares = (0.9, 0.89, 0.5, 0.49, 0.1)
    rows = [(ward, 1, 1, int(share * 200), 200) for ward, share in enumerate(shares, 1)]
    assert index.groups(bundle([{}], rows, wards=5), 1).tolist() == [1, 1, 2, 2, 3]


def test_a_chain_of_neighbours_is_not_one_group():
    rows = [(ward, 1, 1, 100 - 6 * ward, 120) for ward in range(1, 11)]
    frames = bundle([{}], rows, wards=10)
    found = index.groups(frames, 1)
    apart = index._apart(index._drawn(frames, 1, 1, index.DRAWS))
    assert not np.diag(apart, 1).any()
    assert found.max() > 1
    assert found.is_monotonic_increasing
    for _number, members in found.groupby(found):
        places = members.index.to_numpy() - 1
        assert not apart[np.ix_(places, places)].any()


@pytest.mark.parametrize("seed", range(4))
def test_leaving_a_part_out_is_scoring_a_framework_without_it(seed):
    frames = pilot(seed=seed, minimum_weight=0.6, holes=0.2)
    indicators = frames.indicators.copy()
    indicators.loc[8, ["kind", "whole_theme", "points"]] = ["score", True, 20.0]
    values = frames.values[frames.values["indicator"] != 8]
    mark = {"ward": 1, "indicator": 8, "period": 1, "state": "reported", "numerator": 12.0}
    values = pd.concat([values, pd.DataFrame([mark | {"approved": True}])], ignore_index=True)
    frames = replace(frames, indicators=indicators, values=values)
    found = index.without(frames, 1)
    assert len(found) == 3 + 8
    for kind, id in found.index:
        gone = indicators.index == id if kind == "indicator" else indicators["theme"] == id
        less = replace(
            frames,
            indicators=indicators[~gone],
            values=values[~values["indicator"].isin(indicators.index[gone])],
        )
        wanted = scoring.scores_in(less, 1).totals["rank"]
        pd.testing.assert_series_equal(found.loc[(kind, id)], wanted, check_names=False)
