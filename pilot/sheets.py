"""The Excel form of a return: written with what is known, read back cell by cell with findings.

A row keeps, hidden, which cell of the programme it is, the mark of the entry that stood there when
the form was written, and what that entry was. So a row is known wherever it was moved, and an old
form undoes nobody's later entry.
"""

import datetime as dt
import json
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import NAMESPACE_OID, uuid5

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wards import blank, workbook
from wards.findings import Finding
from wards.vietnamese import fold, nfc

from . import evidence, numbers
from .forms import CellForm
from .models import Collision, Indicator, Value
from .models.cells import ENTERED

FORM = "so-ket:return:1"
PAGE, LISTS = gettext_lazy("Return form"), gettext_lazy("Lists")
KEY, MARK, CONTENT = 1, 2, 3
NAME, UNIT, OVER, NUMERATOR, UNDER, DENOMINATOR, STATE, DAY, REASON, BEFORE, TARGET = range(4, 15)
LAYOUT = blank.Layout(
    own=3,
    headings={
        NAME: gettext_lazy("Indicator"),
        UNIT: gettext_lazy("Unit"),
        OVER: gettext_lazy("What is counted"),
        NUMERATOR: gettext_lazy("Figure or numerator"),
        UNDER: gettext_lazy("Out of what"),
        DENOMINATOR: gettext_lazy("Denominator"),
        STATE: gettext_lazy("State"),
        DAY: gettext_lazy("On which day"),
        REASON: gettext_lazy("Reason or explanation"),
        BEFORE: gettext_lazy("Period before"),
        TARGET: gettext_lazy("Target"),
    },
    widths={NAME: 28, UNIT: 10, OVER: 20, NUMERATOR: 11, UNDER: 20, DENOMINATOR: 11}
    | {STATE: 13, DAY: 11, REASON: 24, BEFORE: 10, TARGET: 9},
)
COLUMNS = {
    "numerator": NUMERATOR,
    "denominator": DENOMINATOR,
    "state": STATE,
    "happened_on": DAY,
    "reason": REASON,
}
ANSWERS = [(1, pgettext_lazy("answer", "yes")), (0, pgettext_lazy("answer", "no"))]
DAY_ONE = dt.date(2000, 1, 1)
REPORTED = Value.State.REPORTED
YES_NO, RATIO = Indicator.Kind.YES_NO, Indicator.Kind.RATIO


def said(indicator, value):
    """A cell in words, as lists of changes show it: «215/220», «có · 01/07/2021»; "" for none."""
    if value is None:
        return ""
    language = translation.get_language() or "vi"
    parts = [n for n in (value.numerator, value.denominator) if n is not None]
    text = "/".join(numbers.write(n, None, language) for n in parts)
    if value.state != REPORTED:
        text = value.get_state_display()
    elif indicator.kind == YES_NO:
        text = str(dict(ANSWERS).get(int(value.numerator), text))
    day = date_format(value.happened_on, "SHORT_DATE_FORMAT") if value.happened_on else ""
    return " · ".join(filter(None, [text, day, value.reason]))


# Out --------------------------------------------------------------------------------------------


def write(sheet):
    """The bytes of the form of a `returns.Return`, in the language of the page."""
    lines = [
        _("Fill in the yellow cells; all others are locked. This form is for this return alone."),
        _("0 is a figure: it was counted, and there were none. A blank cell changes nothing here."),
        _("Where there is no figure, choose the state and write the reason."),
        _("Dates as 31/12/2026, numbers as 1234 or 12,5; no formulas and no merged cells."),
        _("State secrets do not belong in this form."),
    ]
    if sheet.pilot.illustrative:
        lines.append(_("Illustrative figures"))
    due = _("due %(day)s") % {"day": date_format(sheet.period.due, "SHORT_DATE_FORMAT")}
    whose = f"{sheet.place.name} · {sheet.pilot.name} · {due}"
    form = blank.Blank(LAYOUT, _identity(sheet), str(PAGE), sheet.title, whose, lines)
    for theme, cells in sheet.themes:
        form.group(theme.name, theme.code)
        for cell in cells:
            _write_cell(form, cell)
    return form.finished(f"{sheet.title} · {sheet.place.name}")


