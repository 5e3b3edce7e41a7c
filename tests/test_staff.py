"""The staff of all wards: the same figures as in each ward's roster, and none too many told."""

import csv
import datetime as dt
import io
import json
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pilot import demo
from pilot.models import Pilot
from reports import headcount
from reports.frames import staff as door
from reports.withholding import SMALL
from wards import staffing
from wards.models import Assignment, Establishment, Officer, Position, Ward

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAYS = [dt.date(2020, 1, 1), dt.date(2021, 6, 30), dt.date(2021, 7, 1), dt.date(2021, 8, 31)]
QUALITIES = ["lacking", "level", "theory", "training", "grade", "age", "form"]


def known(pilot):
    return Pilot.objects.select_related("district").get(pk=pilot.pk)


def table(client, pilot, part, query=""):
    """The csv of a part, as dicts by the name of the row."""
    url = reverse("workforce_part", args=[pilot.slug, part, "csv"])
    text = client.get(url + query).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def counts(rows):
    """All figures of a table about people, but how many people there are."""
    skipped = {"Công chức", "Có mặt", "Biên chế được giao", "Ghi chú"}
    return [
        value
        for row in rows.values()
        for name, value in list(row.items())[1:]
        if name not in skipped
    ]


@pytest.fixture
def uneven(pilot):
    """The demo with a position that has too many, one that is abolished, and gaps in the records."""
    first, second, _third = pilot.wards.order_by("sort_key")
    office = Position.objects.get(code="office")
    chair = Position.objects.get(code="chair")
    Establishment.objects.create(ward=first, position=office, posts=1, since="2021-08-01")
    Establishment.objects.create(ward=second, position=chair, posts=0, since="2021-08-15")
    held = Assignment.objects.filter(ward=second, position=office, concurrent=False, end=None)
    officer = held.first().officer
    Assignment.objects.create(
        officer=officer, ward=second, position=chair, start="2021-08-02", concurrent=True
    )
    Officer.objects.filter(pk=officer.pk).update(birth_year=None, sex="", field="", level=0)
    return known(pilot)


@pytest.mark.parametrize("day", DAYS)
def test_posts_and_people_are_those_of_each_wards_own_roster(uneven, day):
    staff = door.live(uneven)
    found = headcount.lines(staff, pd.Timestamp(day))
    for ward in uneven.wards.all():
        standing = staffing.Staffing(ward).on(day)
        mine = found.loc[ward.pk] if ward.pk in found.index else found.iloc[:0]
        lines = [
            (
                line.position.pk,
                line.posts,
                line.filled,
                line.vacant,
                line.surplus,
                len(line.concurrent),
            )
            for line in standing.lines
        ]
        assert [
            (key, *row) for key, row in zip(mine.index, mine.to_numpy().tolist(), strict=True)
        ] == lines
        assert tuple(mine.sum()) == standing.numbers()


def test_what_the_officers_are_is_what_each_wards_own_roster_says(uneven):
    day = DAYS[-1]
    staff = door.live(uneven)
    kinds = ["lacking", "level", "theory", "training", "sex", "age"]
    found = {kind: headcount.quality(staff, kind, pd.Timestamp(day), True) for kind in kinds}
    labels = door.labels()
    for ward in uneven.wards.all():
        told = staffing.qualities(staffing.Staffing(ward).on(day))
        for kind, (_title, shares) in zip(kinds, told, strict=True):
            cells = found[kind].cells.loc[ward.pk]
            if kind == "lacking":
                expected = {share.count for share in shares}
                assert {int(cells["met"]), int(cells.sum() - cells["met"])} - {0} == expected
            else:
                names = [labels[kind].get(key, "chưa ghi") for key in cells.index]
                mine = [(name, int(n)) for name, n in zip(names, cells, strict=True) if n]
                assert [n for _name, n in mine] == [share.count for share in shares]
                assert [name for name, _n in mine][:-1] == [share.name for share in shares][:-1]
        assert found["level"].people[ward.pk] == staffing.Staffing(ward).on(day).filled


def test_every_key_that_is_counted_has_a_name():
    assert {kind: list(names) for kind, names in door.labels().items()} == headcount.KEYS


