"""Files that should not be: each is answered with its finding, and none of them with an error.

The first half are files as such, from an empty one to a bomb; the second half are forms of ours that
somebody filled in clumsily or changed. At the end, what is clumsy but plain, and is read.
"""

import datetime as dt
import io
import time
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl.chart import BarChart

from pilot import sheets
from tests.form import DAY, DENOMINATOR, NUMERATOR, REASON, STATE, a_return, filling, reported
from wards import workbook

MAIN = f'xmlns="{workbook.MAIN}"'
NAME, TARGET = sheets.NAME, sheets.TARGET


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


# Files -----------------------------------------------------------------------------------------


def zipped(parts):
    """An archive of (name, content), deflated."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return stream.getvalue()


def plain():
    """A small workbook as openpyxl writes it: [(name, content)]."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = 1
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def with_part(name, content=b"x"):
    return zipped([*plain(), (name, content)])


def with_sheet(rows, before="", after="", main=MAIN):
    """A workbook whose only sheet has these rows of XML."""
    xml = f"<worksheet {main}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    return zipped([(n, xml if n.endswith("sheet1.xml") else c) for n, c in plain()])


def with_changed(part, old, new):
    assert any(old in content for name, content in plain() if name == part)
    return zipped([(n, c.replace(old, new) if n == part else c) for n, c in plain()])


def bomb():
    stream = io.BytesIO(zipped(plain()))
    archive = zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED)
    with archive, archive.open("xl/media/zeros.xml", "w", force_zip64=True) as part:
        for _megabyte in range(260):
            part.write(bytes(workbook.MEGABYTE))
    return stream.getvalue()


def many_rows(count, columns=3):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for row in range(count):
            for column in range(columns):
                page.write_number(row, column, row)
    return stream.getvalue()


def many_sheets(count):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for _sheet in range(count):
        book.create_sheet()
    book.save(stream)
    return stream.getvalue()


def locked_parts():
    content = bytearray(zipped(plain()))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def twice():
    with pytest.warns(UserWarning, match="Duplicate"):
        return with_part("xl/workbook.xml", b"<x/>")


def without_worksheet():
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    book.create_chartsheet().add_chart(BarChart())
    book.save(stream)
    return stream.getvalue()


