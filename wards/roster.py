"""The Excel form of a ward's roster: a row for each post that somebody holds, and rows for new ones.

A row keeps, hidden, which assignment it is and what it said when the form was written, so that an
old form undoes nobody's later entry. Nothing is deleted by a file: a post ends with its last day.

Reading changes nothing. Between the dry run and the answer the file waits in `uploads` with what
was `shown`; then it is read again, and saved if it still says the same.
"""

import datetime as dt
import json
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from openpyxl.utils import get_column_letter

from . import blank, workbook
from .findings import Finding
from .models import Assignment, District, Level, Officer, Position, Rating, Theory, Training, Ward
from .vietnamese import fold, nfc

FORM = "so-ket:roster:1"
PAGE, LISTS = gettext_lazy("Roster"), gettext_lazy("Lists")
SPARE_ROWS = 30
KEY, CONTENT = 1, 2
YES = pgettext_lazy("answer", "yes")
CHOICES = {
    "sex": Officer.Sex.choices,
    "level": Level.choices,
    "theory": Theory.choices,
    "training": Training.choices,
    "grade": Rating.Grade.choices,
    "concurrent": [(True, YES), (False, pgettext_lazy("answer", "no"))],
}
# Field -> (heading, width in letters), in the order of the columns.
FIELDS = {
    "full_name": (gettext_lazy("full name"), 21),
    "birth_year": (gettext_lazy("year of birth"), 8),
    "sex": (gettext_lazy("sex"), 7),
    "position": (gettext_lazy("position"), 21),
    "concurrent": (gettext_lazy("concurrent post"), 8),
    "start": (gettext_lazy("from"), 11),
    "end": (gettext_lazy("until"), 11),
    "level": (gettext_lazy("professional qualification"), 12),
    "field": (gettext_lazy("field of study"), 15),
    "theory": (gettext_lazy("political theory"), 11),
    "training": (gettext_lazy("state-management training"), 13),
    "foreign_language": (gettext_lazy("foreign language"), 12),
    "it": (gettext_lazy("information technology"), 13),
    "year": (gettext_lazy("year of rating"), 8),
    "grade": (gettext_lazy("grade"), 12),
    "decision": (gettext_lazy("decision"), 14),
}
COLUMNS = {name: column for column, name in enumerate(FIELDS, 3)}
DAYS, YEARS = ("start", "end"), ("birth_year", "year")
# What a blank cell is where that is not the empty text.
BLANKS = {"birth_year": None, "year": None, "end": None, "start": None, "position": None}
BLANKS |= {"concurrent": False, "level": Level.NONE, "theory": Theory.NONE}
BLANKS |= {"training": Training.NONE}
CHOOSE = gettext_lazy("Choose one from the list.")
OFFICER = ["full_name", "birth_year", "sex", "level", "field", "theory", "training"]
OFFICER += ["foreign_language", "it"]
ASSIGNMENT = ["position", "concurrent", "start", "end", "decision"]
LAYOUT = blank.Layout(
    own=2,
    headings={COLUMNS[name]: heading for name, (heading, _width) in FIELDS.items()},
    widths={COLUMNS[name]: width for name, (_heading, width) in FIELDS.items()},
)


# Out --------------------------------------------------------------------------------------------


def write(ward, day):
    """The bytes of the form of a ward's roster as it is on `day`, in the language of the page."""
    lines = [
        _("A row is a post that somebody holds. Fill in the yellow cells; add new ones below."),
        _("Nobody is deleted by a blank row: write the last day of the post in “until”."),
        _("Whoever holds a second post has a second row, with “yes” for the concurrent post."),
        _("No identity numbers, no addresses, no state secrets."),
    ]
    title = _("Roster on %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")}
    form = blank.Blank(LAYOUT, _identity(ward), str(PAGE), title, ward.name, lines)
    names = {each.pk: each.name for each in Position.objects.all()}
    heading = capfirst(str(FIELDS["position"][0]))
    (source,) = form.list_page(str(LISTS), [(heading, list(names.values()))])
    sources = {"names": names, "list": source}
    for assignment in _assignments(ward, day):
        _write_row(form, str(assignment.pk), _now(assignment), sources)
    for _spare in range(SPARE_ROWS):
        _write_row(form, "", {}, sources)
    return form.finished(f"{title} · {ward.name}")


