"""Two hundred random pilots: the product against the slow, plain reference of `reference.py`."""

import datetime as dt
import random
from dataclasses import replace
from math import isclose

import numpy as np
import pandas as pd
import pytest

from reports import measures, scoring
from reports.evaluation import effect

from . import reference
from .pilots import frames_of, random_pilot

SPANS = [
    (dt.date(2022, 5, 1), dt.date(2022, 5, 31)),
    (dt.date(2022, 4, 1), dt.date(2022, 6, 30)),
    (dt.date(2021, 1, 1), dt.date(2021, 12, 31)),
]
WINDOW = (dt.date(2022, 1, 1), dt.date(2022, 6, 30))
EACH = 20


def stamps(days):
    return tuple(pd.Timestamp(each) for each in days)


def same(frame, wanted, about):
    """Every number and word of `wanted` (key -> dict) stands in the frame, and no row more."""
    assert set(frame.index) == set(wanted), about
    for name in next(iter(wanted.values()), {}):
        column = frame[name].to_dict()
        for key, row in wanted.items():
            found, told = column[key], row[name]
            if isinstance(told, str | bool):
                assert found == told, (*about, name, key)
            elif told is None:
                assert np.isnan(found), (*about, name, key)
            else:
                assert isclose(found, told, rel_tol=1e-9, abs_tol=1e-9), (*about, name, key)


def pilots(first):
    for seed in range(first, first + EACH):
        pilot = random_pilot(seed)
        yield seed, pilot, frames_of(pilot)


@pytest.mark.parametrize("first", range(0, 200, EACH))
def test_cells_totals_targets_and_changes_are_those_of_the_reference(first):
    for seed, pilot, frames in pilots(first):
        for days in SPANS:
            wanted = reference.cells(pilot, reference.span(pilot, *days))
            found = measures.cells(frames, measures.span(frames, *stamps(days)))
            same(found.set_index(["ward", "indicator"]), wanted, (seed, days))
            overview = measures.overview(frames, *stamps(days))
            same(overview, reference.totals(pilot, wanted), (seed, days))
            same(overview, reference.overview(pilot, *days), (seed, days))
        for ward in pilot["wards"]:
            found = measures.targets(frames, pd.Timestamp(SPANS[0][1]), ward)
            wanted = {
                i: {"target": reference.target(pilot, i, SPANS[0][1], ward)} for i in found.index
            }
            same(found.to_frame("target"), wanted, (seed, ward))


@pytest.mark.parametrize("first", range(0, 200, EACH))
def test_points_themes_totals_and_ranks_are_those_of_the_reference(first):
    for seed, pilot, frames in pilots(first):
        for days in SPANS:
            found = scoring.scores(
                frames, measures.cells(frames, measures.span(frames, *stamps(days)))
            )
            cells = reference.cells(pilot, reference.span(pilot, *days))
            points, themes, totals, ranks = reference.scores(pilot, cells)
            own = found.cells.set_index(["ward", "indicator"])["points"]
            for key, told in points.items():
                # To the last digit: hundredths are rounded half up, exactly.
                if told is None:
                    assert np.isnan(own.get(key, np.nan)), (seed, days, key)
                else:
                    assert own[key] == float(told), (seed, days, key)
            about = (seed, days)
            same(
                found.themes.set_index(["ward", "theme"]),
                {key: {"points": told, "there": there} for key, (told, there) in themes.items()},
                about,
            )
            wanted = {ward: {"points": totals[ward], "rank": ranks[ward]} for ward in totals}
            same(found.totals, wanted, about)


@pytest.mark.parametrize("first", range(0, 200, EACH))
def test_before_and_after_are_those_of_the_reference(first):
    for seed, pilot, frames in pilots(first):
        found = effect.before_after(frames, *stamps(WINDOW))
        wanted = reference.before_after(pilot, *WINDOW)
        for key, row in wanted.items():
            if row["method"] == "exact":  # its interval is proved in test_intervals
                low, high = found.loc[key, ["low", "high"]]
                assert low - 1e-9 <= row["change"] <= high + 1e-9
                row["low"], row["high"] = low, high
        same(found, wanted, (seed,))


def test_the_order_of_wards_indicators_themes_and_rows_changes_no_number():
    dice = random.Random(1)  # noqa: S311
    for seed in range(20):
        frames = frames_of(random_pilot(seed))
        mixed = {
            name: getattr(frames, name).sample(frac=1, random_state=dice.randint(0, 99))
            for name in ("wards", "themes", "indicators", "values")
        }
        mixed["values"] = mixed["values"].reset_index(drop=True)
        other = replace(frames, **mixed)
        for days in SPANS:
            one, two = (
                scoring.scores(
                    each, measures.cells(each, measures.span(each, *stamps(days)))
                ).totals
                for each in (frames, other)
            )
            pd.testing.assert_frame_equal(two.loc[one.index], one)
        one, two = (effect.before_after(each, *stamps(WINDOW)) for each in (frames, other))
        pd.testing.assert_frame_equal(two.loc[one.index], one)


def test_the_random_pilots_have_what_they_are_meant_to_try():
    seen = set()
    for seed in range(200):
        pilot = random_pilot(seed)
        seen |= {each[name] for each in pilot["indicators"] for name in ("kind", "direction")}
        seen |= {
            each[name] for each in pilot["indicators"] for name in ("frequency", "nothing_due")
        }
        seen |= {f"level {each['level']}" for each in pilot["indicators"]}
        seen |= {f"whole {each['whole_theme']}" for each in pilot["indicators"]}
        cells = reference.cells(pilot, reference.span(pilot, *SPANS[0]))
        seen |= {each["state"] for each in cells.values()}
        ranks = reference.scores(pilot, cells)[3]
        seen |= {"no score" if each is None else "score" for each in ranks.values()}
        seen |= {each["method"] for each in reference.before_after(pilot, *WINDOW).values()}
        seen |= {"target of a ward" for each in pilot["targets"] if each["ward"]}
    assert seen >= {
        *reference.ORDER,
        *("ratio", "count", "amount", "yes_no", "score", "higher", "lower", "band"),
        *("month", "quarter", "half", "year", "full", "none", "left_out"),
        *("level ward", "level district", "whole True", "no score", "score", "target of a ward"),
        *("newcombe", "exact"),
    }
