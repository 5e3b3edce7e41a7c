"""A Frames bundle from a few literal rows, for tests of pure functions: no database."""

import pandas as pd

from reports import frames as door

DEFAULTS = {
    "theme": 1,
    "kind": "ratio",
    "level": "ward",
    "frequency": "month",
    "over_time": "flow",
    "direction": "higher",
    "worst": 0.0,
    "best": 1.0,
    "points": 10.0,
    "nothing_due": "left_out",
    "decimals": 0,
    "smallest_denominator": 0,
    "whole_theme": False,
    "headline": False,
}


def bundle(indicators, values, wards=2, periods=("2022-01",), today="2030-01-01", **more):
    """`indicators`: dicts over DEFAULTS, ids 1, 2, …; `values`: (ward, indicator, period, n, d).

    A period is its place in `periods`, from 1. n may also be a state. Wards have ids 1 to `wards`.
    """
    rows = [DEFAULTS | {"code": f"i{n}"} | each for n, each in enumerate(indicators, 1)]
    themes = sorted({row["theme"] for row in rows})
    months = [pd.Period(code, "M") for code in periods]
    return door.Frames(
        minimum_weight=more.get("minimum_weight", 2 / 3),
        classes=more.get("classes", []),
        baseline=more.get("baseline", (pd.NaT, pd.NaT)),
        today=pd.Timestamp(today),
        wards=typed(door.WARDS, [{"ward": n, "code": f"w{n}"} for n in range(1, wards + 1)]),
        themes=typed(door.THEMES, [{"theme": n, "code": f"t{n}"} for n in themes]),
        indicators=typed(
            door.INDICATORS, [{"indicator": n} | row for n, row in enumerate(rows, 1)]
        ),
        targets=typed(door.TARGETS, more.get("targets", []), index=False),
        periods=typed(
            door.PERIODS,
            [
                {
                    "period": n,
                    "code": str(month),
                    "kind": "month",
                    "start": month.start_time.normalize(),
                    "end": month.end_time.normalize(),
                    "due": month.end_time.normalize() + pd.Timedelta(days=8),
                }
                for n, month in enumerate(months, 1)
            ],
        ),
        submissions=typed(door.SUBMISSIONS, [], index=False),
        values=typed(door.VALUES, [cell(*each) for each in values], index=False),
    )


def cell(ward, indicator, period, numerator, denominator=None):
    state, number = ("reported", numerator)
    if isinstance(numerator, str):
        state, number = numerator, None
    return {
        "ward": ward,
        "indicator": indicator,
        "period": period,
        "state": state,
        "numerator": number,
        "denominator": denominator,
        "approved": True,
    }


def typed(dtypes, rows, index=True):
    """Rows as a frame with the door's own columns and types."""
    first = next(iter(dtypes))
    blank = {name: "" if dtype == "str" else None for name, dtype in dtypes.items()}
    records = [tuple((blank | row)[name] for name in dtypes) for row in rows]
    return door._typed(records, dtypes, first if index else None)
