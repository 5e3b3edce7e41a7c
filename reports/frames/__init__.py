"""The one door from the database to pandas: a Frames bundle of typed DataFrames.

Everything downstream (measures, scores, charts, exports) takes a bundle and never asks where it
came from. Each frame is one query, and its types are set here, so that an empty pilot has the same
columns as a full one.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from django.db import connection
from django.db.models import FloatField, Q
from django.db.models.functions import Cast
from django.utils import timezone

from pilot.models import Indicator, Submission, Target, Value

from .. import measures

MOST_KEPT = 8  # pilots whose figures a worker keeps: some megabytes each
MOST_MADE = 100  # things worked out of one bundle

# Column -> dtype, per frame. The district itself stands as ward 0.
WARDS = {
    "ward": "int64",
    "code": "str",
    "name_vi": "str",
    "name_en": "str",
    "bare_vi": "str",
    "bare_en": "str",
    "population": "float64",
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


class Bundle:
    """What was read from the database at one time. Never changed, nor is what is worked out of it."""

    def once(self, make, *arguments):
        """make(self, *arguments), worked out once for as long as the bundle is kept.

        `make` is a function with a name, the arguments are plain: ids, words, numbers.
        """
        return self.keep((make, arguments), lambda: make(self, *arguments))

    def keep(self, key, make):
        """make(), worked out once for a key that names all that it rests on besides the bundle."""
        if key not in self._made:
            # What people choose in addresses must not fill the memory.
            for old in list(self._made)[: max(0, len(self._made) - MOST_MADE + 1)]:
                self._made.pop(old, None)
            self._made[key] = make()
        return self._made[key]


@dataclass(frozen=True)
class Frames(Bundle):
    """All of one pilot that figures are made of.

    wards, themes and indicators are indexed by their id, in the order in which they are shown;
    periods by id, in time; targets, submissions and values have plain indexes. `today` decides what
    is due. A bundle is never changed, and nor is what was worked out of it.
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
    _made: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def cube(self):
        """All cells as arrays, made once: see `measures.cube`."""
        return measures.cube(self)

    @cached_property
    def approved(self):
        """The same with approved figures only: the bundle itself where there are no others."""
        approved = self.values["approved"].to_numpy()
        return self if approved.all() else replace(self, values=self.values[approved])


def kept(pilot):
    """The bundle of `pilot` with all that was submitted, kept for as long as nothing is revised.

    A transaction that changes something shown increases `District.revision`, so this holds on any
    number of machines. `pilot.district` must have been read in this request.
    """
    return _kept(pilot, pilot.district.revision, timezone.localdate())


@lru_cache(maxsize=MOST_KEPT)
def _kept(pilot, _revision, today):
    return live(pilot, including_submitted=True, today=today)


def forget():
    """Keep nothing of what was read so far."""
    _kept.cache_clear()


def live(pilot, including_submitted=False, today=None, also=None):
    """The bundle of `pilot` as it stands now: seven queries, however many wards and periods.

    `also` is the id of a return whose figures are taken in as well.
    """
    returns = _frame(
        Submission.objects.filter(period__pilot=pilot).order_by("period__end", "ward"),
        {"submission": "int64"} | SUBMISSIONS,
        submission="pk",
        submitted_on="first_submitted_at",
        imported=~Q(source=""),
    )
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
        submissions=returns.drop(columns="submission"),
        values=values(pilot, returns, including_submitted, also),
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
            ward.population,
            ward.map_row,
            ward.map_column,
        )
        for ward in pilot.wards.order_by("sort_key", "code")
    ]
    return _typed(rows, WARDS, "ward")


def values(pilot, returns, including_submitted=False, also=None):
    """The cells of all counted returns. Numbers leave the database as floats, exact below 2**53.

    What is true of a whole return comes from `returns`, its row, and not with each of its cells.
    """
    counted = Submission.objects.filter(period__pilot=pilot).counted(including_submitted, also)
    floats = (Cast(name, FloatField()) for name in ("numerator", "denominator"))
    rows = Value.objects.filter(submission__in=counted).order_by()
    own = {name: VALUES[name] for name in ("indicator", "state", "numerator", "denominator")}
    cells = _typed(
        _fetched(rows.values_list("submission", "indicator", "state", *floats)),
        {"submission": "int64"} | own,
    )
    place = pd.Index(returns["submission"]).get_indexer(cells["submission"])
    if (place < 0).any():  # begun since `returns` were read
        cells, place = cells[place >= 0], place[place >= 0]
    of = {name: returns[name].to_numpy()[place] for name in ("ward", "period")}
    of |= {name: cells[name].to_numpy() for name in own}
    approved = (returns["state"] == Submission.State.APPROVED).to_numpy()[place]
    return pd.DataFrame(of | {"approved": approved}).astype({"state": "str"})


def _frame(queryset, dtypes, index=None, **sources):
    """One query as a frame with the columns and types of `dtypes`.

    `sources` names the field path or expression of a column that is not the field of its name.
    """
    paths = {name: sources.get(name, name) for name in dtypes}
    # An expression needs an alias, and the alias must not be the name of a field.
    expressions = {f"{name}_": path for name, path in paths.items() if not isinstance(path, str)}
    columns = [path if isinstance(path, str) else f"{name}_" for name, path in paths.items()]
    return _typed(_fetched(queryset.annotate(**expressions).values_list(*columns)), dtypes, index)


def _fetched(rows):
    """The rows of a values_list as the database's driver gives them, all at once.

    Numbers, words and days, which `_column` understands whatever the driver calls them: without
    Django's look at every field this takes half the time.
    """
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


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
        values = [value or 0 for value in values] if None in values else values
        return np.array(values, dtype="int64")
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
