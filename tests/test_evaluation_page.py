"""The page of the evaluation: its figures are those of plain SQL, and what it may not say it does not say."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from pilot import demo
from pilot.models import Indicator, Pilot

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def rows(client, pilot, part, query=""):
    answer = client.get(f"/pilots/{pilot.slug}/evaluation/{part}.csv{query}")
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.fixture
def reader(client, people):
    client.force_login(people["leader"])
    client.cookies["django_language"] = "en"
    return client


RATE = """
    select sum(v.numerator) * 100.0 / sum(v.denominator)
    from pilot_value v join pilot_submission s on s.id = v.submission_id
    join pilot_period p on p.id = s.period_id
    where p.pilot_id = %s and v.indicator_id = %s and s.state = 'approved'
      and v.state = 'reported' and s.ward_id is not null and p.start >= %s and p."end" <= %s
"""


def test_before_and_after_are_sums_over_sums_of_the_two_windows(reader, pilot):
    indicator = Indicator.objects.get(code="dossiers_on_time", theme__pilot=pilot)
    found = {row["Indicator"]: row for row in rows(reader, pilot, "changes")}[indicator.name_en]
    last = pilot.periods.filter(submissions__state="approved").latest("end")
    windows = {
        "Before the pilot": (pilot.baseline_start, pilot.baseline_end),
        "Since the start": (pilot.start, last.end),
    }
    for column, days in windows.items():
        with connection.cursor() as cursor:
            cursor.execute(RATE, [pilot.pk, indicator.pk, *days])
            (expected,) = cursor.fetchone()
        assert float(found[column].replace(",", ".")) == pytest.approx(float(expected), abs=1e-6)
    low, change, high = (
        float(found[name].replace(",", ".")) for name in ("At least", "Change", "At most")
    )
    assert low < change < high


def test_the_seed_in_the_address_gives_the_same_ranges_again_and_another_seed_others(
    reader, people
):
    pilot = demo.build(wards=6, months=24, slug="six", history=False)
    reader.force_login(people["admin"])
    one, same, other = (rows(reader, pilot, "ranks", f"?seed={n}") for n in (1, 1, 2))
    assert one == same
    assert one != other
    assert [row["Rank"] for row in one] == [row["Rank"] for row in other]


def test_the_points_of_the_themes_add_up_to_the_score_under_either_mean(reader, pilot):
    for mean in ("arithmetic", "geometric"):
        for row in rows(reader, pilot, "scores", f"?mean={mean}"):
            score = row.pop("Score")
            parts = [
                float(text.replace(",", "."))
                for name, text in row.items()
                if text and name not in ("Unit of government", "Note")
            ]
            if score:
                assert sum(parts) == pytest.approx(float(score.replace(",", ".")), abs=1e-6)


def test_the_workbook_holds_every_table_of_the_page(reader, pilot):
    content = reader.get(f"/pilots/{pilot.slug}/evaluation.xlsx").content
    names = load_workbook(io.BytesIO(content)).sheetnames
    assert names == ["changes", "changes-by-ward", "series", "ranks", "scores", "ranks-without"]
    assert reader.get(f"/pilots/{pilot.slug}/evaluation/nothing.csv").status_code == 404


def test_no_page_says_that_the_pilot_is_the_cause(reader, pilot):
    page = reader.get(f"/pilots/{pilot.slug}/evaluation/").content.decode()
    assert "a change is not shown to come from the pilot" in page
    assert "because of the pilot" not in page


@pytest.mark.parametrize("build", [demo.build_766, lambda: None])
def test_without_a_time_before_or_without_any_figure_the_page_says_so(client, people, pilot, build):
    other = build() or Pilot.objects.create(
        slug="empty", district=pilot.district, name_vi="Trống", start="2022-01-01"
    )
    client.force_login(people["admin"])
    answer = client.get(f"/pilots/{other.slug}/evaluation/")
    assert answer.status_code == 200
    assert client.get(f"/pilots/{other.slug}/evaluation.xlsx").status_code in (200, 404)


def test_the_page_asks_the_database_no_more_for_more_wards_and_periods(reader, people, pilot):
    reader.force_login(people["admin"])
    counts = []
    for slug in (pilot.slug, demo.build(wards=6, months=24, slug="six", history=False).slug):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert reader.get(f"/pilots/{slug}/evaluation/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
