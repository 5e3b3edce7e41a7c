"""The returns with their figures, what became of each, and the blemishes of real ones."""

import copy
import datetime as dt
from collections import defaultdict

import numpy as np
from django.utils import timezone

from pilot.models import Indicator, Submission, Value

from .drawing import CORRECTIONS, FATES, RETURNS, chance, dated, moment, pick, read
from .figures import Cell
from .people import home_of

DRAFT, SUBMITTED, RETURNED, APPROVED = Submission.State
MISSING = "missing"


def build(pilot, units, periods, reviewer, history):
    """Draw and keep all returns of the units, the district's first."""
    asked = defaultdict(list)
    for indicator in Indicator.objects.filter(theme__pilot=pilot).order_by("theme__order", "order"):
        asked[indicator.level, indicator.frequency].append(indicator)
    fates = _fates(units[1:], periods)
    submissions, values = [], []
    for unit in units:
        rng = chance(unit.seed, RETURNS, unit.number)
        for period in periods:
            indicators = asked["ward" if unit.ward else "district", period.kind]
            fate = fates.get((unit.number, period.pk), APPROVED)
            if not indicators or fate == MISSING:
                continue
            submission = _submission(unit, period, fate, reviewer, rng)
            submissions.append(submission)
            cells = [(each, Cell(unit, each, period).fields()) for each in indicators]
            cells = cells[: len(cells) * 2 // 3] if fate == DRAFT else cells
            values += [Value(submission=submission, indicator=i, **fields) for i, fields in cells]
    _keep_submissions(submissions, history)
    _keep_values(values, history, chance(units[0].seed, CORRECTIONS))


# What became of them ---------------------------------------------------------------------------


def _fates(wards, periods):
    """What became of the returns that were not simply approved: (unit, period) -> state or MISSING.

    In the last month one ward reported nothing and one each is returned, waiting and half typed (a
    draft, of the ward that logs in); before that 4 % of the returns never came, most from weak wards.
    """
    months = [period for period in periods if period.kind == "month"]
    if not wards or not months:
        return {}
    rng = chance(wards[0].seed, FATES)
    last, home = months[-1], home_of([unit.ward for unit in wards])
    others = [unit for unit in wards if unit.ward != home]
    rng.shuffle(others)
    fates = {}
    for unit, state in zip(others, [MISSING, SUBMITTED, RETURNED], strict=False):
        fates[unit.number, last.pk] = state
    if len(others) > 3:
        fates |= {(unit.number, last.pk): DRAFT for unit in wards if unit.ward == home}
    # Nobody forgets the year's return.
    earlier = [each for each in periods if each.end < last.end and each.kind != "year"]
    never = round(0.04 * len(wards) * len(periods)) - 1
    if never > 0 and earlier:
        due = [(unit, each.pk) for unit in wards for each in earlier]
        weights = np.exp([-0.5 * unit.skill for unit, _period in due])
        chosen = rng.choice(len(due), never, replace=False, p=weights / weights.sum())
        fates |= {(due[n][0].number, due[n][1]): MISSING for n in chosen}
    _place_outlier(wards, months, fates, rng)
    return fates


def _place_outlier(wards, months, fates, rng):
    """One gross outlier, some months before the last, in an approved return of a decent ward."""
    month = months[max(len(months) - 4, 0)]
    sound = [unit for unit in wards if (unit.number, month.pk) not in fates]
    decent = [unit for unit in sound if unit.skill > -1] or sound
    if decent:
        pick(rng, decent).outlier = month


def _submission(unit, period, fate, reviewer, rng):
    """A return with the `steps` that led to the state that `fate` says."""
    late = rng.random() < (0.05 if unit.skill > -1 else 0.18)
    days = int(rng.integers(1, 8)) if late else -int(rng.integers(0, 6))
    submitted = moment(period.due + dt.timedelta(days=days), *_working_time(rng))
    begun = submitted - dt.timedelta(days=int(rng.integers(0, 3)), hours=2)
    submission = Submission(period=period, ward=unit.ward)
    submission.steps = [_step(submission, begun, unit.enters)]
    if fate == DRAFT:
        return submission
    submission.state = SUBMITTED
    submission.submitted_at, submission.submitted_by = submitted, unit.submits
    submission.first_submitted_at = submitted
    submission.steps.append(_step(submission, submitted, submission.submitted_by))
    if fate == SUBMITTED:
        return submission
    decided = timezone.localdate(submitted) + dt.timedelta(days=int(rng.integers(1, 5)))
    submission.state = fate
    submission.decided_at, submission.decided_by = moment(decided, *_working_time(rng)), reviewer
    submission.reason = read()["reasons"]["returned"] if fate == RETURNED else ""
    submission.steps.append(_step(submission, submission.decided_at, reviewer))
    return submission


def _working_time(rng):
    return int(rng.integers(8, 17)), int(rng.integers(0, 60))


def _step(submission, when, user):
    """The return as it stood at a moment of its life, for the log."""
    return dated(copy.copy(submission), when, user)


# Into the database -----------------------------------------------------------------------------


def _keep_submissions(submissions, history):
    Submission.objects.bulk_create(submissions, batch_size=1000)
    if not history:
        return
    for submission in submissions:
        for step in submission.steps:
            step.pk = submission.pk
    begun = [each.steps[0] for each in submissions]
    later = [step for each in submissions for step in each.steps[1:]]
    Submission.history.bulk_history_create(begun, batch_size=1000)
    Submission.history.bulk_history_create(later, batch_size=1000, update=True)


def _keep_values(values, history, rng):
    """Insert the figures and their log; one in a hundred was first entered wrong and corrected."""
    Value.objects.bulk_create(values, batch_size=1000)
    if not history:
        return
    corrected = []
    for value in values:
        begun = value.submission.steps[0]
        dated(value, begun._history_date, begun._history_user)
        if value.numerator and rng.random() < 0.01:
            corrected.append(value)
            value.numerator -= 1
    Value.history.bulk_history_create(values, batch_size=1000)
    for value in corrected:
        value.numerator += 1
        value._history_date += dt.timedelta(hours=1)
        value._change_reason = read()["reasons"]["corrected"]
    Value.history.bulk_history_create(corrected, batch_size=1000, update=True)