def _identity(ward):
    return [FORM, str(ward.pk)]


def _assignments(ward, day):
    """The ward's assignments on `day` with officers and their latest ratings."""
    rows = (
        _held(ward)
        .on(day)
        .order_by("position__order", "position", "concurrent", "officer__sort_key")
    )
    return rows


def _now(assignment):
    """What a row says of an assignment, as plain values: what is kept in it and compared."""
    officer = assignment.officer
    rated = max(officer.ratings.all(), key=lambda rating: rating.year, default=None)
    return {
        **{name: getattr(officer, name) for name in OFFICER},
        "position": assignment.position_id,
        "concurrent": assignment.concurrent,
        "start": assignment.start.isoformat(),
        "end": assignment.end.isoformat() if assignment.end else None,
        "decision": assignment.decision,
        "year": rated.year if rated else None,
        "grade": rated.grade if rated else "",
    }


def _write_row(form, key, content, sources):
    form.put(KEY, key)
    form.put(CONTENT, json.dumps(content, ensure_ascii=False) if key else "")
    for name, column in COLUMNS.items():
        _write_cell(form, name, column, content.get(name), sources)
    form.next()


def _write_cell(form, name, column, content, sources):
    if name == "position":
        form.put(column, sources["names"].get(content), "entry")
        form.rule(column, validate="list", source=sources["list"], **_wrong(CHOOSE))
    elif name in CHOICES:
        # Only «yes» is written of the concurrent posts: the column is for the few.
        labels = {value: str(label) for value, label in CHOICES[name]}
        form.put(column, labels.get(content) if content is not False else "", "entry")
        form.rule(column, validate="list", source=list(labels.values()), **_wrong(CHOOSE))
    elif name in DAYS:
        form.put(column, parse_date(content) if content else None, "day")
        bound = {"validate": "date", "criteria": ">=", "value": dt.date(1950, 1, 1)}
        form.rule(column, **bound, **_wrong(_("A date, as 31/12/2026.")))
    elif name in YEARS:
        form.put(column, content, "year")
        bound = {"validate": "integer", "criteria": "between", "minimum": 1930, "maximum": 2100}
        form.rule(column, **bound, **_wrong(_("A year, as 1985.")))
    else:
        form.put(column, content, "entry")


def _wrong(message):
    return {"error_title": _("Please look again"), "error_message": str(message)}


# In ---------------------------------------------------------------------------------------------


@dataclass
class Row:
    """A row that would change something: what was `typed`, and `changes` as (heading, old, new)."""

    number: int
    typed: dict
    changed: list  # names of the fields that differ
    changes: list
    officer: int | None = None
    assignment: int | None = None

    @property
    def new(self):
        return self.assignment is None

    def save(self, ward, user, hired):
        """Keep it in the name of `user`; ValidationError or IntegrityError where it cannot be.

        `hired` are the officers whom earlier rows of the same file made, by name and year of birth.
        """
        who = _person(self.typed["full_name"], self.typed["birth_year"])
        officer = Officer.objects.filter(pk=self.officer).first() or hired.get(who) or Officer()
        _lay(officer, self.typed, OFFICER, self.changed, user)
        hired.setdefault(who, officer)
        held = Assignment.objects.filter(pk=self.assignment).first() or Assignment(ward=ward)
        held.officer = officer
        _lay(held, self.typed, ASSIGNMENT, self.changed, user)
        if self.typed["grade"] and {"year", "grade"} & set(self.changed):
            rating = officer.ratings.filter(year=self.typed["year"]).first()
            rating = rating or Rating(officer=officer, year=self.typed["year"])
            rating.grade = self.typed["grade"]
            rating.full_clean()
            rating._history_user = user
            rating.save()


def _lay(instance, typed, names, changed, user):
    """Lay what was typed over an officer or an assignment and save it, if anything is different."""
    fresh = instance.pk is None
    different = [name for name in names if name in changed or fresh]
    for name in different:
        content = parse_date(typed[name]) if name in DAYS and typed[name] else typed[name]
        setattr(instance, "position_id" if name == "position" else name, content)
    if different:
        instance._history_user = user
        instance.full_clean()
        instance.save()


