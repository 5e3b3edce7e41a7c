"""Random pilots as plain dicts, and the same ones as Frames bundles."""

import datetime as dt
import random
from fractions import Fraction

import numpy as np
import pandas as pd

from reports import frames as door

from .bundle import cell, typed

LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
EMPTY = ["not_applicable", "not_available"]


def random_pilot(seed):
    """A pilot of 1 to 4 wards over 2021 (the baseline) and half of 2022, full of gaps of all kinds."""
    dice = random.Random(seed)  # noqa: S311
    themes = list(range(1, dice.randint(1, 3) + 1))
    indicators = [indicator(dice, n, themes) for n in range(1, dice.randint(3, 10) + 1)]
    if dice.random() < 0.4:
        most = sum(each["points"] or 0 for each in indicators if each["theme"] == 1) or 10
        indicators.append(
            indicator(dice, len(indicators) + 1, [1])
            | {"kind": "score", "whole_theme": True, "points": most, "level": "ward"}
            | {"direction": "higher"}
        )
    indicators.sort(key=lambda each: each["theme"])
    pilot = {
        "minimum_weight": Fraction(dice.choice(["0.6666", "0.5", "1"])),
        "baseline": (dt.date(2021, 1, 1), dt.date(2021, 12, 31)),
        "today": dt.date(2022, dice.randint(3, 8), dice.randint(1, 28)),
        "wards": list(range(1, dice.randint(1, 4) + 1)),
        "themes": themes,
        "indicators": indicators,
        "periods": periods(),
    }
    pilot["values"] = dict(values(dice, pilot))
    pilot["targets"] = list(targets(dice, pilot))
    return pilot


def indicator(dice, number, themes):
    kind = dice.choice(["ratio", "ratio", "ratio", "count", "amount", "yes_no", "score"])
    direction = dice.choice(["higher", "lower", "band"])
    low, high = sorted(dice.sample(range(0, 100), 2))
    posts = {"worst": low, "best": high, "best_high": None, "worst_high": None}
    if direction == "lower":
        posts |= {"worst": high, "best": low}
    if direction == "band":
        edges = sorted(dice.sample(range(0, 100), 4))
        posts = dict(zip(["worst", "best", "best_high", "worst_high"], edges, strict=True))
    scale = Fraction(1, 100) if kind == "ratio" else Fraction(1, 5)
    return {
        "indicator": number,
        "code": f"i{number}",
        "theme": dice.choice(themes),
        "kind": kind,
        "level": dice.choice(["ward"] * 4 + ["district"]),
        "frequency": dice.choice(["month", "month", "quarter", "half", "year"]),
        "over_time": dice.choice(["flow", "flow", "stock"]),
        "direction": direction,
        "decimals": dice.choice([0, 0, 1]),
        "smallest_denominator": dice.choice([0, 0, 5, 30]),
        "points": dice.choice([None, 1, 2, 5, 10, Fraction(5, 2)]),
        "whole_theme": False,
        "nothing_due": dice.choice(["full", "none", "left_out"]),
    } | {name: None if each is None else each * scale for name, each in posts.items()}


def periods():
    found = []
    for kind, length in LENGTHS.items():
        for first in range(0, 18 - length + 1, length):
            start = pd.Period("2021-01", "M") + first
            end = (start + length - 1).end_time.date()
            found.append(
                {
                    "kind": kind,
                    "code": f"{kind}-{start}",
                    "start": start.start_time.date(),
                    "end": end,
                    "due": end + dt.timedelta(days=8),
                }
            )
    found.sort(key=lambda each: (each["end"], each["start"]))
    return [each | {"period": n} for n, each in enumerate(found, 1)]


def values(dice, pilot):
    """Figures and gaps, here and there one where it does not belong: another level, a ward that left."""
    gaps = dice.choice([0, 0.1, 0.4, 0.9])
    for ward in [0, *pilot["wards"], 99]:
        for each in pilot["indicators"]:
            for period in pilot["periods"]:
                fits = period["kind"] == each["frequency"] and (
                    (ward == 0) == (each["level"] == "district")
                )
                if dice.random() < (gaps if fits else 0.98):
                    continue
                key = ward, each["indicator"], period["period"]
                if dice.random() < 0.15:
                    yield key, (dice.choice(EMPTY), None, None)
                else:
                    yield key, ("reported", *figures(dice, each))


def figures(dice, each):
    tenths = 10 ** each["decimals"]
    if each["kind"] == "ratio":
        of = dice.choice([0, dice.randint(1, 8), dice.randint(1, 8), dice.randint(20, 400)])
        # Shares of cases lie within the whole; here and there more is done than was planned.
        most = of + (dice.random() < 0.05 and of > 0)
        return Fraction(dice.randint(0, most * tenths), tenths), Fraction(of)
    if each["kind"] == "yes_no":
        return Fraction(dice.randint(0, 1)), None
    if each["kind"] == "score":
        return Fraction(dice.randint(0, int((each["points"] or 10) * 100)), 100), None
    return Fraction(dice.randint(0, 20 * tenths), tenths), None


def targets(dice, pilot):
    for each in pilot["indicators"]:
        for ward in [0, *pilot["wards"]]:
            for month in range(1, 7):
                if dice.random() < 0.15:
                    yield {
                        "indicator": each["indicator"],
                        "ward": ward,
                        "since": dt.date(2022, month, 1),
                        "target": Fraction(
                            dice.randint(0, 100), 100 if each["kind"] == "ratio" else 5
                        ),
                    }


def frames_of(pilot):
    """The same pilot as the product sees it: floats, and dates of pandas."""

    def plain(row):
        return {name: _plain(each) for name, each in row.items()}

    rows = [
        cell(*key, *(value[1:] if value[0] == "reported" else (value[0], None)))
        for key, value in (
            ((ward, i, period), value) for (ward, i, period), value in pilot["values"].items()
        )
    ]
    return door.Frames(
        minimum_weight=float(pilot["minimum_weight"]),
        classes=[],
        baseline=tuple(pd.Timestamp(each) for each in pilot["baseline"]),
        today=pd.Timestamp(pilot["today"]),
        wards=typed(door.WARDS, [{"ward": n, "code": f"w{n}"} for n in pilot["wards"]]),
        themes=typed(door.THEMES, [{"theme": n, "code": f"t{n}"} for n in pilot["themes"]]),
        indicators=typed(
            door.INDICATORS,
            [{"headline": False} | plain(each) for each in pilot["indicators"]],
        ),
        targets=typed(
            door.TARGETS,
            sorted((plain(each) for each in pilot["targets"]), key=lambda each: each["since"]),
            index=False,
        ),
        periods=typed(door.PERIODS, [plain(each) for each in pilot["periods"]]),
        submissions=typed(door.SUBMISSIONS, [], index=False),
        values=typed(door.VALUES, [plain(each) for each in rows], index=False),
    )


def _plain(value):
    if isinstance(value, Fraction):
        return float(value)
    return np.datetime64(value) if isinstance(value, dt.date) else value
