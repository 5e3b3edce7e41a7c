"""Figures from elsewhere (a CSV file) into approved returns: findings by row, all or nothing.

The framework's `[figures]` table says which columns hold the unit, and each indicator's `figures`
which columns hold its numbers. A blank cell is a figure that nobody reported: no row is kept for it.
"""

import csv
import io
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from wards.findings import Finding, Refused
from wards.models import District, Ward
from wards.vietnamese import nfc, titled

from . import frameworks, numbers, periods
from .models import Indicator, Period, Pilot, Submission, Value

LARGEST_FILE = 20 * 1024 * 1024
MOST_ROWS = 20_000


@dataclass
class Outcome:
    """What an import did, or with `dry_run` would have done."""

    pilot: Pilot
    period: Period
    units: int = 0
    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    notes: list = field(default_factory=list)


@dataclass
class Row:
    number: int
    code: str
    name: str
    cells: dict  # (theme code, indicator code) -> (state, numerator, denominator, reason)


def import_figures(path, framework_code, period_code, slug=None, dry_run=False):
    """Read the CSV file at `path` into pilot `slug` (default: the framework's code).

    Creates the pilot with its framework, district and units where it is not there yet. Returns an
    Outcome; raises Refused with findings, and then nothing at all was written.
    """
    try:
        framework = frameworks.read(framework_code)
    except (LookupError, frameworks.FaultyFramework) as error:
        raise Refused([Finding(str(error))]) from None
    rows, notes = read_rows(Path(path), framework)
    with transaction.atomic():
        pilot, new = _pilot(slug or framework_code, framework, rows)
        period = _period(pilot, framework, period_code)
        wards = _wards(pilot, new, framework, period, rows)
        outcome = Outcome(pilot, period, units=len(rows), notes=notes)
        _write(outcome, rows, wards, source=Path(path).name)
        District.objects.filter(pilots=pilot).revise()
        transaction.set_rollback(dry_run)
    return outcome


# The file --------------------------------------------------------------------------------------


def read_rows(path, framework):
    """The rows of the file as a list of Row, and notes; raises Refused with all findings."""
    layout = framework.get("figures")
    if layout is None:
        raise Refused([Finding(_("this framework does not say how its figures are laid out"))])
    text = _text(path)
    heading = text.splitlines()[0]
    separator = ";" if heading.count(";") > heading.count(",") else ","
    # Strict: a quote left open would otherwise swallow the rest of the file into one cell.
    lines = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    findings, rows, seen = [], [], {}
    try:
        names = [nfc(name) for name in next(lines)]
        notes = _heading_notes(names, framework, separator)
        for fields in lines:
            if not any(map(str.strip, fields)):
                continue
            row, faults = _row(lines.line_num, names, fields, framework)
            if row.code in seen:
                reason = _("this unit stands in row %(row)s already") % {"row": seen[row.code]}
                faults.append(Finding(reason, row.number, layout["unit_code"], row.code))
            seen.setdefault(row.code, row.number)
            rows.append(row)
            findings += faults
            if len(rows) > MOST_ROWS:
                raise Refused([Finding(_("more than %(most)s rows") % {"most": MOST_ROWS})])
    except csv.Error as error:
        findings.append(Finding(str(error), lines.line_num))
    if not rows and not findings:
        findings.append(Finding(_("the file has a heading but no rows")))
    if findings:
        raise Refused(findings)
    return rows, notes