@dataclass
class Reading:
    """What a roster that came back would change, and what is wrong with the rest."""

    ward: Ward
    rows: list = field(default_factory=list)
    unchanged: int = 0
    findings: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def new(self):
        return sum(row.new for row in self.rows)

    @property
    def changed(self):
        return len(self.rows) - self.new

    def shown(self):
        """What would change, as plain lists; read again, the same list means the same change."""
        return [[row.number, row.assignment, row.typed, row.changed] for row in self.rows]

    @transaction.atomic
    def save(self, user):
        """Keep every row that can be kept: (the rows kept, findings of those that could not be)."""
        hired, kept, findings = {}, [], []
        for row in self.rows:
            try:
                with transaction.atomic():
                    row.save(self.ward, user, hired)
                kept.append(row)
            except ValidationError as error:
                for name, faults in error.message_dict.items():
                    column = COLUMNS.get(name, COLUMNS["full_name"])
                    findings.append(_finding(row, " ".join(faults), column))
            except IntegrityError:
                reason = _("This row contradicts another one.")
                findings.append(_finding(row, reason, COLUMNS["full_name"]))
        return kept, findings


def _finding(row, reason, column):
    name = next(name for name, each in COLUMNS.items() if each == column)
    value = str(row.typed[name] or "")
    return Finding(reason, row.number, get_column_letter(column), value)


def read(upload, ward):
    """The Reading of an uploaded roster of `ward`; nothing of it is kept."""
    form = blank.filled(
        upload, LAYOUT, _identity(ward), (PAGE, LISTS), [_("This form is for another unit.")]
    )
    reading = Reading(ward, findings=form.findings, notes=form.notes)
    if form.page is None:
        return reading
    there = {str(each.pk): each for each in _held(ward)}
    positions = {each.pk: each for each in Position.objects.all()}
    for key, number in form.rows.items():
        if key in there:
            _read_row(reading, form, number, positions, there[key])
        else:
            form.find(_("This post is not on the roster of this ward any more."), number)
    people = {}
    for each in there.values():
        who = _person(each.officer.full_name, each.officer.birth_year)
        people.setdefault(who, {})[each.officer_id] = each.officer
    for number in form.loose:
        _read_new(reading, form, number, positions, people)
    _try(reading, form)
    return reading


class Moved(Exception):
    """The roster is not any more what it was when the person saw what the file would change."""


def bring_in(user, ward, kept):
    """Save what was shown of a `wards.uploads.Kept`; the number of rows. Gone or Moved: nothing."""
    with transaction.atomic(), kept.open() as file:
        # Whoever else changes this roster waits, or is seen.
        list(Ward.objects.select_for_update(no_key=True).filter(pk=ward.pk))
        list(Officer.objects.of(ward).select_for_update(no_key=True))
        reading = read(file, ward)
        if reading.shown() != kept.shown:
            raise Moved
        saved, _findings = reading.save(user)
        District.objects.around(ward).revise()
    return len(saved)


def _held(ward):
    """All posts of those whose records the ward keeps: others are another ward's to change."""
    rows = ward.assignments.filter(officer__in=Officer.objects.kept_by(ward))
    rows = rows.select_related("officer", "position")
    return rows.prefetch_related("officer__ratings")


def _person(name, birth_year):
    return fold(name), birth_year


def _try(reading, form):
    """Save everything and take it back, so that what is shown to pass does pass."""
    with transaction.atomic():
        kept, findings = reading.save(None)
        transaction.set_rollback(True)
    reading.rows = kept
    reading.findings += [replace(each, sheet=form.page.name) for each in findings]


