"""The one door for workbooks from outside: what may come in, and which of its cells can be read.

Nothing here knows what a workbook says. A file is weighed before it is unpacked, and each of its
parts is walked through once, a piece at a time, before openpyxl sees any; so what it costs is
bounded whatever it holds. Whatever is wrong becomes a Finding, never an exception.
"""

import datetime as dt
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.escape import unescape

from .findings import MOST_FINDINGS, Finding

MEGABYTE = 1024**2
LARGEST_FILE = 10 * MEGABYTE
LARGEST_UNPACKED = 250 * MEGABYTE
LARGEST_PART = 8 * MEGABYTE  # of what is walked through; a form of ours has a twentieth
MOST_PARTS = 300
MOST_ELEMENTS = 150_000
MOST_PAGES = 20
MOST_FORMULAS = 2_000
MOST_ROWS = 2_000
MOST_COLUMNS = 40
LONGEST_TEXT = 4_000

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


@dataclass
class Page:
    """A worksheet: what stands in its cells by (row, column), both counted from 1.

    A cell holds text (NFC, no blanks around it), a Decimal, a bool, a date, a datetime, a time or a
    timedelta; an empty one is not there. `unread` are the cells that a finding speaks of.
    """

    name: str
    visible: bool = True
    cells: dict = field(default_factory=dict)
    unread: set = field(default_factory=set)

    def rows(self):
        """Numbers of the rows in which something stands, in order."""
        return sorted({row for row, _column in [*self.cells, *self.unread]})


@dataclass
class Book:
    """What could be read of a workbook; without pages when the whole file was refused."""

    pages: list = field(default_factory=list)
    findings: list = field(default_factory=list)


class Unreadable(Exception):
    """The file as a whole is refused; the text says why and what to do."""


def read(upload, own_columns=0):
    """The Book in `upload`, a file opened for reading in binary.

    The first `own_columns` columns are the form's own: they may be hidden.
    """
    try:
        _weigh(upload)
        with zipfile.ZipFile(upload) as archive:
            outlines = _walk(archive)
        if not str(getattr(upload, "name", ".xlsx")).lower().endswith(".xlsx"):
            raise Unreadable(_("The name of the file must end in .xlsx. Save it so in Excel."))
        return _pages(upload, outlines, own_columns)
    except Unreadable as error:
        reason = str(error)
    except Exception:
        # A workbook can be broken in more ways than can be named; none is worth a failing page.
        reason = _("The file is damaged. Open it in Excel, save it as a new file and try again.")
    return Book(findings=[Finding(reason)])


def shown(content):
    """The content of a cell as a finding quotes it."""
    if isinstance(content, dt.date):
        return f"{content:%d/%m/%Y}"
    return f"{content:f}" if isinstance(content, Decimal) else str(content)


def day(content):
    """The date in a cell, also where it was typed as text (dd/mm/yyyy, yyyy-mm-dd); or ValueError."""
    if isinstance(content, dt.datetime):
        return content.date()
    if isinstance(content, dt.date):
        return content
    if not isinstance(content, str):
        raise ValueError(content)
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(content, form).date()
        except ValueError:
            continue
    raise ValueError(content)


def text(content):
    """The text in a cell that asks for text: a number or a date there is what it looks like."""
    return "" if content is None else shown(content)


# The file, before it is unpacked ----------------------------------------------------------------


