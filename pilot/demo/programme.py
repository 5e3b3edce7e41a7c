"""The pilot of the demo, its district and wards, and the periods it reports on."""

import csv
import datetime as dt

import numpy as np

from pilot.frameworks import REFERENCE
from pilot.models import Indicator, Period, Pilot
from pilot.periods import MONTHS
from wards.models import District, Ward

from .drawing import FOUNDED, SKILLS, START, chance

DISSOLVED = dt.date(2025, 6, 30)
SIZES = {"area_km2": "area_km2", "population": "population", "population_year": "year"}
DISTRICT = {
    "name_vi": "Quận Nam Từ Liêm",
    "name_en": "Nam Từ Liêm district",
    "valid_to": DISSOLVED,
    "source": "Danh mục mã đơn vị hành chính của Tổng cục Thống kê, 01/3/2025",
}
PILOT = {
    "name_vi": "Chính quyền đô thị quận Nam Từ Liêm",
    "name_en": "Urban government of Nam Từ Liêm district",
    "legal_basis_vi": "Nghị quyết số 97/2019/QH14; Nghị định số 32/2021/NĐ-CP",
    "legal_basis_en": "Resolution 97/2019/QH14; Decree 32/2021/NĐ-CP",
    "start": START,
    "illustrative": True,
    "source_vi": "Số liệu minh họa do chương trình tạo ra, không phải số liệu thật của quận.",
    "source_en": "Illustrative figures drawn by the program, not the district's own.",
}


def pilot(slug, months):
    """The pilot; its baseline is the time of figures before its start, a year at most."""
    district, _new = District.objects.get_or_create(
        code="019", valid_from=FOUNDED, defaults=DISTRICT
    )
    before, baseline = min(12, months // 2), {}
    if before:
        last = START - dt.timedelta(days=1)
        baseline = {"baseline_start": _month(START, -before), "baseline_end": last}
    return Pilot.objects.create(slug=slug, district=district, **PILOT, **baseline)


def _month(day, after):
    """The first day of the month that comes `after` months after the month of `day`."""
    years, month = divmod(day.year * 12 + day.month - 1 + after, 12)
    return dt.date(years, month + 1, 1)


def wards(pilot, count):
    """The first `count` wards, taking part in the pilot: ten real ones, then invented ones."""
    lines, tiles = _lines("wards-2021.csv"), _lines("tilemap-2021.csv")
    tiles = {tile["code"]: (int(tile["row"]), int(tile["col"])) for tile in tiles}
    found = [_ward(pilot.district, line, tiles[line["code"]]) for line in lines[:count]]
    for n in range(len(lines) + 1, count + 1):
        name = {"name_vi": f"Phường Minh họa {n}", "name_en": f"Minh họa {n} Ward"}
        tile = divmod(n - len(lines) - 1 + 60, 10)  # below the real ones
        found.append(_ward(pilot.district, {"code": f"MH{n:03}", **name}, tile))
    pilot.wards.set(found)
    return found


def _lines(name):
    with (REFERENCE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _ward(district, line, tile):
    names = {"name_vi": line["name_vi"], "name_en": line["name_en"], "district": district}
    fields = names | {"valid_to": DISSOLVED, "map_row": tile[0], "map_column": tile[1]}
    fields["source"] = line.get("source", "Đơn vị minh họa, không có thật.")
    for field, column in SIZES.items():
        fields[field] = line.get(column) or None
    key = {"code": line["code"], "valid_from": FOUNDED}
    return Ward.objects.get_or_create(**key, defaults=fields)[0]


def skills(seed, count):
    """How good each ward is: of the first ten one is clearly weaker than the others."""
    rng = chance(seed, SKILLS)
    ten = np.array([-2.8, *np.linspace(-0.5, 1.1, 9)])
    rng.shuffle(ten)
    further = rng.normal(0, 0.6, max(count - len(ten), 0))
    return [*ten, *further][:count]


def periods(pilot, months):
    """The periods of every frequency that the framework reports by; half lie before the start."""
    first = _month(START, -(months // 2))
    last = _month(first, months) - dt.timedelta(days=1)
    asked = set(Indicator.objects.filter(theme__pilot=pilot).values_list("frequency", flat=True))
    found = Period.objects.calendar(pilot, first, last, [kind for kind in MONTHS if kind in asked])
    return Period.objects.bulk_create(sorted(found, key=lambda each: (each.end, each.start)))