# What is not told ------------------------------------------------------------------------------


@pytest.mark.kept
@pytest.mark.parametrize("person", ["ward", "other_ward", "leader"])
def test_whoever_may_not_see_all_rosters_gets_one_and_the_same_whatever_is_asked(
    client, pilot, people, person
):
    periods = pilot.periods.values_list("code", flat=True)
    client.force_login(people["leader"])
    first = {part: table(client, pilot, part) for part in QUALITIES}
    client.force_login(people[person])
    for code in periods:
        for query in (f"?period={code}", f"?period={code}&counted=submitted&ward=1"):
            for part in QUALITIES:
                assert table(client, pilot, part, query) == first[part]


def test_what_is_withheld_is_withheld_on_the_screen_in_every_file_and_chart(client, pilot, people):
    client.force_login(people["leader"])
    page = client.get(reverse("workforce", args=[pilot.slug]))
    for part in QUALITIES:
        told = counts(table(client, pilot, part))
        assert "không hiển thị" in told
        assert all(value == "không hiển thị" or int(value) >= SMALL for value in told)
        url = reverse("workforce_part", args=[pilot.slug, part, "xlsx"])
        book = openpyxl.load_workbook(io.BytesIO(client.get(url).content))
        cells = [each.value for row in book.active.iter_rows() for each in row]
        assert cells.count("không hiển thị") == told.count("không hiển thị")
    for chart in page.context["people"]:
        drawn = json.loads(chart["figure"])["data"] if chart["figure"] else []
        values = [abs(x) for trace in drawn for x in trace["x"] if x]
        assert all(value >= SMALL for value in values), chart["id"]
    whole = client.get(reverse("workforce_file", args=[pilot.slug, "xlsx"]))
    book = openpyxl.load_workbook(io.BytesIO(whole.content))
    assert "lacking-positions" not in book.sheetnames
    url = reverse("workforce_part", args=[pilot.slug, "lacking-positions", "csv"])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("person", ["reviewer", "admin"])
def test_whoever_keeps_all_rosters_sees_every_count_of_the_day(client, pilot, people, person):
    client.force_login(people[person])
    period = pilot.periods.filter(kind="month").latest("end")
    rows = table(client, pilot, "level", f"?period={period.code}")
    held = Assignment.objects.on(period.end).filter(concurrent=False, ward__in=pilot.wards.all())
    for name, key in (("đại học", 3), ("trung cấp", 1)):
        assert int(rows["Tổng cộng"][name]) == held.filter(officer__level=key).count()
    for part in QUALITIES:
        assert "không hiển thị" not in counts(table(client, pilot, part))
    assert client.get(reverse("workforce_part", args=[pilot.slug, "lacking-positions", "csv"]))


def test_a_pilot_of_some_wards_tells_no_sum_that_another_one_could_be_subtracted_from(pilot):
    part = Pilot.objects.create(
        slug="part", name_vi="Một phần", district=pilot.district, start=pilot.start
    )
    part.wards.set(pilot.wards.order_by("sort_key")[:2])
    whole, some = (door.live(known(each)) for each in (pilot, part))
    assert whole.counting == some.counting
    for kind in headcount.KEYS:
        first, second = (headcount.quality(each, kind, None, False) for each in (whole, some))
        assert second.totals.isna().all()
        pd.testing.assert_frame_equal(first.cells.loc[second.cells.index], second.cells)
    assert headcount.pyramid(some, None, False)[0].isna().all(axis=None)


def test_with_ten_wards_sums_are_told_though_small_counts_are_not(db):
    pilot = demo.build(wards=10, months=3, history=False)
    staff = door.live(known(pilot))
    for kind in ("level", "theory", "training", "grade", "age"):
        found = headcount.quality(staff, kind, None, False)
        everything = headcount.quality(staff, kind, found.day, True)
        told = found.totals.dropna()
        assert len(told) >= 2, kind
        assert (told == everything.totals[told.index]).all()
        small = everything.totals[everything.totals < SMALL].index
        assert found.totals[small].isna().all()
    pyramid, day = headcount.pyramid(staff, None, False)
    assert pyramid.notna().any(axis=None)
    assert day == staff.counting
    assert np.nanmin(pyramid.to_numpy()) >= SMALL


