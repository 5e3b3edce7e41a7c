"""Districts side by side: the same figures as on each one's own screen, at a bounded cost."""

import csv
import io

import pandas as pd
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pilot import demo
from pilot.models import Pilot, Submission, Value
from reports import frames, measures, rollup
from reports.frames import districts
from wards.models import District, Membership, User

pytestmark = pytest.mark.django_db
FRAMEWORK = "urban-government"


@pytest.fixture
def boss(client):
    user = User.objects.create_superuser("boss")
    client.force_login(user)
    return user


def built(number, wards=3, months=14):
    """A pilot of the demo in a district of its own, with its own chances."""
    pilot = demo.build(wards, months, seed=number, slug=f"pilot-{number}", history=False)
    code = {"code": f"9{number}", "name_vi": f"Quận {number}", "valid_from": "2014-01-01"}
    pilot.district = District.objects.create(**code)
    pilot.save()
    return pilot


@pytest.fixture
def two(db):
    return [built(1), built(2, wards=5)]


def test_each_figure_and_its_coverage_are_those_of_the_districts_own_overview(two, boss):
    first = Submission.objects.filter(period__pilot=two[0], state="approved", ward__isnull=False)
    Submission.objects.filter(pk=first.latest("period__end").pk).update(state="draft")
    two[1].wards.remove(two[1].wards.last())  # its returns stay, and count no more
    Value.objects.filter(submission__period__pilot=two[1], numerator=0).update(denominator=None)
    found = districts.districts(boss, FRAMEWORK)
    checked = 0
    for code in list(rollup.choices(found).index)[-3:]:
        cells = districts.cells(found, rollup.codes(found, code))
        for pilot in two:
            own = frames.live(pilot)
            overview = measures.overview_in(own, measures.named_period(own, code))
            for indicator, of in own.indicators[own.indicators["headline"]].iterrows():
                key = f"{own.themes.at[of['theme'], 'code']}/{of['code']}"
                row = rollup.figures(found, cells, key, code).loc[pilot.pk]
                there = overview.loc[indicator]
                assert row["value"] == pytest.approx(there["value"], nan_ok=True), key
                counts = there["wards_reported"], there["wards_due"]
                assert (row["reported"], row["due"], row["state"]) == (*counts, there["state"])
                checked += row["reported"] > 0
    assert checked > 20


def test_change_is_against_the_same_period_of_the_year_before(two, boss):
    found = districts.districts(boss, FRAMEWORK)
    *_earlier, code = rollup.choices(found).index
    cells = districts.cells(found, rollup.codes(found, code))
    now, then = (
        rollup.figures(found, cells, "service/dossiers_on_time", each)
        for each in (code, rollup.year_before(code))
    )
    expected = now["value"] - then["value"].reindex(now.index)
    pd.testing.assert_series_equal(now["change"], expected, check_names=False)
    assert now["change"].notna().all()
    assert list(now["place"]) == sorted(now["place"])


def test_screen_and_files_say_the_same(client, two, boss):
    page = client.get(reverse("districts")).content.decode()
    text = client.get(reverse("districts_file", args=["csv"])).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 2
    for row in rows:
        assert f"{float(row['Giá trị'].replace(',', '.')):.1f}".replace(".", ",") in page
    assert client.get(reverse("districts_file", args=["xlsx"])).status_code == 200
    assert "Số liệu minh họa" in page


@pytest.mark.parametrize(
    "query",
    ["period=2099-01", "headline=x/y", "framework=x", "period=%00", "headline=' or 1=1", "utm=1"],
)
def test_whatever_stands_in_the_address_is_answered(client, two, boss, query):
    assert client.get(f"{reverse('districts')}?{query}").status_code in {200, 400}


def test_whoever_browses_two_districts_compares_those_and_no_other(client, two):
    reader = User.objects.create_user("reader")
    client.force_login(reader)
    third = built(3)
    Membership.objects.create(user=reader, role="browse", district=two[0].district)
    assert client.get(reverse("districts")).status_code == 404
    Membership.objects.create(user=reader, role="browse", district=two[1].district)
    page = client.get(reverse("districts")).content.decode()
    assert two[1].district.name_vi in page
    assert third.district.name_vi not in page


def test_no_pilot_and_one_without_figures_are_no_error(client, boss):
    assert client.get(reverse("districts")).status_code == 200
    district = District.objects.create(code="1", name_vi="Quận Một", valid_from="2020-01-01")
    Pilot.objects.create(slug="bare", name_vi="P", district=district, start="2021-07-01")
    assert client.get(reverse("districts")).status_code == 200
    assert client.get(reverse("districts_file", args=["csv"])).status_code == 404


def test_it_costs_the_same_queries_for_few_and_many_districts(client, two, boss):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("districts")).status_code == 200
        return len(captured)

    few = queries()
    for number in range(3, 6):
        built(number, wards=1, months=1)
    assert queries() == few
    assert few <= 14


def test_the_menu_of_pilots_is_bounded_and_all_are_found_by_search(client, boss):
    for number in range(30):
        code = {"code": f"8{number:02}", "name_vi": f"Quận Đống {number}"}
        district = District.objects.create(**code, valid_from="2020-01-01")
        names = {"slug": f"p{number:02}", "name_vi": f"Thí điểm số {number}"}
        Pilot.objects.create(**names, district=district, start="2021-07-01")
    page = client.get(reverse("overview", args=["p29"]))
    assert page.status_code == 200
    assert page.content.decode().count('<li><a href="/pilots/') <= 20 + 9  # the tabs
    found = client.get("/", {"q": "dong 29"}).content.decode()
    assert 'href="/pilots/p29/"' in found
    assert found.count('class="panel"') == 1
    assert "Thí điểm số 17" in client.get("/", {"q": ""}).content.decode()
