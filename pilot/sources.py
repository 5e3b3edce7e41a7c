"""The returns behind a figure: who entered, submitted and approved it, as far as a reader may know.

Whoever may browse a pilot reads approved figures. Who typed them, what stood there before, what was
said and what was uploaded is for those inside: the ward's own people, reviewers, the administrator.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from . import returns
from .models import Indicator, Submission, Value

State = Submission.State


@dataclass(frozen=True)
class Reader:
    """What somebody may see of the returns of one pilot."""

    work: object  # of wards.access
    wards: frozenset  # ids of the wards whose pages they may open
    including_submitted: bool  # whether what waits for approval counts on the page

    def inside(self, submission):
        return self.work.inside(submission.period.pilot.district, submission.ward_id)

    def counts(self, submission):
        """Whether the figures of the return stand on the page."""
        waits = submission.state == State.SUBMITTED and self.including_submitted
        return submission.state == State.APPROVED or waits

    def opens(self, submission):
        """Whether `views.door.open_return` lets them in."""
        near = submission.ward_id is None or submission.ward_id in self.wards
        return near and (submission.state == State.APPROVED or self.inside(submission))


@dataclass
class Source:
    """One return behind a figure. `entry` is the last entry of the cell, for those inside."""

    submission: Submission
    indicator: Indicator
    counts: bool
    opens: bool
    inside: bool
    entry: object = None

    @property
    def href(self):
        """The address of the cell in its return, "" for those who may not open it."""
        if not self.opens:
            return ""
        of = self.submission
        place = [of.period.pilot.slug, of.period.code, of.ward_id]
        return reverse("cell", args=[*place, self.indicator.pk])

    @property
    def file(self):
        """The file or system that the figures came from, where nobody typed them."""
        return self.submission.source if self.counts else ""

    @property
    def entered(self):
        """(who, when), None for what the reader may not know or nobody did; the same below."""
        if self.entry is None:
            return None
        return _by(self.entry.history_user, self.entry.history_date)

    @property
    def submitted(self):
        if not self.counts:
            return None
        return _by(self.opens and self.submission.submitted_by, self.submission.submitted_at)

    @property
    def approved(self):
        if self.submission.state != State.APPROVED:
            return None
        return _by(self.opens and self.submission.decided_by, self.submission.decided_at)


def _by(user, at):
    return (str(user) if user else "", timezone.localtime(at)) if at else None


def sources(pilot, indicator, cells, reader):
    """The returns behind `cells`, (ward, period) pairs of ids with ward 0 for the district's own.

    Returns a dict of Sources by such pairs, in their order, without those of which the reader may
    know nothing. Two queries.
    """
    wanted = dict.fromkeys(cells)
    found = Submission.objects.filter(
        period__pilot=pilot, period__in={period for _ward, period in wanted}
    ).select_related("period__pilot__district", "submitted_by", "decided_by")
    for each in found:
        key = (each.ward_id or 0, each.period_id)
        counts, inside = reader.counts(each), reader.inside(each)
        if key in wanted and (counts or inside):
            wanted[key] = Source(each, indicator, counts, reader.opens(each), inside)
    known = {key: source for key, source in wanted.items() if source}
    _entries(indicator, [each for each in known.values() if each.inside and each.counts])
    return known


def _entries(indicator, known):
    """Gives each Source the last entry of its cell."""
    by_pk = {each.submission.pk: each for each in known}
    rows = Value.history.filter(submission_id__in=by_pk, indicator=indicator)
    for row in rows.select_related("history_user").order_by("history_date", "history_id"):
        by_pk[row.submission_id].entry = row


@dataclass(frozen=True)
class Told:
    """What is known of one cell: its explanation; for those inside also the rest."""

    reason: str
    changes: list  # of Change, the latest first
    comments: list
    evidence: list


@dataclass(frozen=True)
class Change:
    at: object
    by: str
    before: str  # "" where nothing stood there
    after: str  # "" where it was emptied
    reason: str


def told(source):
    """The Told of one Source: up to four queries, none for what the reader may not see."""
    if not (source.counts and source.opens):
        return Told("", [], [], [])
    of, cell = source.submission, {"indicator": source.indicator}
    value = of.values.filter(**cell).first()
    reason = value.reason if value else ""
    if not source.inside:
        return Told(reason, [], [], [])
    return Told(
        reason,
        changes(of, source.indicator),
        list(of.comments.filter(**cell).select_related("author")),
        list(of.evidence.filter(**cell).select_related("uploaded_by")),
    )


def changes(submission, indicator):
    """Every Change of a cell, the latest first."""
    log = returns.log(submission, indicator)
    earlier = [*log[1:], None]
    return [
        Change(
            timezone.localtime(now.history_date),
            str(now.history_user or ""),
            _content(then),
            _content(now),
            _why(now, then),
        )
        for now, then in zip(log, earlier, strict=False)  # without a log there is one None
    ]


def _content(entry):
    """What stood in the cell after an entry, as it is read."""
    if entry is None or entry.gone:
        return ""
    return entry.figure or entry.get_state_display()


def _why(now, then):
    """What was given as the reason: of the change itself, else the explanation that is new with it."""
    if now.history_change_reason:
        return now.history_change_reason
    known = then.reason if then and not then.gone else ""
    return now.reason if not now.gone and now.reason != known else ""
