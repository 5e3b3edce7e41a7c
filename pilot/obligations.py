"""Who owes which return: the one answer for the home page, the reminders and the district's list."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Q

from wards.models import Ward

from .models import Indicator, Period, Pilot, Submission

URGENCY = ("returned", "overdue", "due", "upcoming")


@dataclass(frozen=True)
class Obligation:
    """A return that somebody still has to hand in.

    `state` is one of URGENCY: sent back and not yet mended, past its due date, period over and due,
    period still running. `ward` is None for the district's own return, `submission` is None where
    nobody began it; of `asked` indicators `filled` have a cell.
    """

    pilot: Pilot
    period: Period
    ward: Ward | None
    submission: Submission | None
    state: str
    due: dt.date
    filled: int
    asked: int

    @property
    def urgency(self):
        """Sort key: the most urgent first."""
        place = self.ward.sort_key if self.ward else ""
        return URGENCY.index(self.state), self.due, self.period.start, self.pilot.slug, place


def owed(pilots, wards, day, districts=()):
    """What `wards`, and the `districts` themselves, owe to `pilots` on `day`; the urgent first.

    `districts` are ids. Owed is what is asked for a period that has begun, is not locked, and was
    not handed in or was sent back; by a ward that takes part and is in force on the period's last
    day. Of periods outside the pilot's time, such as those of the baseline, only a return that
    somebody began is owed. Five queries, whatever the number of pilots, wards and periods.
    """
    pilots = {pilot.pk: pilot for pilot in pilots}
    places = _places(pilots, wards, districts)
    open_periods = Period.objects.filter(pilot__in=pilots, locked=False, start__lte=day)
    asked = _asked(pilots)
    begun, settled = _returns(open_periods)
    found = []
    for period in open_periods:
        pilot = period.pilot = pilots[period.pilot_id]
        for ward in places[pilot.pk]:
            count = asked.get((pilot.pk, period.kind, ward is not None), 0)
            key = (period.pk, ward and ward.pk)
            submission = begun.get(key)
            if not count or key in settled or not _counts(pilot, period, ward, submission):
                continue
            state = _state(period, submission, day)
            filled = submission.filled if submission else 0
            found.append(
                Obligation(pilot, period, ward, submission, state, period.due, filled, count)
            )
    return sorted(found, key=lambda each: each.urgency)


def _places(pilots, wards, districts):
    """Pilot id -> its places among those asked about: wards, and None for the district."""
    places = defaultdict(list)
    districts = set(districts)
    for pilot in pilots.values():
        if pilot.district_id in districts:
            places[pilot.pk].append(None)
    known = {ward.pk: ward for ward in wards}
    parts = Pilot.wards.through.objects.filter(pilot__in=pilots)
    for pilot, ward in parts.values_list("pilot", "ward"):
        if ward in known:
            places[pilot].append(known[ward])
    return places


def _asked(pilots):
    """(pilot id, kind of period, of a ward?) -> how many indicators its return asks for."""
    rows = Indicator.objects.filter(theme__pilot__in=pilots).order_by()
    rows = rows.values_list("theme__pilot", "frequency", "level").annotate(count=Count("pk"))
    return {
        (pilot, kind, level == Indicator.Reporter.WARD): count for pilot, kind, level, count in rows
    }


def _returns(open_periods):
    """The returns that are still open, by (period id, ward id), and the keys of all others."""
    returns = Submission.objects.filter(period__in=open_periods)
    open_states = [Submission.State.DRAFT, Submission.State.RETURNED]
    level = Q(ward__isnull=False, values__indicator__level=Indicator.Reporter.WARD) | Q(
        ward__isnull=True, values__indicator__level=Indicator.Reporter.DISTRICT
    )
    asks = level & Q(
        values__indicator__frequency=F("period__kind"),
        values__indicator__theme__pilot=F("period__pilot"),
    )
    begun = returns.filter(state__in=open_states).annotate(filled=Count("values", filter=asks))
    settled = returns.exclude(state__in=open_states).values_list("period", "ward")
    return {(each.period_id, each.ward_id): each for each in begun}, set(settled)


def _counts(pilot, period, ward, submission):
    in_time = pilot.start <= period.end and (pilot.end is None or period.start <= pilot.end)
    return period.concerns(ward) and (in_time or submission is not None)


def _state(period, submission, day):
    if submission and submission.state == Submission.State.RETURNED:
        return "returned"
    if period.due < day:
        return "overdue"
    return "due" if period.end < day else "upcoming"