def _identity(sheet):
    unit = str(sheet.ward.pk) if sheet.ward else "district"
    return [FORM, sheet.pilot.slug, sheet.period.code, unit]


def _key(indicator):
    return f"{indicator.theme.code}/{indicator.code}"


def _write_cell(form, cell):
    indicator, value = cell.indicator, cell.value
    form.put(KEY, _key(indicator))
    form.put(MARK, value.edit if value else "")
    form.put(CONTENT, _kept(value.content() if value else None))
    form.put(NAME, indicator.name)
    form.put(UNIT, indicator.said("unit"), "quiet")
    form.put(OVER, indicator.said("numerator"), "quiet")
    form.put(UNDER, indicator.said("denominator"), "quiet")
    _write_number(form, NUMERATOR, indicator, value.numerator if value else None)
    if indicator.kind == RATIO:
        _write_number(form, DENOMINATOR, indicator, value.denominator if value else None)
    else:
        form.put(DENOMINATOR, "", "closed")
    form.put(STATE, value.get_state_display() if value else "", "entry")
    form.rule(STATE, **_list([label for _state, label in Value.State.choices]))
    if indicator.kind == YES_NO or (value and value.happened_on):
        form.put(DAY, value.happened_on if value else None, "day")
        form.rule(
            DAY,
            validate="date",
            criteria=">=",
            value=DAY_ONE,
            **_wrong(_("A date, as 31/12/2026.")),
        )
    else:
        form.put(DAY, "", "closed")
    form.put(REASON, value.reason if value else "", "entry")
    form.put(BEFORE, said(indicator, cell.previous), "figure")
    form.put(TARGET, cell.target_outcome, "figure")
    form.note(NAME, _definition(indicator))
    form.next()


def _write_number(form, column, indicator, number):
    decimals = "." + "0" * indicator.decimals if indicator.decimals else ""
    if indicator.kind == YES_NO:
        form.put(column, dict(ANSWERS).get(number if number is None else int(number)), "entry")
        form.rule(column, **_list([label for _answer, label in ANSWERS]))
        return
    form.put(column, _held(number), "number", num_format=f"#,##0{decimals}")
    kind = "decimal" if indicator.decimals else "integer"
    hint = _("A number from 0.") if indicator.decimals else _("A whole number from 0.")
    form.rule(column, validate=kind, criteria=">=", value=0, **_wrong(hint))


def _held(number):
    """A number as a spreadsheet keeps it; what its fifteen digits cannot hold travels as text."""
    if number is None or (number == int(number) and abs(number) < 10**15):
        return number if number is None else int(number)
    if Decimal(f"{float(number):.15g}") == number:
        return float(number)
    return numbers.editable(number, translation.get_language() or "vi")


def _list(labels):
    return {
        "validate": "list",
        "source": [str(label) for label in labels],
        **_wrong(_("Choose one from the list.")),
    }


def _wrong(message):
    return {"error_title": _("Please look again"), "error_message": message}


def _definition(indicator):
    """The note on an indicator: what it is, where it comes from, who enters it."""
    parts = {
        _("Definition"): indicator.said("definition"),
        _("Source of law"): indicator.said("source"),
        _("Entered by"): indicator.said("owner"),
    }
    return "\n".join(f"{name}: {text}" for name, text in parts.items() if text) or indicator.name


def _kept(content):
    """What an entry holds, as one line that can be read back; "" for no entry."""
    if content is None:
        return ""
    return json.dumps([_plain(content[name]) for name in ENTERED], ensure_ascii=False)


def _plain(part):
    if isinstance(part, Decimal):
        return f"{part.normalize():f}"
    return part if part is None or isinstance(part, str) else part.isoformat()


def _content(kept):
    """The reverse of `_kept`: None where it was blank or somebody wrote over it."""
    try:
        state, numerator, denominator, day, reason = json.loads(kept)
        parts = [n if n is None else Decimal(n) for n in (numerator, denominator)]
        return dict(zip(ENTERED, [state, *parts, day and parse_date(day), reason], strict=True))
    except (ArithmeticError, TypeError, ValueError):
        return None


# In ---------------------------------------------------------------------------------------------


@dataclass
class Entry:
    """A cell as the file has it, ready for `Submission.enter`; `old` and `new` say it in words."""

    indicator: Indicator
    row: int
    base: str
    fields: dict
    old: str
    new: str
    warnings: list = field(default_factory=list)


