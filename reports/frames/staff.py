"""The rosters of a pilot's wards, from the database to pandas: posts, people, grades.

Three queries and one for the day on which staff are counted. No name leaves the database.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd
from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pilot.models import Period, Submission
from wards.models import (
    Assignment,
    Establishment,
    Level,
    Officer,
    Position,
    Rating,
    Theory,
    Training,
)
from wards.staffing import ages, counting_day

from . import MOST_KEPT, Bundle, _frame, wards

POSTS = {"ward": "int64", "position": "int64", "since": "datetime64[s]", "posts": "int64"}
POSITIONS = {
    "position": "int64",
    "order": "int64",
    "code": "str",
    "name_vi": "str",
    "name_en": "str",
    "leads": "bool",
    "required_level": "int64",
    "required_theory": "int64",
    "required_fields": "str",
}
PEOPLE = {
    "ward": "int64",
    "position": "int64",
    "officer": "int64",
    "start": "datetime64[s]",
    "end": "datetime64[s]",
    "concurrent": "bool",
    "sex": "str",
    "birth_year": "float64",
    "level": "int64",
    "theory": "int64",
    "training": "int64",
    "field": "str",
    "language": "bool",
    "it": "bool",
}
RATINGS = {"officer": "int64", "year": "int64", "grade": "str"}


@dataclass(frozen=True)
class Staff(Bundle):
    """The rosters of all wards of the pilot's district.

    wards: the pilot's own, as in Frames. positions: by id, in their order. posts: from a day on, in
    time. people: assignments with what the officer is, as recorded now, and `lacking`: the first of
    level, field and theory that falls short of the position, or met. `counting` is the one day of
    which figures about people are told to those who may not see all rosters; `ages` the age of
    retirement by sex.
    """

    wards: pd.DataFrame
    positions: pd.DataFrame
    posts: pd.DataFrame
    people: pd.DataFrame
    ratings: pd.DataFrame
    counting: pd.Timestamp
    ages: dict
    _made: dict = field(default_factory=dict, init=False, repr=False, compare=False)


def kept(pilot):
    """The rosters of `pilot`'s wards, kept as `frames.kept` keeps its figures."""
    return _kept(pilot, pilot.district.revision, timezone.localdate())


@lru_cache(maxsize=MOST_KEPT)
def _kept(pilot, _revision, today):
    return live(pilot, today)


def live(pilot, today=None):
    """The rosters as they stand now: six queries, however many wards, posts and people."""
    there = {"ward__district": pilot.district_id}
    positions = _frame(
        Position.objects.order_by("order", "code"), POSITIONS, "position", position="pk"
    )
    people = _frame(
        Assignment.objects.filter(**there).order_by("start", "pk"),
        PEOPLE,
        sex="officer__sex",
        birth_year="officer__birth_year",
        level="officer__level",
        theory="officer__theory",
        training="officer__training",
        field="officer__field",
        language=~Q(officer__foreign_language=""),
        it=~Q(officer__it=""),
    )
    held = Assignment.objects.filter(**there).values("officer")
    return Staff(
        wards=wards(pilot),
        positions=positions,
        posts=_frame(Establishment.objects.filter(**there).order_by("since", "pk"), POSTS),
        people=people.assign(lacking=_lacking(people, positions)),
        ratings=_frame(Rating.objects.filter(officer__in=held).order_by("year"), RATINGS),
        counting=pd.Timestamp(_counting(pilot, today or timezone.localdate())),
        ages=settings.RETIREMENT_AGES,
    )


def _counting(pilot, today):
    """The last day of official counting by the latest approved figures of the district.

    One and the same for all that anybody may ask for, whatever the pilot, the period or the filter:
    of two days the difference would tell what the one who came or left between them has.
    """
    counted = Period.objects.filter(
        pilot__district=pilot.district_id,
        submissions__state=Submission.State.APPROVED,
        end__lte=today,
    )
    return counting_day(counted.aggregate(last=Max("end"))["last"] or today)


def _lacking(people, positions):
    """What each officer lacks of what the position asks for, as `Officer.lacks` has it."""
    asked = positions.reindex(people["position"]).reset_index(drop=True)
    fields = {
        (position, studied): Position(required_fields=fields).accepts(studied)
        for position, studied, fields in set(
            zip(people["position"], people["field"], asked["required_fields"], strict=True)
        )
    }
    accepted = [fields[key] for key in zip(people["position"], people["field"], strict=True)]
    found = pd.Series("met", people.index, dtype=object)
    found[(people["theory"] < asked["required_theory"])] = "theory"
    found[[not each for each in accepted]] = "field"
    found[(people["level"] < asked["required_level"])] = "level"
    return found


def labels():
    """What the keys of each quality are called, in the language of the page: {kind: {key: text}}."""
    return {
        "lacking": {
            "met": _("meets all requirements"),
            "level": _("qualification too low"),
            "field": _("field of study not accepted"),
            "theory": _("political theory too low"),
        },
        "level": _choices(Level),
        "theory": _choices(Theory),
        "training": _choices(Training),
        "age": ages(),
        "sex": _choices(Officer.Sex),
        "language": _recorded(),
        "it": _recorded(),
        "grade": _choices(Rating.Grade),
    }


def _choices(of):
    return {key: str(label) for key, label in of.choices}


def _recorded():
    """A certificate is named on the record or it is not."""
    return {True: _("has a certificate"), False: _("none recorded")}
