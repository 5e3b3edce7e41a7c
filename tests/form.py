"""A return of five kinds of cells that no database knows, and its form filled in as people do."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl

from pilot import sheets
from pilot.models import Indicator, Period, Pilot, Theme, Value
from pilot.returns import Cell, Return
from wards.models import District, Ward

KINDS = {
    "on_time": {"kind": "ratio", "numerator_vi": "Đúng hạn", "denominator_vi": "Đã giải quyết"},
    "spent": {"kind": "ratio", "decimals": 1, "within": False},
    "overdue": {"kind": "count"},
    "money": {"kind": "amount", "decimals": 2, "unit_vi": "triệu đồng"},
    "rules": {"kind": "yes_no"},
    "mark": {"kind": "score", "decimals": 2, "points": Decimal(10)},
}
NUMERATOR, DENOMINATOR = sheets.NUMERATOR, sheets.DENOMINATOR
STATE, DAY, REASON = sheets.STATE, sheets.DAY, sheets.REASON


def a_return(values=None, period="2022-06", ward=7, slug="thi-diem", kinds=KINDS):
    """A `returns.Return` with a cell for each of KINDS; `values` are contents by indicator code."""
    pilot = Pilot(pk=1, slug=slug, name_vi="Thí điểm", name_en="Pilot")
    pilot.district = District(pk=1, code="019", name_vi="Quận Nam Từ Liêm")
    year, month = map(int, period.split("-"))
    days = {"start": dt.date(year, month, 1), "end": dt.date(year, month, 28)}
    period = Period(pk=1, pilot=pilot, kind="month", code=period, due=days["end"], **days)
    place = Ward(pk=ward, code="00622", name_vi=f"Phường {ward}") if ward else None
    sheet = Return(period, place)
    theme = Theme(pk=1, pilot=pilot, code="service", name_vi="Phục vụ", name_en="Service")
    sheet.cells = []
    for pk, (code, more) in enumerate(kinds.items(), 1):
        indicator = Indicator(pk=pk, theme=theme, code=code, name_vi=f"Chỉ tiêu {code}", **more)
        content = (values or {}).get(code)
        value = Value(indicator=indicator, **content) if content else None
        sheet.cells.append(Cell(indicator, value))
    return sheet


def reported(numerator, denominator=None, **more):
    """The content of a cell with figures."""
    numbers = [n if n is None else Decimal(n) for n in (numerator, denominator)]
    content = {"state": "reported", "happened_on": None, "reason": ""}
    return content | dict(zip(("numerator", "denominator"), numbers, strict=True)) | more


class Filling:
    """A form opened as in a spreadsheet: `put("on_time", NUMERATOR, 5)`, then `saved()`."""

    def __init__(self, content):
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.page = self.book.worksheets[0]
        self.rows = {}
        for (key,) in self.page.iter_rows(max_col=1):
            if key.value and "/" in str(key.value):
                self.rows[key.value.partition("/")[2]] = key.row

    def cell(self, code, column):
        return self.page.cell(self.rows[code], column)

    def put(self, code, column, content, number_format=None):
        cell = self.cell(code, column)
        cell.value = content
        if number_format:
            cell.number_format = number_format
        return self

    def saved(self, name="form.xlsx"):
        stream = io.BytesIO()
        self.book.save(stream)
        stream.seek(0)
        stream.name = name
        return stream


def filling(**options):
    return Filling(sheets.write(a_return(**options)))