def _read_row(reading, form, number, positions, assignment):
    """Add what the row of an assignment says to the reading."""
    typed = _typed(form, number, positions)
    if typed is None:
        return
    now, before = _now(assignment), _before(form.get(number, CONTENT))
    if not typed["full_name"]:
        reason = _("The name is blank: nothing changes. A post ends with its last day.")
        form.notes.append(Finding(reason, number, sheet=form.page.name))
    elif typed == now:
        reading.unchanged += 1
    elif before == now:
        changed = [name for name in FIELDS if typed[name] != now[name]]
        changes = _changes(typed, now, changed, positions)
        row = Row(number, typed, changed, changes, assignment.officer_id, assignment.pk)
        reading.rows.append(row)
    elif typed == before:
        reading.unchanged += 1
        reason = _("Changed on the site after this form was downloaded; that stays.")
        form.notes.append(Finding(reason, number, sheet=form.page.name))
    else:
        reason = _("This row was changed on the site after the form was downloaded.")
        form.find(reason, number, COLUMNS["full_name"], typed["full_name"])


def _read_new(reading, form, number, positions, people):
    """Add a row that somebody wrote: a new officer, or another post of one of the ward's.

    What is blank in the row of somebody who is known stays as it is.
    """
    typed = _typed(form, number, positions)
    if typed is None:
        return
    known = people.get(_person(typed["full_name"], typed["birth_year"]), {})
    if not all(typed[name] for name in ("full_name", "position", "start")):
        form.find(_("A new row needs a name, a position and the first day."), number)
    elif len(known) > 1:
        reason = _("Two officers have this name and year of birth. Add the post on the site.")
        form.find(reason, number, COLUMNS["full_name"], typed["full_name"])
    else:
        officer = next(iter(known.values()), None)
        now = {name: getattr(officer, name) for name in OFFICER} if officer else {}
        blanks = {name: BLANKS.get(name, "") for name in FIELDS}
        changed = [n for n in FIELDS if typed[n] != now.get(n) and typed[n] != blanks[n]]
        changes = _changes(typed, now, changed, positions)
        row = Row(number, typed, changed, changes, officer.pk if officer else None)
        reading.rows.append(row)


def _changes(typed, now, changed, positions):
    """(heading, old, new) in words for the fields named."""
    found = []
    for name in changed:
        old, new = (_word(name, each.get(name), positions) for each in (now, typed))
        found.append((capfirst(str(FIELDS[name][0])), old, new))
    return found


def _before(kept):
    try:
        return json.loads(kept)
    except (TypeError, ValueError):
        return None


def _word(name, content, positions):
    """A plain value as people read it."""
    if content in (None, ""):
        return ""
    if name == "position":
        return positions[content].name if content in positions else ""
    if name in CHOICES:
        return str(dict(CHOICES[name]).get(content, content))
    return date_format(parse_date(content), "SHORT_DATE_FORMAT") if name in DAYS else str(content)


def _typed(form, number, positions):
    """What stands in a row as plain values, like `_now`; None where some cell cannot be read."""
    found, sound = {}, not form.unread(number, COLUMNS.values())
    for name, column in COLUMNS.items():
        content = form.get(number, column)
        try:
            found[name] = _plain(name, content, positions)
        except ValueError as fault:
            form.find(str(fault), number, column, content)
            sound = False
    if bool(found.get("year")) != bool(found.get("grade")) and sound:
        form.find(_("A rating needs both its year and its grade."), number, COLUMNS["grade"])
        sound = False
    return found if sound else None


def _plain(name, content, positions):
    """The plain value that stands in a cell; ValueError with a sentence for what does not belong."""
    if content is None:
        return BLANKS.get(name, "")
    text = nfc(workbook.text(content))
    try:
        if name == "position":
            names = (
                (pk, name)
                for pk, each in positions.items()
                for name in (each.name_vi, each.name_en)
                if name
            )
            return blank.chosen(text, names)
        if name in CHOICES:
            return content if isinstance(content, bool) else blank.chosen(text, CHOICES[name])
    except LookupError:
        raise ValueError(CHOOSE) from None
    if name in DAYS:
        try:
            return workbook.day(content).isoformat()
        except ValueError:
            raise ValueError(_("This is not a date. Write it as 31/12/2026.")) from None
    if name in YEARS:
        if not text.isdecimal() or len(text) != 4:
            raise ValueError(_("This is not a year. Write it as 1985."))
        return int(text)
    return text
