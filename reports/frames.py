"""The one door from the database to pandas: a Frames bundle of typed DataFrames.

Everything downstream (measures, scores, charts, exports) takes a bundle and never asks where it
came from. Each frame is one query, and its types are set here, so that an empty pilot has the same
columns as a full one.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from django.db import connection
from django.db.models import FloatField, Q
from django.db.models.functions import Cast
from django.utils import timezone

from pilot.models import Indicator, Submission, Target, Value

from . import measures

# Column -> dtype, per frame. The district itself stands as ward 0.
WARDS = {
    "ward": "int64",
    "code": "str",
    "name_vi": "str",
    "name_en": "str",
    "bare_vi": "str",
    "bare_en": "str",
    "row": "float64",
    "column": "float64",
}
THEMES = {
    "theme": "int64",
    "code": "str",
    "name_vi": "str",
    "name_en": "str",
    "short_vi": "str",
    "short_en": "str",
}
INDICATORS = {
    "indicator": "int64",
    "theme": "int64",
    "code": "str",
    "name_vi": "str",
    "name_en": "str",
    "short_vi": "str",
    "short_en": "str",
    "kind": "str",
    "level": "str",
    "frequency": "str",
    "over_time": "str",
    "direction": "str",
    "unit_vi": "str",
    "unit_en": "str",
    "decimals": "int64",
    "smallest_denominator": "int64",
    "worst": "float64",
    "best": "float64",
    "best_high": "float64",
    "worst_high": "float64",
    "points": "float64",
    "whole_theme": "bool",
    "nothing_due": "str",
    "headline": "bool",
}
TARGETS = {"indicator": "int64", "ward": "int64", "since": "datetime64[s]", "target": "float64"}
PERIODS = {
    "period": "int64",
    "code": "str",
    "kind": "str",
    "start": "datetime64[s]",
    "end": "datetime64[s]",
    "due": "datetime64[s]",
}
SUBMISSIONS = {
    "ward": "int64",
    "period": "int64",
    "state": "str",
    "submitted_on": "local day",
    "imported": "bool",
}
VALUES = {
    "ward": "int64",
    "period": "int64",
    "indicator": "int64",
    "state": "str",
    "numerator": "float64",
    "denominator": "float64",
    "approved": "bool",
}


@dataclass(frozen=True)
class Frames:
    """All of one pilot that figures are made of.

    wards, themes and indicators are indexed by their id, in the order in which they are shown;
    periods by id, in time; targets, submissions and values have plain indexes. `today` decides what
    is due.
    """

    minimum_weight: float
    classes: list
    baseline: tuple  # first and last day, NaT where there is none
    today: pd.Timestamp
    wards: pd.DataFrame
    themes: pd.DataFrame
    indicators: pd.DataFrame
    targets: pd.DataFrame
    periods: pd.DataFrame
    submissions: pd.DataFrame
    values: pd.DataFrame

    @cached_property
    def cube(self):
        """All cells as arrays, made once: see `measures.cube`."""
        return measures.cube(self)

    def approved(self):
        """The same with approved figures only."""
        return replace(self, values=self.values[self.values["approved"]])


def live(pilot, including_submitted=False, today=None, also=None):
    """The bundle of `pilot` as it stands now: seven queries, however many wards and periods.

    `also` is the id of a return whose figures are taken in as well.
    """
    return Frames(
        minimum_weight=float(pilot.minimum_weight),
        classes=pilot.classes,
        baseline=(pd.Timestamp(pilot.baseline_start), pd.Timestamp(pilot.baseline_end)),
        today=pd.Timestamp(today or timezone.localdate()),
        wards=wards(pilot),
        themes=_frame(pilot.themes.order_by("order", "code"), THEMES, "theme", theme="pk"),
        indicators=_frame(
            Indicator.objects.filter(theme__pilot=pilot).order_by("theme__order", "order", "code"),
            INDICATORS,
            "indicator",
            indicator="pk",
        ),
        targets=_frame(
            Target.objects.filter(indicator__theme__pilot=pilot).order_by("since"),
            TARGETS,
            target="value",
        ),
        periods=_frame(pilot.periods.order_by("end", "start"), PERIODS, "period", period="pk"),
        submissions=_frame(
            Submission.objects.filter(period__pilot=pilot).order_by("period__end", "ward"),
            SUBMISSIONS,
            submitted_on="first_submitted_at",
            imported=~Q(source=""),
        ),
        values=values(pilot, including_submitted, also),
    )


def wards(pilot):
    """The pilot's wards in the order of the Vietnamese alphabet; `bare` names lack their kind."""
    rows = [
        (
            ward.pk,
            ward.code,
            ward.name_vi,
            ward.name_en,
            ward.bare_name,
            ward.name_en.removesuffix(" Ward") or ward.bare_name,
            ward.map_row,
            ward.map_column,
        )
        for ward in pilot.wards.order_by("sort_key", "code")
    ]
    return _typed(rows, WARDS, "ward")


def values(pilot, including_submitted=False, also=None):
    """The cells of all counted returns. Numbers leave the database as floats, exact below 2**53."""
    counted = Submission.objects.filter(period__pilot=pilot).counted(including_submitted, also)
    rows = (
        Value.objects.filter(submission__in=counted)
        .order_by()
        .values_list(
            "submission__ward",
            "submission__period",
            "indicator",
            "state",
            Cast("numerator", FloatField()),
            Cast("denominator", FloatField()),
            Q(submission__state=Submission.State.APPROVED),
        )
    )
    # The one frame with thousands of rows, of plain numbers and words alone: fetched at once,
    # without Django's look at every row, it takes half the time.
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return _typed(cursor.fetchall(), VALUES)


def _frame(queryset, dtypes, index=None, **sources):
    """One query as a frame with the columns and types of `dtypes`.

    `sources` names the field path or expression of a column that is not the field of its name.
    """
    paths = {name: sources.get(name, name) for name in dtypes}
    # An expression needs an alias, and the alias must not be the name of a field.
    expressions = {f"{name}_": path for name, path in paths.items() if not isinstance(path, str)}
    columns = [path if isinstance(path, str) else f"{name}_" for name, path in paths.items()]
    rows = queryset.annotate(**expressions).values_list(*columns)
    return _typed(list(rows), dtypes, index)


def _typed(rows, dtypes, index=None):
    columns = zip(*rows, strict=True) if rows else ([] for _ in dtypes)
    data = {
        name: _column(values, dtype)
        for (name, dtype), values in zip(dtypes.items(), columns, strict=True)
    }
    if index is None:
        return pd.DataFrame(data)
    return pd.DataFrame(data, index=pd.Index(data.pop(index), name=index))


def _column(values, dtype):
    """One column of the wanted type; None becomes ward 0, NaN, NaT or nothing."""
    if dtype == "int64":
        return np.array([value or 0 for value in values], dtype="int64")
    if dtype == "float64":
        # numpy itself reads None as NaN.
        return np.array(values, dtype="float64")
    if dtype == "local day":
        zone = timezone.get_default_timezone_name()
        return pd.to_datetime(list(values), utc=True).tz_convert(zone).tz_localize(None).normalize()
    if dtype == "datetime64[s]":
        return np.array(values, dtype=dtype)
    if dtype == "bool":
        return np.array(values, dtype=bool)
    return np.array(values, dtype=object)