DOCTYPE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>"""
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)
SPREADSHEET_2003 = (
    b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)
FILES = {
    "empty": (lambda: b"", "The file is empty."),
    "text": (lambda: "Số liệu tháng 6".encode(), "This is a text or CSV file"),
    "csv": (lambda: b"ward;figure\r\nMe Tri;1.234,5\r\n", "This is a text or CSV file"),
    "web page": (lambda: b"\r\n<HTML><table><tr><td>1", "This is a web page"),
    "xml spreadsheet of 2003": (lambda: SPREADSHEET_2003, "This is an XML file"),
    "pdf": (lambda: b"%PDF-1.7\n\x00", "This is a PDF file"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a workbook."),
    "xls": (lambda: OLE + "Workbook".encode("utf-16-le"), "Excel 97-2003"),
    "password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
    "ods": (lambda: zipped([("mimetype", "x"), ("content.xml", "<x/>")]), "an OpenDocument file"),
    "docx": (lambda: with_part("word/document.xml"), "a Word document"),
    "pptx": (lambda: with_part("ppt/presentation.xml"), "a PowerPoint presentation"),
    "xlsb": (lambda: zipped([("xl/workbook.bin", "x")]), "a binary workbook"),
    "some archive": (lambda: zipped([("photo.jpg", "x")]), "This archive is not a workbook."),
    "macros": (lambda: with_part("xl/vbaProject.bin"), "contains macros"),
    "macros of Excel 4": (lambda: with_part("xl/macrosheets/sheet1.xml"), "contains macros"),
    "links to other files": (lambda: with_part("xl/externalLinks/externalLink1.xml"), "has links"),
    "data from elsewhere": (lambda: with_part("xl/connections.xml"), "fetches data from elsewhere"),
    "embedded file": (lambda: with_part("xl/embeddings/oleObject1.bin"), "file is embedded"),
    "controls": (lambda: with_part("xl/activeX/activeX1.xml"), "controls (ActiveX)"),
    "cut off": (lambda: zipped(plain())[:-400], "The file is damaged."),
    "only its beginning": (lambda: b"PK\x03\x04", "The file is damaged."),
    "bomb": (bomb, "far larger than any form"),
    "three hundred parts": (
        lambda: zipped([*plain(), *((f"xl/{n}.xml", "<x/>") for n in range(300))]),
        "far larger than any form",
    ),
    "elements without end": (
        lambda: with_sheet("<row r='1'>" + "<c/>" * 150_001 + "</row>"),
        "larger",
    ),
    "a letter of nine megabytes": (
        lambda: with_sheet(f"<row><c t='inlineStr'><is><t>{'x' * 9_000_000}</t></is></c></row>"),
        "A sheet of this file is far larger",
    ),
    "more than ten megabytes": (lambda: b"PK\x03\x04" + bytes(11 * 1024**2), "The file has 12 MB"),
    "entities that multiply": (
        lambda: with_part("xl/sharedStrings2.xml", DOCTYPE + b"<x>&b;</x>"),
        "declares XML entities",
    ),
    "entities that fetch": (
        lambda: with_changed("xl/workbook.xml", b"<workbook ", OUTSIDE + b"<workbook "),
        "declares XML entities",
    ),
    "200,000 rows": (lambda: many_rows(200_000), "Something stands in row 2001"),
    "a cell at the very end": (
        lambda: with_sheet("<row r='1048576'><c r='A1048576'><v>1</v></c></row>"),
        "Something stands in row 1048576",
    ),
    "rows out of order": (
        lambda: with_sheet("<row r='5'><c r='A5'><v>1</v></c></row><row r='5'/>"),
        "out of order",
    ),
    "strict workbook": (
        lambda: with_changed("xl/workbook.xml", workbook.MAIN.encode(), workbook.STRICT.encode()),
        "Strict Open XML",
    ),
    "one sheet twice": (
        lambda: with_changed(
            "xl/workbook.xml",
            b"</sheets>",
            b"<sheet name='b' sheetId='2' r:id='rId1'"
            b" xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'/></sheets>",
        ),
        "The file is damaged.",
    ),
    "thirty sheets": (lambda: many_sheets(30), "more than 20 sheets"),
    "formulas without end": (
        lambda: with_sheet("<row>" + "<c><f>1+1</f></c>" * 2_001 + "</row>"),
        "full of formulas",
    ),
    "parts twice": (twice, "not one that Excel writes"),
    "locked parts": (locked_parts, "not one that Excel writes"),
    "broken sheet": (lambda: with_sheet("<row r='1'><c></row>"), "The file is damaged."),
    "cell that has no place": (
        lambda: with_sheet("<row r='1'><c r='??'><v>1</v></c></row>"),
        "damaged",
    ),
    "text that is nowhere": (lambda: with_sheet("<row><c t='s'><v>99</v></c></row>"), "damaged"),
    "no worksheet": (without_worksheet, "The file has no worksheet."),
    "a workbook of their own": (lambda: zipped(plain()), "This is not a form of this site."),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_form_is_refused_with_the_reason(name):
    make, reason = FILES[name]
    reading = sheets.read(SimpleUploadedFile("form.xlsx", make()), a_return())
    assert reading.entries == []
    assert len(reading.findings) == 1
    assert reason in reading.findings[0].reason


@pytest.mark.parametrize("name", ["form.xls", "form.xlsm", "form", "form.xlsx.exe"])
def test_a_workbook_under_another_name_is_refused(name):
    reading = sheets.read(SimpleUploadedFile(name, zipped(plain())), a_return())
    assert [each.reason for each in reading.findings] == [
        "The name of the file must end in .xlsx. Save it so in Excel."
    ]


def test_openpyxl_reads_with_the_parser_that_expands_no_entities():
    assert openpyxl.DEFUSEDXML
    assert not openpyxl.LXML


def test_merged_ranges_of_any_size_cost_nothing():
    after = "<mergeCells>" + "<mergeCell ref='A1:XFD1048576'/>" * 50 + "</mergeCells>"
    begun = time.perf_counter()
    book = workbook.read(
        io.BytesIO(with_sheet("<row r='1'><c r='A1'><v>1</v></c></row>", after=after))
    )
    assert "were merged" in book.findings[0].reason
    assert time.perf_counter() - begun < 5  # all cells of one range would take minutes


# Forms -----------------------------------------------------------------------------------------


def put(code, column, content, number_format=None):
    return lambda form: form.put(code, column, content, number_format)


def both(*steps):
    def filled(form):
        for step in steps:
            step(form)

    return filled


def ratio(numerator, denominator):
    return both(put("on_time", NUMERATOR, numerator), put("on_time", DENOMINATOR, denominator))


def without_value(state, reason=None, **figures):
    steps = [put("on_time", STATE, state), put("on_time", REASON, reason)]
    return both(*steps, *(put("on_time", NUMERATOR, each) for each in figures.values()))


def on_page(change):
    return lambda form: change(form.page)


def swap_names(form):
    one, other = form.cell("on_time", NAME), form.cell("spent", NAME)
    one.value, other.value = other.value, one.value
    form.put("on_time", NUMERATOR, 1)


def copy_row(form):
    for column in range(1, TARGET + 1):
        form.page.cell(form.rows["mark"] + 1, column).value = form.cell("mark", column).value


def rename_key(form):
    form.page.cell(form.rows["mark"], 1).value = "service/unheard_of"


def hide_row(form):
    form.put("on_time", NUMERATOR, 1).put("on_time", DENOMINATOR, 2)
    form.page.row_dimensions[form.rows["on_time"]].hidden = True


def hide_column(form):
    form.put("on_time", NUMERATOR, 1).put("on_time", DENOMINATOR, 2)
    form.page.column_dimensions["I"].hidden = True


def merge(form):
    form.put("overdue", NUMERATOR, 1)
    rows = form.rows
    form.page.merge_cells(f"G{rows['overdue']}:G{rows['overdue'] + 1}")


def move_column(form):
    form.page.move_range(f"G1:G{form.page.max_row}", cols=20)


def new_column(form):
    form.page.insert_cols(7)


def no_headings(form):
    form.page.delete_rows(form.rows["on_time"] - 2)


def hide_page(form):
    form.book.create_sheet("Other")
    form.page.sheet_state = "hidden"


def identity(content):
    def change(form):
        form.page.cell(1, 1).value = content

    return change


FORMS = {
    # name: (what was done to it, part of the finding, the column it names)
    "another form's version": (identity("so-ket:return:0"), "an old version of the form", ""),
    "identity wiped": (identity(None), "This is not a form of this site.", ""),
    "page copied": (lambda f: f.book.copy_worksheet(f.page), "more than once", ""),
    "page hidden": (hide_page, "The page of the form is hidden.", ""),
    "headings deleted": (no_headings, "The row of headings is missing.", ""),
    "column moved": (move_column, "Here should be the column", "G"),
    "column inserted": (new_column, "Here should be the column", "G"),
    "names swapped": (swap_names, "Cells were moved", "D"),
    "row copied": (copy_row, "more than once; none of them was read", ""),
    "row of another form": (rename_key, "does not ask for this indicator", "D"),
    "row added": (on_page(lambda p: p.cell(p.max_row + 3, 7, 5)), "belongs to no indicator", ""),
    "formula": (ratio("=1+1", 3), "This is a formula.", "G"),
    "formula to another file": (ratio("=[1]Sheet1!A1", 3), "This is a formula.", "G"),
    "error of a formula": (put("overdue", NUMERATOR, "#DIV/0!"), "error of a formula", "G"),
    "merged cells": (merge, "were merged", "G"),
    "hidden row": (hide_row, "This row is hidden", ""),
    "hidden column": (hide_column, "This column is hidden", "I"),
    "1.234 as text": (put("overdue", NUMERATOR, "1.234"), "could be 1,234 or 1.234", "G"),
    "number in words": (put("overdue", NUMERATOR, "mười hai"), "is not a number", "G"),
    "number with its unit": (put("overdue", NUMERATOR, "12 hồ sơ"), "is not a number", "G"),
    "percentage as text": (ratio("95%", 100), "Write how many", "G"),
    "percentage as number": (
        both(ratio(1, 100), put("on_time", NUMERATOR, 0.95, "0%")),
        "Write how many, not “95 %”",
        "G",
    ),
    "negative": (put("overdue", NUMERATOR, -3), "below zero", "G"),
    "half of a dossier": (put("overdue", NUMERATOR, 2.5), "must be a whole number", "G"),
    "too many decimals": (put("money", NUMERATOR, 1.2345), "too many decimals", "G"),
    "more than all": (ratio(7, 6), "greater than the denominator", "G"),
    "some of none": (ratio(1, 0), "Nothing was due", "G"),
    "numerator alone": (ratio(1, None), "The denominator is missing.", "G"),
    "denominator alone": (ratio(None, 6), "The figure is missing.", "G"),
    "denominator of a count": (
        both(put("overdue", NUMERATOR, 1), put("overdue", DENOMINATOR, 2)),
        "has no denominator",
        "G",
    ),
    "more points than there are": (put("mark", NUMERATOR, 11), "more than the maximum", "G"),
    "a number beyond counting": (put("overdue", NUMERATOR, 1e17), "too large", "G"),
    "a number beyond any": (put("overdue", NUMERATOR, 1e300), "too large", "G"),
    "state without a reason": (without_value("not applicable"), "A reason is needed.", "L"),
    "state and a figure": (
        without_value("not available", "x", figure=3),
        "cannot hold a number",
        "G",
    ),
    "state of their own": (without_value("unknown", "x"), "Choose one from the list.", "J"),
    "reported without a figure": (without_value("reported"), "The figure is missing.", "G"),
    "reason alone": (put("on_time", REASON, "x"), "The figure is missing.", "G"),
    "day that does not exist": (
        both(put("rules", NUMERATOR, 1), put("rules", DAY, "31/02/2022")),
        "This is not a date.",
        "K",
    ),
    "number instead of a day": (
        both(put("rules", NUMERATOR, 1), put("rules", DAY, 44732, "0")),
        "This is not a date.",
        "K",
    ),
    "day to come": (
        both(put("rules", NUMERATOR, 1), put("rules", DAY, dt.date(2099, 1, 1))),
        "has not come yet",
        "K",
    ),
    "maybe": (put("rules", NUMERATOR, "maybe"), "Choose one from the list.", "G"),
    "two is no answer": (put("rules", NUMERATOR, 2), "Answer 1 (yes) or 0 (no).", "G"),
    "number turned into a day": (
        put("overdue", NUMERATOR, dt.date(2022, 2, 1)),
        "Excel made a date of this.",
        "G",
    ),
    "true instead of a number": (put("overdue", NUMERATOR, True), "This is not a number.", "G"),
    "reason as long as a book": (
        both(ratio(1, 2), put("on_time", REASON, "x" * 5000)),
        "The text is too long",
        "L",
    ),
    "reason as long as a chapter": (
        both(ratio(1, 2), put("on_time", REASON, "x" * 3000)),
        "at most 2000 characters",
        "L",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_filled_in_wrongly_says_where_and_imports_nothing_of_it(name):
    change, reason, column = FORMS[name]
    form = filling()
    change(form)
    reading = sheets.read(form.saved(), a_return())
    assert [each.indicator.code for each in reading.entries] == []
    told = [each for each in reading.findings if reason in each.reason and each.column == column]
    assert told, [str(each) for each in reading.findings]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"ward": 8}, "another unit"),
        ({"ward": None}, "another unit"),
        ({"period": "2022-05"}, "another reporting period"),
        ({"slug": "khac"}, "another pilot programme"),
    ],
)
def test_the_form_of_another_return_is_refused_and_says_whose_it_is(other, reason):
    form = filling(**other).put("overdue", NUMERATOR, 1)
    reading = sheets.read(form.saved(), a_return())
    assert reading.entries == []
    (finding,) = reading.findings
    assert reason in finding.reason
    assert a_return(**other).place.name in finding.value


def test_one_wrong_cell_keeps_nothing_else_back():
    form = filling().put("overdue", NUMERATOR, "=1").put("money", NUMERATOR, 5)
    reading = sheets.read(form.saved(), a_return())
    assert [each.indicator.code for each in reading.entries] == ["money"]
    (finding,) = reading.findings
    row = form.rows["overdue"]
    assert (finding.row, finding.column, finding.value) == (row, "G", "=1")


# Clumsy, but plain: read all the same ----------------------------------------------------------

READ = {
    "number as text": ("overdue", "12", Decimal(12)),
    "text with an apostrophe's blanks": ("overdue", " 12\u00a0", Decimal(12)),
    "wide digits": ("overdue", "１２", Decimal(12)),
    "thousands by blanks": ("overdue", "1 234", Decimal(1234)),
    "Vietnamese decimals": ("money", "1.234,5", Decimal("1234.5")),
    "English decimals": ("money", "1,234.5", Decimal("1234.5")),
    "noise of a float": ("money", 0.1 + 0.2, Decimal("0.3")),
    "a whole number with a point": ("overdue", 12.0, Decimal(12)),
    "yes": ("rules", "YES", Decimal(1)),
    "true": ("rules", True, Decimal(1)),
    "zero for no": ("rules", 0, Decimal(0)),
}


@pytest.mark.parametrize("name", READ)
def test_what_is_clumsy_but_plain_is_read(name):
    code, content, number = READ[name]
    reading = sheets.read(filling().put(code, NUMERATOR, content).saved(), a_return())
    assert reading.findings == []
    assert [each.fields["numerator"] for each in reading.entries] == [number]


@pytest.mark.parametrize(
    "day", ["20/06/2022", "20-6-2022", "2022-06-20", dt.datetime(2022, 6, 20, 9)]
)
def test_a_day_is_read_however_it_is_kept(day):
    form = filling().put("rules", NUMERATOR, 1).put("rules", DAY, day)
    (entry,) = sheets.read(form.saved(), a_return()).entries
    assert entry.fields == reported(1, happened_on=dt.date(2022, 6, 20))


def test_a_renamed_page_and_pages_of_their_own_are_named_and_do_no_harm():
    form = filling().put("overdue", NUMERATOR, 3)
    form.page.title = "Tháng 6 (sửa)"
    form.book.create_sheet("Nháp")["B2"] = "=1+1"
    reading = sheets.read(form.saved(), a_return())
    assert (len(reading.entries), reading.findings) == (1, [])
    assert [each.sheet for each in reading.notes] == ["Tháng 6 (sửa)", "Nháp"]


def test_a_row_that_was_deleted_is_named_and_the_others_are_read():
    form = filling().put("overdue", NUMERATOR, 3)
    form.page.delete_rows(form.rows["mark"])
    reading = sheets.read(form.saved(), a_return())
    assert (len(reading.entries), reading.findings) == (1, [])
    assert "Chỉ tiêu mark" in reading.notes[0].reason