def _text(path):
    """The text of the file. Excel's UTF-8 mark is dropped; any other encoding is refused."""
    if not path.is_file():
        raise Refused([Finding(_("no such file: %(path)s") % {"path": path})])
    size = path.stat().st_size
    if size > LARGEST_FILE:
        reason = _("the file has %(size)s MB; at most %(most)s MB are read")
        sizes = {"size": size // 1024**2, "most": LARGEST_FILE // 1024**2}
        raise Refused([Finding(reason % sizes)])
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        reason = _("the file is not UTF-8; save it as “CSV UTF-8” and try again")
        raise Refused([Finding(reason, line)]) from None
    if "\0" in text:
        raise Refused([Finding(_("this is not a text file"))])
    if not text.strip():
        raise Refused([Finding(_("the file is empty"))])
    return text


def _columns(framework):
    """The columns that the framework reads."""
    layout = framework["figures"]
    columns = [layout["unit_code"], layout["unit_name"]]
    for _theme, indicator in _indicators(framework):
        columns += [c for k, c in indicator.get("figures", {}).items() if _names_column(k, c)]
    return list(dict.fromkeys(columns))


def _names_column(key, column):
    return key in {"value", "numerator", "denominator"} and isinstance(column, str)


def _indicators(framework):
    for theme in framework["themes"]:
        for indicator in theme["indicators"]:
            yield theme, indicator


def _heading_notes(names, framework, separator):
    """What to tell about the heading; raises Refused when a column is missing or stands twice."""
    needed = _columns(framework)
    findings = [
        Finding(_("this column is missing"), 1, name) for name in needed if name not in names
    ]
    findings += [
        Finding(_("this column stands twice"), 1, name)
        for name in dict.fromkeys(names)
        if name and names.count(name) > 1
    ]
    if findings:
        raise Refused(findings)
    known = {*needed, *framework["figures"].get("unused", [])}
    notes = [_("the file is separated by semicolons")] if separator == ";" else []
    return notes + [
        _("column %(column)s is not known and was not read") % {"column": name or "?"}
        for name in names
        if name not in known
    ]


def _row(number, names, fields, framework):
    """The Row of one line, and the findings in it."""
    layout = framework["figures"]
    record = dict(zip(names, map(str.strip, fields), strict=False))
    row = Row(
        number,
        code=nfc(record.get(layout["unit_code"], "")),
        name=nfc(record.get(layout["unit_name"], "")),
        cells={},
    )
    if len(fields) != len(names):
        counts = {"fields": len(fields), "names": len(names)}
        reason = _("%(fields)s fields where the heading has %(names)s") % counts
        return row, [Finding(reason, number)]
    findings = []
    for column, text in ((layout["unit_code"], row.code), (layout["unit_name"], row.name)):
        if not text:
            findings.append(Finding(_("this must not be blank"), number, column))
    if len(row.code) > 20:
        findings.append(Finding(_("too long"), number, layout["unit_code"], row.code))
    if len(row.name) > 200:
        findings.append(Finding(_("too long"), number, layout["unit_name"], row.name))
    for theme, indicator in _indicators(framework):
        if "figures" in indicator:
            cell, faults = _cell(number, record, indicator)
            findings += faults
            if cell is not None:
                row.cells[theme["code"], indicator["code"]] = cell
    return row, findings


def _cell(number, record, indicator):
    """(state, numerator, denominator, reason) of one cell, None for missing; and its findings."""
    figures = indicator["figures"]
    if "not_available_vi" in figures:
        return ("not_available", None, None, figures["not_available_vi"]), []
    found, findings = [], []
    columns = [figures.get("value", figures.get("numerator")), figures.get("denominator")]
    for column in columns:
        text = record[column] if isinstance(column, str) else ""
        try:
            found.append(numbers.parse(text) if text else _constant(column))
        except numbers.Ambiguous as error:
            one, other = error.readings
            reason = _("could be %(one)s or %(other)s; write it without separators")
            readings = {"one": f"{one:f}", "other": f"{other.normalize():f}"}
            findings.append(Finding(reason % readings, number, column, text))
        except numbers.NotANumber:
            findings.append(Finding(_("this is not a number"), number, column, text))
    if findings:
        return None, findings
    blank = [column for column, each in zip(columns, found, strict=True) if each is None]
    if any(isinstance(column, str) for column in blank):
        return None, []
    # Half of the model's rule needs no database row: an unsaved indicator can be asked.
    model = Indicator(
        kind=indicator["kind"],
        decimals=indicator.get("decimals", 0),
        within=indicator.get("within", True),
        points=Decimal(str(indicator["points"])) if "points" in indicator else None,
    )
    column = " / ".join(str(column) for column in columns if isinstance(column, str))
    shown = " / ".join(str(each) for each in found if each is not None)
    faults = model.faults("reported", *found)
    findings = [Finding(fault, number, column, shown) for fault in faults]
    return ("reported", *found, figures.get("note_vi", "")), findings


def _constant(column):
    """A figure that the framework itself states for every unit; None for a blank cell."""
    return Decimal(column) if isinstance(column, int) else None


# The database ----------------------------------------------------------------------------------


def _pilot(slug, framework, rows):
    """The pilot `slug`, and whether it was made now."""
    pilot = Pilot.objects.filter(slug=slug).first()
    if pilot is not None:
        if pilot.framework != framework["code"]:
            reason = _("pilot %(slug)s is measured by framework %(framework)s")
            names = {"slug": slug, "framework": pilot.framework or "?"}
            raise Refused([Finding(reason % names)])
        return pilot, False
    layout = framework["figures"]
    pilot = Pilot(
        slug=slug,
        name_vi=framework["name_vi"],
        name_en=framework.get("name_en", ""),
        legal_basis_vi=framework["source_vi"],
        legal_basis_en=framework.get("source_en", ""),
        source_vi=layout.get("source_vi", ""),
        source_en=layout.get("source_en", ""),
        start=layout["units_since"],
    )
    try:
        pilot.clean_fields(exclude=["district"])
    except ValidationError as error:
        raise Refused([Finding(" ".join(error.messages), value=slug)]) from None
    pilot.district = _district(slug, layout, rows)
    pilot.save()
    frameworks.load(pilot, framework)
    return pilot, True


def _district(slug, layout, rows):
    """The district whose code the units' codes begin with: H15 of H15.139."""
    codes = {row.code.rpartition(".")[0] or slug[:20] for row in rows}
    if len(codes) > 1:
        reason = _("units of more than one district: %(codes)s; import a file for each")
        raise Refused([Finding(reason % {"codes": ", ".join(sorted(codes))})])
    code = codes.pop()
    since = layout["units_since"]
    district = District.objects.on(since).filter(code=code).first()
    if district is None:
        name = _district_names(layout).get(code, code)
        district = District.objects.create(code=code, name_vi=name, valid_from=since)
    return district


def _district_names(layout):
    """Official names by code, from the reference table that the framework names."""
    if "district_names" not in layout:
        return {}
    path = frameworks.REFERENCE / layout["district_names"]
    with path.open(encoding="utf-8") as file:
        return {line["code"]: unit_name(line["name_vi"]) for line in csv.DictReader(file)}


def unit_name(text):
    """The unit's own name out of its office's: «UBND XÃ KRÔNG PẮC» is «Xã Krông Pắc»."""
    name = nfc(titled(text))
    name = name.removeprefix("UBND ").removeprefix("Ủy ban nhân dân ")
    return name[:1].upper() + name[1:]


def _period(pilot, framework, code):
    """The period that `code` names, made where it is not there yet."""
    period = Period.objects.filter(pilot=pilot, code=code).first()
    if period is not None:
        return period
    try:
        period = Period.of_span(pilot, periods.parse(code))
    except ValueError:
        reason = _("no such period; write 2026-10-05, 2026-10, 2026-Q4, 2026-H2, 2026-9M or 2026")
        raise Refused([Finding(reason, value=code)]) from None
    kinds = {indicator["frequency"] for _theme, indicator in _indicators(framework)}
    if period.kind not in kinds:
        reason = _("this framework is not reported by %(kind)s")
        raise Refused([Finding(reason % {"kind": period.get_kind_display()}, value=code)])
    period.save()
    return period


def _wards(pilot, new, framework, period, rows):
    """The units by code. A new pilot takes them from the file; an old one knows them already."""
    layout = framework["figures"]
    if new and period.end < layout["units_since"]:
        reason = _("these units are in force from %(day)s only")
        day = date_format(layout["units_since"], "SHORT_DATE_FORMAT")
        raise Refused([Finding(reason % {"day": day}, value=period.code)])
    if new:
        wards = [_ward(pilot.district, layout, row) for row in rows]
        pilot.wards.set(wards)
        return {ward.code: ward for ward in wards}
    wards = {ward.code: ward for ward in pilot.wards.on(period.end)}
    unknown = _("no unit of this pilot; add it in the administration first")
    findings = [
        Finding(unknown, row.number, layout["unit_code"], row.code)
        for row in rows
        if row.code not in wards
    ]
    if findings:
        raise Refused(findings)
    return wards


def _ward(district, layout, row):
    since = layout["units_since"]
    ward = Ward.objects.on(since).filter(code=row.code).first()
    return ward or Ward.objects.create(
        district=district, code=row.code, name_vi=unit_name(row.name), valid_from=since
    )


def _write(outcome, rows, wards, source):
    """Bring returns and figures in line with the rows, and count what that took."""
    indicators = {
        (indicator.theme.code, indicator.code): indicator
        for indicator in Indicator.objects.filter(theme__pilot=outcome.pilot).select_related(
            "theme"
        )
    }
    unknown = {key for row in rows for key in row.cells} - indicators.keys()
    if unknown:
        reason = _("the pilot lacks this indicator; load its framework again first")
        raise Refused([Finding(reason, value="/".join(key)) for key in sorted(unknown)])
    submissions = _submissions(outcome.period, rows, wards, source)
    kept = {
        (value.submission_id, value.indicator_id): value
        for value in Value.objects.filter(submission__in=submissions.values())
    }
    new, changed = [], []
    for row in rows:
        submission = submissions[row.code]
        for key, cell in row.cells.items():
            indicator = indicators[key]
            value = kept.pop((submission.pk, indicator.pk), None)
            if value is None:
                value = Value(submission=submission, indicator=indicator)
                new.append(value)
            elif (value.state, value.numerator, value.denominator, value.reason) == cell:
                outcome.unchanged += 1
                continue
            else:
                changed.append(value)
            value.indicator = indicator
            value.state, value.numerator, value.denominator, value.reason = cell
    reason = f"import: {source}"[:100]
    bulk_create_with_history(new, Value, batch_size=500, default_change_reason=reason)
    fields = ["state", "numerator", "denominator", "reason"]
    bulk_update_with_history(changed, Value, fields, batch_size=500, default_change_reason=reason)
    for value in kept.values():
        value.delete()
    outcome.created, outcome.changed, outcome.removed = len(new), len(changed), len(kept)


def _submissions(period, rows, wards, source):
    """The return of each row's unit by code, made where there is none; typed ones are left alone."""
    there = {each.ward_id: each for each in Submission.objects.filter(period=period)}
    by_hand = _("the return of this unit was entered by hand; it is not overwritten")
    findings = [
        Finding(by_hand, row.number, value=row.code)
        for row in rows
        if wards[row.code].pk in there and not there[wards[row.code].pk].source
    ]
    if findings:
        raise Refused(findings)
    now = timezone.now()
    new = [
        Submission(
            period=period,
            ward=wards[row.code],
            state=Submission.State.APPROVED,
            first_submitted_at=now,
            submitted_at=now,
            decided_at=now,
            source=source[:250],
        )
        for row in rows
        if wards[row.code].pk not in there
    ]
    bulk_create_with_history(new, Submission, batch_size=500)
    there.update({each.ward_id: each for each in new})
    return {row.code: there[wards[row.code].pk] for row in rows}
