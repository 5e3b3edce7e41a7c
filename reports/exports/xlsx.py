"""Sheets to an Excel workbook. Numbers stay numbers, and text never becomes a formula."""

import io

import xlsxwriter
from pandas.api.types import is_numeric_dtype

WIDEST = 64


def workbook(sheets):
    """The bytes of a workbook with one worksheet for each Sheet."""
    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(stream, options) as book:
        looks = _looks(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name[:31]), sheet, looks)
    return stream.getvalue()


def _looks(book):
    font = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    head = {**font, "bold": True, "bottom": 1}
    return {
        "title": book.add_format({**font, "bold": True, "font_size": 14}),
        "note": book.add_format({**font, "italic": True, "font_color": "#8a5a00"}),
        "head": book.add_format({**head, "align": "left", "indent": 1}),
        "number head": book.add_format({**head, "align": "right"}),
        "text": book.add_format({**font, "align": "left", "indent": 1}),
        "number": book.add_format({**font, "num_format": "#,##0.0#"}),
        "whole": book.add_format({**font, "num_format": "#,##0"}),
    }


def _write(page, sheet, looks):
    """Title, notes, then the table with its heading frozen and a filter on it."""
    page.write_string(0, 0, sheet.title, looks["title"])
    for row, note in enumerate(sheet.notes, 1):
        page.write_string(row, 0, note, looks["note"])
    top = len(sheet.notes) + 2
    frame = sheet.frame
    for column, name in enumerate(frame.columns):
        numeric = is_numeric_dtype(frame[name])
        page.write_string(top, column, name, looks["number head" if numeric else "head"])
        lengths = [len(name) + 4]  # the filter's button stands in the heading
        for row, value in enumerate(frame[name], top + 1):
            value = sheet.nothing if numeric and value != value else value
            lengths.append(_cell(page, row, column, value, looks))
        page.set_column(column, column, min(max(lengths) + 2, WIDEST))
    page.freeze_panes(top + 1, 1)
    page.autofilter(top, 0, top + max(len(frame), 1), max(len(frame.columns) - 1, 0))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)


def _cell(page, row, column, value, looks):
    """Write one cell; returns about how many letters wide it is."""
    if isinstance(value, str):
        page.write_string(row, column, value, looks["text"])
        return len(value)
    if value is None or value != value:
        return 0
    whole = float(value).is_integer()
    page.write_number(row, column, value, looks["whole" if whole else "number"])
    return len(f"{value:,.0f}" if whole else f"{value:,.2f}")
