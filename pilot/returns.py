"""A return as people read it: each cell it asks for, with what stands there, what stood there last
time, the target, what is odd about it and what was said of it. Reads only; `Submission` writes.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _t

from . import numbers, periods
from .models import Indicator, Submission, Target, Value
from .models.cells import ENTERED
from .models.submissions import OPEN

State = Submission.State


@dataclass
class Cell:
    """One cell of a return. `value` is None where nothing was entered."""

    indicator: Indicator
    value: Value | None = None
    previous: Value | None = None
    target: float | None = None
    before: dict | None = None  # content when last submitted, where it differs since; {} was empty
    comments: list = field(default_factory=list)
    evidence: list = field(default_factory=list)

    @property
    def state(self):
        return self.value.state if self.value else "missing"

    @property
    def reported(self):
        return self.state == Value.State.REPORTED

    @cached_property
    def warnings(self):
        """Sentences that ask for a reason."""
        return self.indicator.odd(self.value, self.previous)

    @property
    def unexplained(self):
        return bool(self.warnings) and not self.value.reason

    @property
    def outcome(self):
        """The figure as it is read: «98,6 %», «15»; "" where there is none."""
        return outcome(self.indicator, self.value)

    @property
    def figure(self):
        """What was entered: «412 / 418», «15», «yes»; "" where there is none."""
        return figure(self.indicator, self.value)

    @property
    def changed_from(self):
        """What stood here when the return was last submitted, or None where nothing changed."""
        if self.before is None:
            return None
        then = Value(**self.before) if self.before else None
        if then is None:
            return _t("empty")
        return figure(self.indicator, then) or then.get_state_display()

    @property
    def previous_outcome(self):
        return outcome(self.indicator, self.previous)

    @property
    def asked(self):
        """What the district asked to be corrected here when it last sent the return back."""
        return [
            each
            for each in self.comments
            if each.asks and each.at >= (each.submission.decided_at or each.at)
        ]

    @property
    def told(self):
        """How many comments and files there are."""
        return len(self.comments) + len(self.evidence)

    @property
    def numerator_label(self):
        return self.indicator.said("numerator") or self.indicator.name

    @property
    def denominator_label(self):
        return self.indicator.said("denominator")

    @property
    def unit(self):
        return self.indicator.said("unit")

    @property
    def definition(self):
        return self.indicator.said("definition")

    @property
    def source(self):
        return self.indicator.said("source")

    @property
    def target_outcome(self):
        return "" if self.target is None else self.indicator.written(self.target)


def figure(indicator, value):
    """The numbers of a reported Value as they are read, "" for any other."""
    if value is None or value.state != Value.State.REPORTED:
        return ""
    if indicator.kind == Indicator.Kind.YES_NO:
        said = _t("yes") if value.numerator else _t("no")
        return f"{said} ({date_format(value.happened_on, 'd/m/Y')})" if value.happened_on else said
    language = get_language() or "vi"
    parts = [each for each in (value.numerator, value.denominator) if each is not None]
    return " / ".join(numbers.write(each, None, language) for each in parts)


def outcome(indicator, value):
    if value is None or value.state != Value.State.REPORTED:
        return ""
    if indicator.kind == Indicator.Kind.YES_NO:
        return _t("yes") if value.numerator else _t("no")
    found = indicator.outcome(value.numerator, value.denominator)
    return "" if found is None else indicator.written(found)


class Return:
    """The return of `ward` (None: the district's own) for `period`, begun or not."""

    def __init__(self, period, ward, submission=None):
        self.period, self.ward, self.submission = period, ward, submission
        self.pilot = period.pilot
        self.place = ward or self.pilot.district

    @property
    def unit(self):
        """Whose return it is, as in addresses: the ward's number, None for the district."""
        return self.ward.pk if self.ward else None

    @property
    def address(self):
        """Arguments of every address of this return."""
        return [self.pilot.slug, self.period.code, self.unit]

    @property
    def title(self):
        return _t("Return for %(period)s") % {"period": periods.in_sentence(str(self.period))}

    @property
    def due_words(self):
        """When it is or was due, as a sentence."""
        said = periods.due_words(self.period.due, timezone.localdate())
        return f"{said[:1].upper()}{said[1:]}."

    @property
    def mark(self):
        """Names the return as it was handed in: handed in again, it has another mark."""
        at = self.submission.submitted_at if self.submission else None
        return f"{self.submission.pk} {at.isoformat()}" if at else ""

    @property
    def state(self):
        return self.submission.state if self.submission else State.DRAFT

    @property
    def open(self):
        """Whether cells may be changed now."""
        if self.submission:
            return self.submission.open
        return self.period.takes(self.ward)

    @cached_property
    def cells(self):
        """All cells, in the order of the programme: six queries."""
        asked = list(Indicator.objects.asked(self.period, district=self.ward is None))
        now = self._values(self.submission)
        before = self._values(self._last())
        targets = Target.objects.in_force(self.period.end, asked, self.ward)
        comments, evidence = self._told("comments", "author"), self._files
        return [
            Cell(
                indicator=each,
                value=now.get(each.pk),
                previous=before.get(each.pk),
                target=targets.get(each.pk),
                before=self.changes.get(each.pk),
                comments=comments[each.pk],
                evidence=evidence[each.pk],
            )
            for each in asked
        ]

    def _values(self, submission):
        rows = submission.values.all() if submission else ()
        return {row.indicator_id: row for row in rows}

    def _told(self, name, author):
        """Comments or evidence by indicator; None is the return itself."""
        found = defaultdict(list)
        if self.submission:
            for row in getattr(self.submission, name).select_related(author):
                found[row.indicator_id].append(row)
        return found

    def _last(self):
        """The return of this place for the period of the same kind before this one."""
        return Submission.objects.before(self.period, self.ward).first()

    @property
    def files(self):
        """What was uploaded for the return as a whole: the Excel forms that were brought in."""
        return self._files[None]

    @cached_property
    def _files(self):
        return self._told("evidence", "uploaded_by")

    @cached_property
    def changes(self):
        """Cells changed since the return was last submitted: indicator id -> content then."""
        if self.submission is None:
            return {}
        return changes([self.submission])[self.submission.pk]

    @cached_property
    def themes(self):
        """(theme, its cells) in order."""
        found = groupby(self.cells, lambda cell: cell.indicator.theme)
        return [(theme, list(cells)) for theme, cells in found]

    @cached_property
    def filled(self):
        return sum(cell.value is not None for cell in self.cells)

    @property
    def missing(self):
        return [cell for cell in self.cells if cell.value is None]

    @property
    def flagged(self):
        return [cell for cell in self.cells if cell.warnings]

    @property
    def changed(self):
        return [cell for cell in self.cells if cell.before is not None]

    @property
    def unexplained(self):
        return [cell for cell in self.cells if cell.unexplained]

    @property
    def explained(self):
        return [cell for cell in self.flagged if not cell.unexplained]

    @property
    def obstacles(self):
        """The cells for which it cannot be submitted yet."""
        return self.missing + self.unexplained


def waiting(pilot):
    """The pilot's submitted returns as Return, the longest waiting first: six queries in all."""
    found = list(
        Submission.objects.filter(period__pilot=pilot, state=State.SUBMITTED)
        .select_related("ward", "period__pilot__district", "submitted_by")
        .order_by("submitted_at", "pk")
    )
    last = _last_ones(pilot, found)
    values = defaultdict(dict)
    rows = Value.objects.filter(submission__in=[*(each.pk for each in found), *last.values()])
    for row in rows.select_related("indicator__theme").order_by(*ORDER):
        values[row.submission_id][row.indicator_id] = row
    changed = changes(found)
    sheets = []
    for each in found:
        sheet = Return(each.period, each.ward, each)
        sheet.changes = changed[each.pk]
        before = values[last.get(each.pk)]
        sheet.cells = [
            Cell(row.indicator, row, before.get(key), before=sheet.changes.get(key))
            for key, row in values[each.pk].items()
        ]
        sheets.append(sheet)
    return sheets


ORDER = ("indicator__theme__order", "indicator__theme", "indicator__order", "indicator__code")


def _last_ones(pilot, submissions):
    """Of each return the pk of the one before it, where there is one."""
    rows = Submission.objects.filter(period__pilot=pilot).order_by("period__end")
    lines = defaultdict(list)
    for pk, *line, end in rows.values_list("pk", "ward", "period__kind", "period__end"):
        lines[tuple(line)].append((end, pk))
    found = {}
    for each in submissions:
        line = lines[each.ward_id, each.period.kind]
        earlier = [pk for end, pk in line if end < each.period.end]
        if earlier:
            found[each.pk] = earlier[-1]
    return found


def steps(submission):
    """What was done with a return, and by whom: its log where the state changes, oldest first."""
    if submission is None:
        return []
    rows = submission.history.select_related("history_user").order_by("history_id")
    found = []
    for row in rows:
        if not found or (row.state, row.submitted_at, row.decided_at) != found[-1].moment:
            row.moment = (row.state, row.submitted_at, row.decided_at)
            found.append(row)
    return found


def log(submission, indicator):
    """Every entry that a cell ever held, the latest first, each with its `outcome`."""
    if submission is None:
        return []
    rows = Value.history.filter(submission_id=submission.pk, indicator=indicator)
    found = list(rows.select_related("history_user").order_by("-history_date", "-history_id"))
    for row in found:
        row.gone = row.history_type == "-"
        row.figure = figure(indicator, row)
        row.outcome = outcome(indicator, row)
    return found


def changes(submissions):
    """What changed since each return was submitted the time before: pk -> {indicator: content}.

    A return submitted once has no changes. While one is being mended, the time before is the last.
    Two queries, however many returns.
    """
    log = Submission.history.filter(id__in=[each.pk for each in submissions])
    times = defaultdict(set)
    for pk, at in log.filter(state=State.SUBMITTED).values_list("id", "submitted_at"):
        times[pk].add(at)
    since = {}
    for each in submissions:
        earlier = sorted(times[each.pk] - {each.submitted_at if each.state not in OPEN else None})
        if earlier:
            since[each.pk] = earlier[-1]
    found = {each.pk: {} for each in submissions}
    if not since:
        return found
    kept = {each.pk: {} for each in submissions}
    rows = Value.history.filter(submission_id__in=since).order_by("history_date", "history_id")
    for row in rows:
        content = {} if row.history_type == "-" else {n: getattr(row, n) for n in ENTERED}
        cells = kept[row.submission_id]
        if row.history_date <= since[row.submission_id]:
            cells[row.indicator_id] = [content, content]
        else:
            cells.setdefault(row.indicator_id, [{}, {}])[1] = content
    for pk, cells in kept.items():
        found[pk] = {key: then for key, (then, now) in cells.items() if then != now}
    return found
