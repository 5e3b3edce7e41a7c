"""The door from the database to pandas for many districts at once: their headline figures.

Grouped in the database: what comes out has a row for each pilot, indicator and year, however many
wards and cells there are. Sums, coverage and states mean what they mean in `measures`.
"""

from dataclasses import dataclass

import pandas as pd
from django.db.models import Count, Exists, F, FloatField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast
from django.utils import timezone

from pilot.models import Indicator, Period, Pilot, Submission, Value

from . import _frame, _typed

PILOTS = {
    "pilot": "int64",
    "slug": "str",
    "name_vi": "str",
    "name_en": "str",
    "district_vi": "str",
    "district_en": "str",
    "illustrative": "bool",
    "wards": "int64",
}
HEADLINES = {
    "headline": "str",
    "theme": "str",
    "code": "str",
    "name_vi": "str",
    "name_en": "str",
    "short_vi": "str",
    "short_en": "str",
    "theme_vi": "str",
    "theme_en": "str",
    "kind": "str",
    "level": "str",
    "frequency": "str",
    "direction": "str",
    "unit_vi": "str",
    "unit_en": "str",
    "best": "float64",
    "best_high": "float64",
}
PERIODS = {
    "code": "str",
    "kind": "str",
    "start": "datetime64[s]",
    "end": "datetime64[s]",
    "due": "datetime64[s]",
}
CELLS = {
    "pilot": "int64",
    "headline": "str",
    "code": "str",
    "numerator": "float64",
    "denominator": "float64",
    "reported": "int64",
    "not_available": "int64",
    "not_applicable": "int64",
}


@dataclass(frozen=True)
class Districts:
    """What many pilots of one framework are compared by.

    pilots: indexed by id, in the order of the Vietnamese alphabet, with the number of their wards.
    headlines: the indicators on the themes' tiles, indexed by «theme/code», as the newest pilot has
    them. periods: those of the kind that is reported most often, indexed by code, in time.
    """

    pilots: pd.DataFrame
    headlines: pd.DataFrame
    periods: pd.DataFrame
    today: pd.Timestamp


def frameworks(user):
    """The frameworks whose pilots the user may compare, with how many districts have one, as pairs."""
    rows = Pilot.objects.for_user(user).exclude(framework="").order_by().values("framework")
    counted = rows.annotate(count=Count("district", distinct=True)).order_by("-count", "framework")
    return [(row["framework"], row["count"]) for row in counted]


def districts(user, framework):
    """The Districts of a framework that the user may browse: three queries."""
    pilots = Pilot.objects.for_user(user).filter(framework=framework)
    newest = pilots.order_by("-start", "-pk").values("pk")[:1]
    rows = Indicator.objects.filter(headline=True, theme__pilot=Subquery(newest))
    headlines = _frame(
        rows.order_by("theme__order"),
        HEADLINES,
        "headline",
        headline="pk",
        theme="theme__code",
        theme_vi="theme__short_vi",
        theme_en="theme__short_en",
    )
    headlines.index = pd.Index(headlines["theme"] + "/" + headlines["code"], name="headline")
    kinds = list(headlines["frequency"].unique())
    of = Period.objects.filter(pilot__in=pilots.order_by().values("pk"), kind__in=kinds)
    spans = of.order_by("end", "code").values_list(*PERIODS).distinct()
    periods = _typed(list(spans), PERIODS, "code")
    periods = periods[~periods.index.duplicated()]
    wards = Pilot.wards.through.objects.filter(pilot=OuterRef("pk")).order_by().values("pilot")
    return Districts(
        pilots=_frame(
            pilots.order_by("district__sort_key", "slug"),
            PILOTS,
            "pilot",
            pilot="pk",
            district_vi="district__name_vi",
            district_en="district__name_en",
            wards=Subquery(wards.annotate(count=Count("pk")).values("count")),
        ),
        headlines=headlines,
        periods=periods,
        today=pd.Timestamp(timezone.localdate()),
    )


def last_period(found, codes):
    """The latest of these codes for which a return is approved; "" where there is none."""
    approved = Submission.objects.filter(period=OuterRef("pk"), state=Submission.State.APPROVED)
    pilots = [int(pilot) for pilot in found.pilots.index]
    of = Period.objects.filter(pilot__in=pilots, code__in=list(codes))
    return of.filter(Exists(approved)).order_by("-end").values_list("code", flat=True).first() or ""


def cells(found, codes):
    """Sums of the approved figures of all headlines in the periods of these codes: one query.

    Returns a DataFrame with a row for each pilot, headline and period that has any figure: sums of
    numerators and denominators, and how many cells are reported, not available, not applicable.
    """
    ids = [int(pilot) for pilot in found.pilots.index]
    state = {f"of_{name}": Count("pk", filter=Q(state=name)) for name in list(CELLS)[-3:]}
    # A ward that has left the pilot keeps its returns, but has no place here.
    place = Q(indicator__level="ward", submission__ward__pilots=F("submission__period__pilot"))
    place |= Q(indicator__level="district", submission__ward=None)
    rows = (
        Value.objects.filter(
            place,
            submission__period__pilot__in=ids,
            submission__period__code__in=list(codes),
            submission__period__kind=F("indicator__frequency"),
            submission__state=Submission.State.APPROVED,
            indicator__headline=True,
        )
        .order_by()
        .values_list(
            "submission__period__pilot",
            "indicator__theme__code",
            "indicator__code",
            "submission__period__code",
        )
        .annotate(
            above=Cast(Sum("numerator"), FloatField()),
            below=Cast(Sum("denominator"), FloatField()),
            **state,
        )
    )
    return _typed([(row[0], f"{row[1]}/{row[2]}", *row[3:]) for row in rows], CELLS)