# The page --------------------------------------------------------------------------------------


def test_the_page_costs_the_same_for_few_and_many_wards(client, people, db):
    costs = []
    for wards in (3, 10):
        pilot = demo.build(wards=wards, months=3, slug=f"w{wards}", history=False)
        client.force_login(people["admin"])
        for name, args in (("workforce", []), ("workforce_part", ["form", "xlsx"])):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(name, args=[pilot.slug, *args])).status_code == 200
            costs.append(len(captured))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 19  # with nothing kept: the figures and the rosters, and who may see them


@pytest.mark.kept
def test_the_rosters_are_read_once_and_again_when_something_changed(client, pilot, people):
    client.force_login(people["reviewer"])
    url = reverse("workforce_part", args=[pilot.slug, "wards", "csv"])
    before = client.get(url).content
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).content == before
    assert len(captured) <= 9
    assert not [each for each in captured if "wards_assignment" in each["sql"]]
    Establishment.objects.update(posts=9)
    type(pilot.district).objects.filter(pk=pilot.district_id).revise()
    assert client.get(url).content != before


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("person", ["leader", "reviewer"])
def test_the_page_answers_in_both_languages_and_says_nobody_where_there_is_nobody(
    client, pilot, people, language, person
):
    client.cookies["django_language"] = language
    client.force_login(people[person])
    url = reverse("workforce", args=[pilot.slug])
    for code in pilot.periods.values_list("code", flat=True):
        assert client.get(url, {"period": code}).status_code == 200
    full = client.get(url).content.decode()
    Assignment.objects.all().delete()
    assert client.get(url).status_code == 200
    Establishment.objects.all().delete()
    empty = client.get(url)
    assert empty.status_code == 200
    assert ("chart-foot" in full, "chart-foot" in empty.content.decode()) == (True, False)
    assert client.get(reverse("workforce_file", args=[pilot.slug, "csv"])).status_code == 404


def test_odd_addresses_are_not_found_or_refused(client, pilot, people):
    client.force_login(people["leader"])
    base = f"/pilots/{pilot.slug}/staff"
    for url, status in {
        f"{base}/nothing.csv": 404,
        f"{base}/form.pdf": 404,
        f"{base}/level.csv?period=1999-01": 400,
        f"{base}/?period=": 200,
        f"{base}/?day=31/12/2021&sex=f": 200,
        "/pilots/none/staff/": 404,
    }.items():
        assert client.get(url).status_code == status, url
    assert client.post(f"{base}/").status_code == 405


def test_no_name_of_an_officer_stands_on_the_page(client, pilot, people):
    client.force_login(people["admin"])
    page = client.get(reverse("workforce", args=[pilot.slug])).content.decode()
    assert not [each for each in Officer.objects.all() if each.full_name in page]


def test_the_official_form_is_laid_out_as_official_papers_are_and_adds_up(client, pilot, people):
    client.force_login(people["reviewer"])
    url = reverse("workforce_part", args=[pilot.slug, "form", "xlsx"])
    page = openpyxl.load_workbook(io.BytesIO(client.get(url).content)).active
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    text = [value for row in rows for value in row if isinstance(value, str)]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "QUẬN NAM TỪ LIÊM" in text
    assert any(re.match(r"THỐNG KÊ SỐ LƯỢNG, CHẤT LƯỢNG", each) for each in text)
    top = next(n for n, row in enumerate(rows) if row[0] == "(1)")
    body = rows[top + 1 : top + 1 + pilot.wards.count() + 1]
    assert body[-1][1] == "Tổng cộng"
    assert [row[0] for row in body[:-1]] == ["1", "2", "3"]
    assert {row[1] for row in body[:-1]} == set(Ward.objects.values_list("name_vi", flat=True))
    for column in range(2, len(body[0])):
        assert sum(row[column] for row in body[:-1]) == body[-1][column]
    groups = {"level": 6, "theory": 5, "training": 5}
    for start, size in zip((5, 11, 16), groups.values(), strict=True):
        assert sum(body[-1][start : start + size]) == body[-1][3]
