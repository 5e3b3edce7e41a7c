"""How figures came in, as frames: handed in, changed afterwards, explained, and by whom.

Part of the door from the database to pandas: what `frames.live` does not carry, because only the
pages on data quality and on the plan ask for it. Each frame has its types set here.
"""

from dataclasses import dataclass

import pandas as pd
from django.conf import settings
from django.db.models import CharField, F, FloatField, Q, Value
from django.db.models.functions import Cast
from django.utils import translation

from pilot.models import Milestone, Submission
from pilot.models import Value as Cell
from wards import access

from . import THEMES, _frame, _typed, wards

RETURNS = {"submission": "int64", "ward": "int64", "period": "int64", "state": "str"}
REVISIONS = {
    "ward": "int64",
    "period": "int64",
    "indicator": "int64",
    "after": "bool",
    "gone": "bool",
    "state": "str",
    "numerator": "float64",
    "denominator": "float64",
}
REASONS = {
    "ward": "int64",
    "period": "int64",
    "indicator": "int64",
    "state": "str",
    "reason": "str",
    "copied": "bool",
}
PEOPLE = {
    "ward": "int64",
    "user": "int64",
    "name": "str",
    "role": "str",
    "joined": "local day",
    "seen": "local day",
    "did": "bool",
}
MILESTONES = {
    "milestone": "int64",
    "code": "str",
    "name_vi": "str",
    "name_en": "str",
    "owner_vi": "str",
    "owner_en": "str",
    "theme": "int64",
    "ward": "int64",
    "start": "datetime64[s]",
    "due": "datetime64[s]",
    "first_due": "datetime64[s]",
    "done": "datetime64[s]",
    "last": "datetime64[s]",
    "percent": "float64",
    "planned": "float64",
    "state": "str",
}


def returns(pilot):
    """The log of all returns, step by step in time: submission, ward, period, state. One query.

    Ward 0 is the district. A step is any change of a return; its state is the one it left behind.
    """
    log = Submission.history.filter(_takes_part(pilot), period__pilot=pilot)
    log = log.order_by("id", "history_date", "history_id")
    return _frame(log, RETURNS, submission="id")


def revisions(pilot, including_submitted=False):
    """The log of every cell of a return in which a cell was touched after it was first submitted.

    Of the returns that count. Columns ward, period, indicator, after (entered after the first
    submission), gone (emptied), state, numerator, denominator; in time. One query.
    """
    log = Cell.history.filter(submission__in=_counted(pilot, including_submitted))
    after = Q(history_date__gt=F("submission__first_submitted_at"))
    touched = log.filter(after).values("submission_id")
    rows = log.filter(submission_id__in=touched).order_by("history_date", "history_id")
    return _frame(
        rows,
        REVISIONS,
        ward="submission__ward",
        period="submission__period",
        after=after,
        gone=Q(history_type="-"),
        numerator=Cast("numerator", FloatField()),
        denominator=Cast("denominator", FloatField()),
    )


def reasons(pilot, including_submitted=False):
    """The cells of the returns that count which say a reason: why no figure, or why an odd one.

    The latest period first. `copied` are those whose reason is the mark that the form leaves when a
    figure was taken over from the last return. One query.
    """
    rows = Cell.objects.filter(submission__in=_counted(pilot, including_submitted))
    return _frame(
        rows.exclude(reason="").order_by("-submission__period__end", "submission__ward__sort_key"),
        REASONS,
        ward="submission__ward",
        period="submission__period",
        copied=Q(reason__in=_copied()),
    )


def _takes_part(pilot):
    """A ward that has left the pilot keeps its returns, but they are not judged here."""
    return Q(ward=None) | Q(ward__in=pilot.wards.all())


def _counted(pilot, including_submitted):
    returns = Submission.objects.filter(_takes_part(pilot), period__pilot=pilot)
    return returns.counted(including_submitted)


def _copied():
    """The mark of a copy in every language of the site: it was made in the language of whoever copied."""
    marks = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            marks.add(translation.gettext("Copied from last time"))
    return marks


def people(pilot):
    """The rights to enter and to submit that active people hold: a row for each. Two queries.

    Columns ward (0 is the district), user, name, role, joined, seen (last log-in, NaT for never) and
    did: whether the person ever did there what the right is for.
    """
    places = Q(ward__in=pilot.wards.all()) | Q(district=pilot.district_id)
    held = access.holders(access.Role.ENTER, access.Role.SUBMIT).filter(places)
    did = _did(pilot)
    rows = [
        (
            *(right.ward_id, right.user_id, str(right.user), right.role),
            *(right.user.date_joined, right.user.last_login),
            (right.user_id, right.ward_id, right.role) in did,
        )
        for right in held
    ]
    return _typed(rows, PEOPLE)


def _did(pilot):
    """(user, ward, role) of everybody who ever entered or submitted something of `pilot`."""

    def by(log, ward, role):
        named = log.exclude(history_user=None).annotate(as_=Value(role, CharField())).order_by()
        return named.values_list("history_user", ward, "as_").distinct()

    entered = Cell.history.filter(submission__period__pilot=pilot)
    submitted = Submission.history.filter(
        period__pilot=pilot, state=Submission.State.SUBMITTED, history_user=F("submitted_by")
    )
    return set(
        by(entered, "submission__ward", access.Role.ENTER.value).union(
            by(submitted, "ward", access.Role.SUBMIT.value)
        )
    )


def milestones(pilot, standings):
    """How milestones of `pilot` stand, as `MilestoneQuerySet.standings` tells; indexed by id.

    `first_due` is the due date that stood in the plan first, `last` the day of the last entry of the
    log (NaT without one), `planned` the per cent that an even pace asks for. The state is the one
    that `Milestone.standing_on` derives. One query.
    """
    first = _first_due(pilot)
    rows = [
        (
            *(each.milestone.pk, each.milestone.code),
            *(each.milestone.name_vi, each.milestone.name_en or each.milestone.name_vi),
            *(each.milestone.owner_vi, each.milestone.owner_en or each.milestone.owner_vi),
            *(each.milestone.theme_id, each.milestone.ward_id),
            *(each.milestone.start, each.milestone.due),
            first.get(each.milestone.pk, each.milestone.due),
            *(each.done, each.last and each.last.day),
            *(each.percent, each.planned, each.state.value),
        )
        for each in standings
    ]
    return _typed(rows, MILESTONES, "milestone")


def _first_due(pilot):
    """The due date in the first line of each milestone's change log, by id."""
    log = Milestone.history.filter(pilot=pilot).order_by("-history_date", "-history_id")
    return dict(log.values_list("id", "due"))


@dataclass(frozen=True)
class Plan:
    """What the plan of milestones is drawn from. `today` decides what is ahead."""

    today: pd.Timestamp
    milestones: pd.DataFrame  # see `milestones`
    themes: pd.DataFrame
    wards: pd.DataFrame


def plan(pilot, standings, today):
    """The Plan of these standings. Three queries."""
    return Plan(
        today=pd.Timestamp(today),
        milestones=milestones(pilot, standings),
        themes=_frame(pilot.themes.order_by("order", "code"), THEMES, "theme", theme="pk"),
        wards=wards(pilot),
    )
