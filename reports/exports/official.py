"""The statistical form of commune-level officials as a workbook, in the layout of official papers."""

import io
from dataclasses import dataclass, field

import xlsxwriter


@dataclass(frozen=True)
class Form:
    """What stands on the form, all of it text in the language of the page.

    office: lines above on the left; motto: the two lines of the state on the right; title and
    subtitle; groups: (heading, [column headings]) after the first `first` columns; rows: lists of
    text and numbers, None withheld and written as `nothing`; the last one is the total; signatures:
    (title, how to sign) from left to right; place: the line of place and date.
    """

    office: list
    motto: list
    title: str
    subtitle: str
    first: list
    groups: list
    rows: list
    nothing: str
    place: str
    signatures: list
    notes: list = field(default_factory=list)
    name: str = "form"


def workbook(form):
    """The bytes of the workbook: one sheet, A4 (A3 would be kinder) across, fitted to one page wide."""
    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(stream, options) as book:
        page = book.add_worksheet(form.name)
        looks = _looks(book)
        width = len(form.first) + sum(len(columns) for _head, columns in form.groups)
        top = _above(page, form, looks, width)
        bottom = _table(page, form, looks, top)
        _below(page, form, looks, bottom, width)
        page.set_landscape()
        page.set_paper(8)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        page.fit_to_pages(1, 0)
        page.center_horizontally()
        page.repeat_rows(top, top + 2)
        page.freeze_panes(top + 3, 2)
        page.hide_gridlines(2)
    return stream.getvalue()


def _looks(book):
    font = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
    middle = {**font, "align": "center", "text_wrap": True}
    boxed = {**middle, "border": 1}
    return {
        "plain": book.add_format(middle),
        "bold": book.add_format({**middle, "bold": True}),
        "motto": book.add_format({**middle, "bold": True, "underline": 1}),
        "title": book.add_format({**middle, "bold": True, "font_size": 14}),
        "italic": book.add_format({**middle, "italic": True}),
        "note": book.add_format({**font, "italic": True, "font_color": "#8a5a00"}),
        "head": book.add_format({**boxed, "bold": True}),
        "number": book.add_format({**boxed, "italic": True, "font_size": 9}),
        "cell": book.add_format({**boxed, "num_format": "#,##0"}),
        "name": book.add_format({**boxed, "align": "left"}),
        "withheld": book.add_format({**boxed, "italic": True, "font_color": "#55606a"}),
        "sum": book.add_format({**boxed, "bold": True, "num_format": "#,##0"}),
    }


def _above(page, form, looks, width):
    """Office and motto, title and notes; returns the row where the table begins."""
    third, half = max(width // 3, 4), width // 2
    for row, text in enumerate(form.office):
        page.merge_range(row, 0, row, third, text, looks["bold" if row else "plain"])
    for row, text in enumerate(form.motto):
        page.merge_range(row, half, row, width - 1, text, looks["motto" if row else "bold"])
    page.merge_range(3, 0, 3, width - 1, form.title, looks["title"])
    page.merge_range(4, 0, 4, width - 1, form.subtitle, looks["italic"])
    page.set_row(3, 24)
    for row, text in enumerate(form.notes, 5):
        page.write_string(row, 0, text, looks["note"])
    return 6 + len(form.notes)


def _table(page, form, looks, top):
    """Three rows of headings (groups, columns, their numbers), then the rows; returns the last."""
    for column, text in enumerate(form.first):
        page.merge_range(top, column, top + 1, column, text, looks["head"])
    column = len(form.first)
    for head, columns in form.groups:
        if len(columns) > 1:
            page.merge_range(top, column, top, column + len(columns) - 1, head, looks["head"])
        else:
            page.write_string(top, column, head, looks["head"])
        for text in columns:
            page.write_string(top + 1, column, text, looks["head"])
            column += 1
    for n in range(column):
        page.write_string(top + 2, n, f"({n + 1})", looks["number"])
    page.set_row(top, 34)
    page.set_row(top + 1, 82)
    page.set_column(0, 0, 5)
    page.set_column(1, 1, 24)
    page.set_column(2, column - 1, 10.5)
    for row, values in enumerate(form.rows, top + 3):
        last = row == top + 2 + len(form.rows)
        for column, value in enumerate(values):
            _cell(page, row, column, value, form, looks, last)
    return top + 2 + len(form.rows)


def _cell(page, row, column, value, form, looks, last):
    if value is None:
        page.write_string(row, column, form.nothing, looks["withheld"])
    elif isinstance(value, str):
        page.write_string(row, column, value, looks["sum" if last else "name"])
    else:
        page.write_number(row, column, value, looks["sum" if last else "cell"])


def _below(page, form, looks, bottom, width):
    """The line of place and date, and who signs."""
    half = width // 2
    page.merge_range(bottom + 2, half, bottom + 2, width - 1, form.place, looks["italic"])
    sides = [(0, half - 1), (half, width - 1)]
    for (title, how), (left, right) in zip(form.signatures, sides, strict=True):
        page.merge_range(bottom + 3, left, bottom + 3, right, title, looks["bold"])
        page.merge_range(bottom + 4, left, bottom + 4, right, how, looks["italic"])
