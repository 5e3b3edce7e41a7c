"""A form in Excel that goes out to be filled in and comes back: how it is laid out, written, known again.

One page: who it belongs to, what to do, a row of headings, then rows that begin with a key. Its
first columns are hidden and the form's own. XlsxWriter writes it (lists, notes and locked cells, and
no text becomes a formula); what comes back is read through `workbook`.
"""

import io
from collections import Counter
from dataclasses import dataclass, field
from textwrap import wrap

import xlsxwriter
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from . import workbook
from .findings import Finding
from .vietnamese import fold

HEADINGS = "so-ket:headings"  # the key of the row of headings
FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter", "text_wrap": True}
RULED = {**FONT, "border": 1, "border_color": "#c9cdd1", "indent": 1}
ENTRY = {**RULED, "locked": False, "bg_color": "#fff9dd"}
LOOKS = {
    "title": {**FONT, "bold": True, "font_size": 15, "text_wrap": False},
    "subtitle": {**FONT, "bold": True, "text_wrap": False},
    "line": {**FONT, "text_wrap": False, "font_color": "#55606a"},
    "heading": {**RULED, "bold": True, "bg_color": "#e2e4e7"},
    "group": {**FONT, "bold": True, "bg_color": "#e6eff5", "text_wrap": False},
    "text": {**RULED},
    "quiet": {**RULED, "font_color": "#55606a"},
    "figure": {**RULED, "font_color": "#55606a", "align": "right"},
    "closed": {**RULED, "bg_color": "#f1f2f3"},
    "entry": {**ENTRY},
    "day": {**ENTRY, "num_format": "dd/mm/yyyy", "align": "right"},
    "year": {**ENTRY, "num_format": "0"},
    "number": {**ENTRY, "num_format": "#,##0", "align": "right"},
}


@dataclass(frozen=True)
class Layout:
    """The columns of a form, counted from 1: the first `own` are hidden. Headings are lazy texts."""

    own: int
    headings: dict
    widths: dict