@dataclass
class Reading:
    """What a form that came back would change, and what is wrong with the rest."""

    entries: list = field(default_factory=list)
    unchanged: int = 0
    findings: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def new(self):
        return sum(not entry.old for entry in self.entries)

    @property
    def changed(self):
        return len(self.entries) - self.new

    def shown(self):
        """The entries as plain lists, to be kept while the person looks at them."""
        return [
            [each.indicator.pk, each.row, each.base, _kept(each.fields)] for each in self.entries
        ]


def entries(shown, indicators):
    """The entries of a `Reading.shown`, of those `indicators` that are asked for still."""
    known = {indicator.pk: indicator for indicator in indicators}
    return [
        Entry(known[pk], row, base, _content(kept), "", "")
        for pk, row, base, kept in shown
        if pk in known
    ]


def enter(user, submission, entries, origin):
    """Keep entries in a claimed return: (how many were kept, findings).

    `origin` is one text for one upload, so that the same import sent twice is kept once. Raises
    StepRefused where the return is closed.
    """
    kept, findings = 0, []
    for each in entries:
        edit = uuid5(NAMESPACE_OID, f"{origin} {each.indicator.pk}").hex
        try:
            submission.enter(user, each.indicator, each.fields, each.base, edit)
            kept += 1
        except Collision as found:
            reason = _("“%(name)s” was changed by somebody else meanwhile; it was left as it is.")
            theirs = said(each.indicator, found.value)
            names = {"name": each.indicator.name}
            findings.append(Finding(reason % names, each.row, value=theirs))
        except ValidationError as fault:
            findings.append(Finding(" ".join(fault.messages), each.row))
    return kept, findings


def bring_in(user, submission, kept):
    """Enter what was shown of a `wards.uploads.Kept`, and keep its file as evidence.

    As `enter`; raises also `uploads.Gone`, and then nothing was entered.
    """
    with kept.open() as file:
        shown = entries(kept.shown, submission.asked())
        count, findings = enter(user, submission, shown, kept.path)
        if count and not submission.evidence.filter(sha256=kept.sha256).exists():
            evidence.keep(file, user, submission=submission)
    return count, findings


def read(upload, sheet):
    """The Reading of an uploaded form for a `returns.Return`; writes nothing."""
    strangers = [
        _("This form is for another pilot programme."),
        _("This form is for another reporting period."),
        _("This form is for another unit."),
    ]
    form = blank.filled(upload, LAYOUT, _identity(sheet), (PAGE, LISTS), strangers)
    reading = Reading(findings=form.findings, notes=form.notes)
    if form.page is None:
        return reading
    cells = {_key(cell.indicator): cell for cell in sheet.cells}
    for row in form.loose:
        form.find(_("This row belongs to no indicator. Do not add, split or move rows."), row)
    for key, row in form.rows.items():
        if key in cells:
            _read_row(reading, form, row, cells[key])
        else:
            form.find(
                _("This return does not ask for this indicator."), row, NAME, form.get(row, NAME)
            )
    for key in cells.keys() - form.keys:
        reason = _("The file has no row for “%(name)s”; nothing changes there.")
        form.notes.append(Finding(reason % {"name": cells[key].indicator.name}))
    return reading


def _read_row(reading, form, row, cell):
    """Add what one row says to the reading: an entry, a finding, a note, or nothing."""
    if not _in_place(form, row, cell.indicator) or form.unread(row, COLUMNS.values()):
        return
    typed = _typed(form, row, cell.indicator)
    if typed is None or not _agrees(form, row, cell, typed):
        return
    fields, value = typed.content, cell.value
    now = _comparable(value.content() if value else None)
    before = _comparable(_content(form.get(row, CONTENT)))
    if fields is None:
        if now and before:
            _note(
                form, row, _("Blank in the file: what is on the site stays. It is emptied there.")
            )
    elif fields == now:
        reading.unchanged += 1
    elif workbook.text(form.get(row, MARK)) == (value.edit if value else ""):
        reading.entries.append(_entry(cell, row, fields))
    elif fields == before:
        reading.unchanged += 1
        _note(form, row, _("Changed on the site after this form was downloaded; that stays."))
    else:
        reason = _("After this form was downloaded, “%(figure)s” was entered on the site.")
        form.find(
            reason % {"figure": said(cell.indicator, value)},
            row,
            NUMERATOR,
            form.get(row, NUMERATOR),
        )