def _weigh(upload):
    """Refuse what is not a workbook by its size, its first bytes and its list of parts."""
    upload.seek(0, 2)
    size = upload.tell()
    upload.seek(0)
    head = upload.read(4096)
    if not head:
        raise Unreadable(_("The file is empty."))
    if size > LARGEST_FILE:
        reason = _("The file has %(size)s MB; at most %(most)s MB are read.")
        sizes = {"size": -(-size // MEGABYTE), "most": LARGEST_FILE // MEGABYTE}
        raise Unreadable(reason % sizes)
    if not head.startswith(b"PK"):
        raise Unreadable(_disguise(head, upload))


def _disguise(head, upload):
    """What a file that is no archive is instead."""
    again = _("Save it as “Excel Workbook (.xlsx)” and try again.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        upload.seek(0)
        if "EncryptedPackage".encode("utf-16-le") in upload.read():
            return _("The file is locked with a password. Remove the password and try again.")
        return _("This is a file of Excel 97-2003 (.xls) or another old format.") + " " + again
    if head.startswith(b"%PDF"):
        return _("This is a PDF file, not a workbook.")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        return _("This is a web page, not a workbook.") + " " + again
    if start.startswith(b"<"):
        return _("This is an XML file, not a workbook.") + " " + again
    if b"\0" not in head:
        return _("This is a text or CSV file, not a workbook.") + " " + again
    return _("This is not a workbook.") + " " + again


# Its parts, before they are understood ----------------------------------------------------------

# Part of a name -> what it is. Looked for in this order, without regard to case.
NOT_OURS = {
    "word/document": lambda: _("This is a Word document, not a workbook."),
    "ppt/presentation": lambda: _("This is a PowerPoint presentation, not a workbook."),
    "xl/workbook.bin": lambda: _(
        "This is a binary workbook (.xlsb). Save it as “Excel Workbook (.xlsx)” and try again."
    ),
    "vbaproject": lambda: _("The file contains macros. Save it as .xlsx, without macros."),
    "macrosheets/": lambda: _("The file contains macros. Save it as .xlsx, without macros."),
    "externallinks/": lambda: _(
        "The file has links to other files. Break them (Data, Edit Links) and try again."
    ),
    "connections.xml": lambda: _(
        "The file fetches data from elsewhere. Remove its connections and try again."
    ),
    "embeddings/": lambda: _("Another file is embedded in this one. Remove it and try again."),
    "activex/": lambda: _("The file contains controls (ActiveX). Remove them and try again."),
}


@dataclass
class Outline:
    """What a walk through a part noted: a worksheet's hidden lines and merged cells."""

    elements: int = 0
    pages: int = 0
    formulas: int = 0
    last_row: int = 0
    hidden_rows: set = field(default_factory=set)
    hidden_columns: set = field(default_factory=set)
    merged: list = field(default_factory=list)


def _walk(archive):
    """An Outline for each part by its name; Unreadable for what no form of ours would hold."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    listed = [name.lower() for name in names]
    if "mimetype" in listed and "content.xml" in listed:
        raise Unreadable(
            _("This is an OpenDocument file. Save it as “Excel Workbook (.xlsx)” and try again.")
        )
    for sign, reason in NOT_OURS.items():
        if any(sign in name for name in listed):
            raise Unreadable(reason())
    if "[content_types].xml" not in listed or "xl/workbook.xml" not in listed:
        raise Unreadable(_("This archive is not a workbook."))
    too_large = _("Unpacked, the file is far larger than any form. It was not opened.")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(too_large)
    if len(set(listed)) < len(listed) or any(part.flag_bits & 1 for part in parts):
        raise Unreadable(_("The archive in this file is not one that Excel writes."))
    outlines = {}
    for part in parts:
        outlines[part.filename] = outline = Outline()
        with archive.open(part) as stream:
            _walk_through(stream, outline)
        if sum(each.elements for each in outlines.values()) > MOST_ELEMENTS:
            raise Unreadable(too_large)
    if sum(each.pages for each in outlines.values()) > MOST_PAGES:
        reason = _("The file has more than %(most)s sheets. Keep only the form.")
        raise Unreadable(reason % {"most": MOST_PAGES})
    if sum(each.formulas for each in outlines.values()) > MOST_FORMULAS:
        raise Unreadable(_("The file is full of formulas. Keep only the form, filled with values."))
    return outlines


def _walk_through(stream, outline):
    """Note in `outline` what a part of the archive holds, as far as it is XML."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, given: _note(outline, name, given)
    # Without a document type there are no entities, so nothing expands and nothing is fetched.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    done = 0
    try:
        while chunk := stream.read(2**16):
            done += len(chunk)
            if done > LARGEST_PART:
                raise Unreadable(
                    _("A sheet of this file is far larger than any form. It was not opened.")
                )
            parser.Parse(chunk, False)
    except expat.ExpatError:
        return  # No XML from here on, and openpyxl's parser is this one: it sees no further.


def _refuse_doctype(*_declared):
    raise Unreadable(_("The file declares XML entities, which no workbook needs."))


def _note(outline, name, given):
    namespace, _space, tag = name.rpartition(" ")
    outline.elements += 1
    if namespace == STRICT:
        raise Unreadable(
            _("This is a “Strict Open XML” workbook. Save it as “Excel Workbook (.xlsx)”.")
        )
    if namespace != MAIN:
        return
    hidden = given.get("hidden") in {"1", "true"}
    if tag == "row":
        row = int(given.get("r", outline.last_row + 1))
        if row <= outline.last_row:
            raise Unreadable(_("The rows of a sheet are out of order. The file is damaged."))
        if row > MOST_ROWS:
            reason = _("Something stands in row %(row)s; a sheet is read to row %(most)s.")
            raise Unreadable(reason % {"row": row, "most": MOST_ROWS})
        outline.last_row = row
        outline.hidden_rows |= {row} if hidden else set()
    elif tag == "col" and hidden:
        first, last = int(given["min"]), min(int(given["max"]), MOST_COLUMNS)
        outline.hidden_columns |= set(range(first, last + 1))
    elif tag == "f":
        outline.formulas += 1
    elif tag == "sheet":
        outline.pages += 1
    elif tag == "mergeCell" and len(outline.merged) < MOST_FINDINGS:
        outline.merged.append(given["ref"])


# Its cells --------------------------------------------------------------------------------------


def _pages(upload, outlines, own_columns):
    """The Book, read by openpyxl in its reading mode, which knows neither drawings nor links."""
    upload.seek(0)
    book = Book()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = load_workbook(upload, read_only=True, data_only=False, keep_links=False)
        for sheet in source.worksheets:
            # A part that serves as two sheets would be read twice; only forgers write such a file.
            outline = outlines.pop(sheet._worksheet_path.lstrip("/"))
            book.pages.append(_page(book, sheet, outline, own_columns))
    if not book.pages:
        book.findings.append(Finding(_("The file has no worksheet.")))
    book.findings = book.findings[:MOST_FINDINGS]
    return book


def _page(book, sheet, outline, own_columns):
    page = Page(sheet.title, sheet.sheet_state == "visible")
    bounds = {"max_row": outline.last_row, "max_col": MOST_COLUMNS}
    for cells in sheet.iter_rows(min_row=1, **bounds) if outline.last_row else ():
        for cell in cells:
            if cell.value not in (None, ""):
                _keep(book, page, cell)
    _leave_out_merged(book, page, outline)
    _leave_out_hidden(book, page, outline, own_columns)
    return page


def _keep(book, page, cell):
    """Put what stands in `cell` on the page, or say why it cannot be read."""
    content, reason = _content(cell)
    if reason:
        page.unread.add((cell.row, cell.column))
        column = get_column_letter(cell.column)
        value = "" if content is None else str(content)[:200]
        book.findings.append(Finding(reason, cell.row, column, value, page.name))
    elif content != "":
        page.cells[cell.row, cell.column] = content


def _content(cell):
    """(content, "") of a cell, or (what is quoted, reason)."""
    content = cell.value
    if cell.data_type == "f":
        reason = _("This is a formula. Copy it and paste it as a value.")
        return getattr(content, "text", content), reason
    if cell.data_type == "e":
        return content, _("This is an error of a formula. Type the value itself.")
    if isinstance(content, bool):
        return content, ""
    if isinstance(content, int | float):
        return _number(content, cell.number_format)
    if isinstance(content, str):
        content = _tidy(content)
        if len(content) > LONGEST_TEXT:
            reason = _("The text is too long: at most %(most)s letters.")
            return content[:60], reason % {"most": LONGEST_TEXT}
    if isinstance(content, dt.datetime) and content.time() == dt.time():
        return content.date(), ""
    return content, ""


def _number(content, number_format):
    if not abs(content) < 1e15:
        return content, _("This number is too large.")
    # A spreadsheet holds fifteen digits; what a float carries beyond them nobody typed.
    number = Decimal(f"{content:.15g}") if isinstance(content, float) else Decimal(content)
    if "%" in (number_format or ""):
        return f"{(number * 100).normalize():f} %", ""
    return number, ""


def _tidy(content):
    """Text as it is stored: NFC, its lines kept, nothing invisible and no blanks around it."""
    lines = unescape(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(map(_line, lines)).strip()


def _line(content):
    seen = (" " if c.isspace() else c for c in content if c.isspace() or _visible(c))
    return unicodedata.normalize("NFC", "".join(seen)).strip()


def _visible(letter):
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}


def _leave_out_merged(book, page, outline):
    """Cells that were merged: which of them the content belongs to cannot be known."""
    for place in outline.merged:
        left, top, right, bottom = range_boundaries(place)
        lost = {(r, c) for r, c in page.cells if top <= r <= bottom and left <= c <= right}
        if lost:
            reason = _("The cells %(cells)s were merged. Unmerge them and type each value.")
            column = get_column_letter(left)
            value = shown(page.cells[min(lost)])
            book.findings.append(Finding(reason % {"cells": place}, top, column, value, page.name))
            _drop(page, lost)


def _leave_out_hidden(book, page, outline, own_columns):
    """What nobody saw when they sent the file is not taken from it."""
    lost_rows, lost_columns = {}, {}
    for row, column in page.cells:
        if row in outline.hidden_rows and column > own_columns:
            lost_rows.setdefault(row, set()).add((row, column))
        elif column in outline.hidden_columns and column > own_columns:
            lost_columns.setdefault(column, set()).add((row, column))
    for row, lost in sorted(lost_rows.items()):
        reason = _("This row is hidden and was not read. Show it and try again.")
        book.findings.append(Finding(reason, row, sheet=page.name))
        _drop(page, lost)
    for column, lost in sorted(lost_columns.items()):
        reason = _("This column is hidden and was not read. Show it and try again.")
        letter = get_column_letter(column)
        book.findings.append(Finding(reason, column=letter, sheet=page.name))
        _drop(page, lost)


def _drop(page, places):
    page.unread |= places
    for place in places:
        del page.cells[place]