class Blank:
    """A form being written, row after row. `identity`: the form's name, then whose it is, as texts."""

    def __init__(self, layout, identity, name, title, subtitle, lines):
        self.stream = io.BytesIO()
        options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        self.book = xlsxwriter.Workbook(self.stream, options)
        self.page = self.book.add_worksheet(name[:31])
        self.looks = {name: self.book.add_format(look) for name, look in LOOKS.items()}
        self.layout, self.row, self.lines = layout, 0, 1
        for column in range(1, layout.own + 1):
            self.page.set_column(column - 1, column - 1, 4, None, {"hidden": True})
        for column, width in layout.widths.items():
            self.page.set_column(column - 1, column - 1, width)
        head = [(title, "title"), (subtitle, "subtitle"), *((line, "line") for line in lines)]
        for number in range(max(len(head), len(identity))):
            if number < len(identity):
                self.put(1, identity[number])
            if number < len(head):
                self.put(layout.own + 1, *head[number])
            self.next()
        self.next()
        self._put_headings()

    def _put_headings(self):
        self.put(1, HEADINGS)
        for column, heading in self.layout.headings.items():
            self.put(column, capfirst(str(heading)), "heading")
        self.heading = self.row
        self.page.freeze_panes(self.row + 1, self.layout.own + 1)
        self.page.repeat_rows(self.row)
        self.next()

    def next(self):
        """Go to the next row; the one that is done is as high as its text needs."""
        self.page.set_row(self.row, 5 + 14.5 * self.lines)
        self.row, self.lines = self.row + 1, 1

    def look(self, name, **more):
        """A look, made once: one of LOOKS with more properties."""
        key = (name, *sorted(more.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format(LOOKS[name] | more) if more else self.looks[name]
        return self.looks[key]

    def put(self, column, content, look="text", **more):
        """Write into a column of the present row: text, a number, a date, or None for a blank."""
        place, look = (self.row, column - 1), self.look(look, **more)
        if content is None or content == "":
            self.page.write_blank(*place, None, look)
        elif isinstance(content, str | Promise):
            self.page.write_string(*place, str(content), look)
            if look.text_wrap and column > self.layout.own:
                self.lines = max(
                    self.lines, _lines(str(content), 1.15 * self.layout.widths[column] - 2)
                )
        elif hasattr(content, "year"):
            self.page.write_datetime(*place, content, look)
        else:
            self.page.write_number(*place, content, look)

    def rule(self, column, **validation):
        """What Excel lets people type into a column of the present row."""
        self.page.data_validation(self.row, column - 1, self.row, column - 1, validation)

    def note(self, column, text):
        """A note on a cell of the present row, as large as its text needs."""
        lines = sum(1 + len(line) // 60 for line in text.splitlines())
        size = {"width": 380, "height": 24 + 17 * lines, "font_size": 9}
        self.page.write_comment(self.row, column - 1, text, size)

    def group(self, text, code):
        """A row that heads the following ones. Its key begins with #, for which no row is looked."""
        self.put(1, f"#{code}")
        for column in self.layout.headings:
            self.put(column, text if column == self.layout.own + 1 else "", "group")
        self.next()

    def list_page(self, name, lists):
        """A second page with lists to choose from; returns a source for `rule` for each of them."""
        page = self.book.add_worksheet(name[:31])
        sources = []
        for column, (heading, words) in enumerate(lists):
            page.set_column(column, column, 40)
            page.write_string(0, column, heading, self.look("heading"))
            for row, word in enumerate(words, 1):
                page.write_string(row, column, word, self.look("text"))
            letter = get_column_letter(column + 1)
            sources.append(f"='{name[:31]}'!${letter}$2:${letter}${len(words) + 1}")
        page.protect()
        return sources

    def finished(self, footer):
        """The bytes of the workbook, ready to be filled in and to be printed on A4 across."""
        page, last = self.page, max(self.layout.headings) - 1
        page.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        page.set_landscape()
        page.set_paper(9)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.print_area(0, self.layout.own, max(self.row - 1, self.heading), last)
        page.set_footer(f"&L&8{footer.replace('&', '&&')}&R&8&P/&N")
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        page.set_selection(self.heading + 1, self.layout.own, self.heading + 1, self.layout.own)
        self.book.close()
        return self.stream.getvalue()


def _lines(text, width):
    """How many lines `text` takes in a column of `width` letters, broken between words."""
    return sum(max(1, len(wrap(line, max(int(width), 4)))) for line in text.split("\n"))


# Coming back ------------------------------------------------------------------------------------


@dataclass
class Filled:
    """A form that came back: its page, its rows by key, all keys there are, the rows without a key.

    Without a page it was refused as a whole, and `findings` say why; else they are of single cells.
    `notes` tell what is odd and was read all the same.
    """

    page: workbook.Page | None = None
    rows: dict = field(default_factory=dict)
    keys: set = field(default_factory=set)
    loose: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def get(self, row, column):
        return self.page.cells.get((row, column))

    def unread(self, row, columns):
        """Whether a finding was told of one of the cells, so that the row cannot be used."""
        return any((row, column) in self.page.unread for column in columns)

    def find(self, reason, row=None, column=None, value=""):
        """Note that something is wrong in the form, where it stands and what was found there."""
        letter = get_column_letter(column) if column else ""
        quoted = "" if value is None else workbook.shown(value)
        self.findings.append(Finding(str(reason), row, letter, quoted, self.page.name))


def filled(upload, layout, identity, names, strangers):
    """The Filled form in an uploaded file.

    `identity` is as the form was written with; `strangers` says, for each part of it after the
    first, what a form with another one is. `names` are lazy texts: what its pages are called.
    """
    book = workbook.read(upload, layout.own)
    form = Filled(findings=book.findings)
    if not book.pages:
        return form
    ours = [page for page in book.pages if _first(page).startswith(identity[0].rpartition(":")[0])]
    if len(ours) != 1:
        return _refused(
            form,
            _("This is not a form of this site.")
            if not ours
            else _("The form stands in this file more than once. Keep one page of it."),
        )
    (page,) = ours
    if not page.visible:
        return _refused(form, _("The page of the form is hidden. Show it and try again."), page)
    if _first(page) != identity[0]:
        return _refused(form, _("This is an old version of the form. Download a new one."), page)
    given = [workbook.text(page.cells.get((row, 1))) for row in range(2, len(identity) + 1)]
    for found, wanted, stranger in zip(given, identity[1:], strangers, strict=True):
        if found != wanted:
            whose = workbook.text(page.cells.get((2, layout.own + 1)))
            return _refused(form, stranger, page, whose or found)
    form.page = page
    form.findings = [each for each in form.findings if each.sheet == page.name]
    _note_pages(form, book, names)
    _find_rows(form, layout)
    return form


def _first(page):
    return workbook.text(page.cells.get((1, 1)))


def _refused(form, reason, page=None, value=""):
    form.findings.insert(0, Finding(str(reason), sheet=page.name if page else "", value=value))
    return form


def _note_pages(form, book, names):
    if fold(form.page.name) not in meanings(names[0]):
        reason = _("The page was renamed; it was read all the same.")
        form.notes.append(Finding(reason, sheet=form.page.name))
    known = set().union(*map(meanings, names))
    for page in book.pages:
        if page is not form.page and page.rows() and fold(page.name) not in known:
            reason = _("This page is not part of the form and was not read.")
            form.notes.append(Finding(reason, sheet=page.name))


def _find_rows(form, layout):
    """Sort the rows under the headings by their keys; without true headings nothing is read."""
    page = form.page
    heads = [row for row in page.rows() if page.cells.get((row, 1)) == HEADINGS]
    if len(heads) != 1:
        form.page = None
        _refused(form, _("The row of headings is missing. Download the form again."), page)
        return
    (head,) = heads
    for column, heading in layout.headings.items():
        found = page.cells.get((head, column))
        if fold(workbook.text(found)) not in meanings(heading):
            reason = _("Here should be the column “%(heading)s”. Do not move or rename columns.")
            form.find(reason % {"heading": heading}, head, column, found)
    if form.findings and any(each.row == head for each in form.findings):
        form.page = None
        return
    keys = {row: page.cells.get((row, 1)) for row in page.rows() if row > head}
    form.keys = {workbook.text(key) for key in keys.values()}
    counts = Counter(workbook.text(key) for key in keys.values() if key is not None)
    for row, key in keys.items():
        key = workbook.text(key)
        if key and counts[key] > 1:
            form.find(_("This row stands in the form more than once; none of them was read."), row)
        elif key and not key.startswith("#"):
            form.rows[key] = row
        elif not key and any((row, column) in page.cells for column in layout.headings):
            form.loose.append(row)


def meanings(text):
    """A lazy text in each language of the site, folded: what people may have in their file."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.add(fold(str(text)))
    return found


def chosen(text, choices):
    """The value of the choice that `text` names in any language; LookupError for another word."""
    wanted = fold(text)
    for value, label in choices:
        if wanted in meanings(label) | {fold(str(value))}:
            return value
    raise LookupError(text)