def _in_place(form, row, indicator):
    """Whether the row still shows the indicator that its key names."""
    found = form.get(row, NAME)
    if fold(workbook.text(found)) in {fold(indicator.name_vi), fold(indicator.name_en)} - {""}:
        return True
    reason = _("Here should stand “%(name)s”. Cells were moved; nothing of this row was read.")
    form.find(reason % {"name": indicator.name}, row, NAME, found)
    return False


def _typed(form, row, indicator):
    """The CellForm over what stands in the row; None where some cell is not what it should be."""
    data, sound = {}, True
    for name, column in COLUMNS.items():
        content = form.get(row, column)
        try:
            data[name] = "" if content is None else READERS[name](indicator, content)
        except ValueError as fault:
            form.find(str(fault), row, column, content)
            sound = False
    typed = CellForm(indicator, data)
    return typed if sound else None


def _agrees(form, row, cell, typed):
    """Whether the cells of a row are right together; each fault becomes a finding."""
    given = {name: typed[name].data for name in COLUMNS}
    without = given["state"] not in ("", REPORTED)
    if without and (given["numerator"] or given["denominator"]):
        (fault, *_more) = cell.indicator.faults(given["state"], Decimal(), None)
        column = NUMERATOR if given["numerator"] else DENOMINATOR
        form.find(fault, row, column, form.get(row, column))
        return False
    if not typed.is_valid():
        for name, faults in typed.errors.items():
            column = COLUMNS.get(name, REASON if without else NUMERATOR)
            fault = _two_readings(typed.readings.get(name)) or " ".join(map(str, faults))
            form.find(fault, row, column, form.get(row, column))
    elif typed.content is None and given["state"] and cell.value is None:
        form.find(_("The figure is missing."), row, NUMERATOR)
        return False
    return typed.is_valid()


def _two_readings(readings):
    """What to say of a number that could be two; "" for one that could not."""
    if not readings:
        return ""
    (one, _text), (other, _text) = readings
    reason = _("could be %(one)s or %(other)s; write it without separators")
    return reason % {"one": one, "other": other}


def _comparable(content):
    """An entry as a form would bring it back: on one line, and a day only where it happened."""
    if content is None:
        return None
    day = content["happened_on"] if content["state"] == REPORTED else None
    return content | {"reason": nfc(content["reason"]), "happened_on": day}


def _entry(cell, row, fields):
    value = Value(indicator=cell.indicator, **fields)
    odd = [] if fields["reason"] else cell.indicator.odd(value, cell.previous)
    old, new = said(cell.indicator, cell.value), said(cell.indicator, value)
    mark = cell.value.edit if cell.value else ""
    return Entry(cell.indicator, row, mark, fields, old, new, odd)


def _note(form, row, reason):
    form.notes.append(Finding(reason, row, sheet=form.page.name))


# What may stand in a cell, as the text that CellForm reads; ValueError says what is wrong instead.


def _number(indicator, content):
    if indicator.kind == YES_NO and not isinstance(content, Decimal):
        try:
            return str(
                blank.chosen(str(int(content) if content in (True, False) else content), ANSWERS)
            )
        except LookupError:
            raise ValueError(_("Choose one from the list.")) from None
    if isinstance(content, Decimal):
        return numbers.editable(content, "en")
    if isinstance(content, str):
        return content
    if isinstance(content, bool):
        raise ValueError(_("This is not a number."))
    raise ValueError(_("Excel made a date of this. Format the cell as a number and type it again."))


def _state(_indicator, content):
    try:
        return blank.chosen(workbook.text(content), Value.State.choices)
    except LookupError:
        raise ValueError(_("Choose one from the list.")) from None


def _day(_indicator, content):
    try:
        return workbook.day(content).isoformat()
    except ValueError:
        raise ValueError(_("This is not a date. Write it as 31/12/2026.")) from None


def _reason(_indicator, content):
    return workbook.text(content)


READERS = {
    "numerator": _number,
    "denominator": _number,
    "state": _state,
    "happened_on": _day,
    "reason": _reason,
}
