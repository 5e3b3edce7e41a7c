"""A theme: the five states of its score, the district's own, and its figures as plain SQL has them."""

import csv
import io
import json
import re
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest
from django.db import connection

from pilot import demo
from pilot.models import Indicator
from reports import measures, scoring, themes
from wards.models import Membership, User

from .bundle import bundle

pytestmark = pytest.mark.once


def test_a_theme_without_a_score_says_which_of_the_five_states_it_is_in():
    frames = bundle(
        [{}, {}],
        [
            *((1, n, 1, 0, 10) for n in (1, 2)),
            (2, 1, 1, 5, 10),
            *((3, n, 1, "not_available") for n in (1, 2)),
            *((4, n, 1, "not_applicable") for n in (1, 2)),
        ],
        wards=5,
    )
    found = themes.history(frames, 1).set_index("ward")
    assert found["state"].to_dict() == {
        1: "reported",
        2: "too_few",
        3: "not_available",
        4: "not_applicable",
        5: "missing",
    }
    assert found.loc[1, "points"] == 0
    assert found["points"].count() == 1
    undue = bundle([{}], [(1, 1, 1, 1, 2)], wards=2, today="2022-01-15")
    assert themes.history(undue, 1)["state"].tolist() == ["reported", "not_due"]


def test_history_ends_with_the_period_shown_and_holds_twelve():
    months = [f"2021-{n:02}" for n in range(1, 13)] + ["2022-01", "2022-02"]
    frames = bundle([{}], [(1, 1, n, n, 20) for n in range(1, 15)], wards=1, periods=months)
    found = themes.history(frames, 13)
    assert found["period"].tolist() == list(range(2, 14))
    assert found["points"].tolist() == [n / 2 for n in range(2, 14)]


def test_the_districts_score_is_made_of_its_sums_not_of_the_wards_scores():
    frames = bundle([{}], [(1, 1, 1, 1, 1), (2, 1, 1, 0, 99)])
    found = scoring.of_district(frames, measures.overview_in(frames, 1))
    assert found.loc[1, "points"] == pytest.approx(0.1)
    counts = bundle(
        [{"kind": "count", "worst": 0.0, "best": 10.0}], [(1, 1, 1, 4, None), (2, 1, 1, 8, None)]
    )
    assert scoring.of_district(counts, measures.overview_in(counts, 1)).loc[1, "points"] == 6


def test_a_period_without_a_figure_is_a_gap_with_its_state_and_its_coverage():
    frames = bundle(
        [{"kind": "count"}],
        [(1, 1, 1, 3), (2, 1, 1, 4), (1, 1, 3, "not_available")],
        periods=("2022-01", "2022-02", "2022-03"),
        targets=[{"indicator": 1, "since": "2022-02-01", "target": 5.0}],
    )
    found = themes.series(frames, [1], frames.periods.at[3, "end"])
    assert found["value"].tolist()[0] == 7
    assert found["value"].isna().tolist() == [False, True, True]
    assert found["state"].tolist() == ["reported", "missing", "missing"]
    assert found[["reported", "due"]].to_numpy().tolist() == [[2, 2], [0, 2], [0, 2]]
    assert found["target"].tolist()[1:] == [10, 10]


# The page --------------------------------------------------------------------------------------


@pytest.fixture
def reviewer(client, db):
    client.cookies["django_language"] = "en"
    user = User.objects.create_user("reviewer")
    client.force_login(user)

    def at(pilot):
        Membership.objects.get_or_create(user=user, role="review", district=pilot.district)
        return f"/pilots/{pilot.slug}/themes/"

    return at


def rows_of(client, url):
    text = client.get(url).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def number(text):
    return float(text.replace(",", "."))


@pytest.mark.django_db
def test_lines_of_the_small_charts_are_sums_of_plain_sql(client, reviewer, pilot):
    url = reviewer(pilot)
    rows = rows_of(client, f"{url}service/series.csv")
    with connection.cursor() as cursor:
        cursor.execute(
            "select i.name_en, p.id, sum(v.numerator), sum(v.denominator), count(*)"
            " from pilot_value v join pilot_submission s on s.id = v.submission_id"
            " join pilot_period p on p.id = s.period_id"
            " join pilot_indicator i on i.id = v.indicator_id"
            " join pilot_theme t on t.id = i.theme_id"
            " where t.code = 'service' and t.pilot_id = %s and s.state = 'approved'"
            " and v.state = 'reported' and i.kind = 'ratio' group by 1, 2"
            " having sum(v.denominator) > 0",
            [pilot.pk],
        )
        wanted = cursor.fetchall()
    names = {
        each.pk: f"Month {each.end.month}/{each.end.year}"
        for each in pilot.periods.filter(kind="month")
    }
    checked = 0
    for name, period, above, below, wards in wanted:
        if period not in names:
            continue
        (row,) = (x for x in rows if (x["Indicator"], x["Period"]) == (name, names[period]))
        assert number(row["Value"]) == pytest.approx(float(above) / float(below) * 100)
        assert int(row["Reported"]) == wards
        checked += 1
    assert checked >= 6
    page = client.get(f"{url}service/").content.decode()
    drawn = [
        json.loads(text)["data"]
        for text in re.findall(r'id="line-\d+-figure">(.*?)</script>', page, re.S)
    ]
    assert len(drawn) >= 4
    told = {round(float(above) / float(below), 9) for _n, _p, above, below, _w in wanted}
    there = {round(y, 9) for _aim, line in drawn for y in line["y"] if y is not None}
    assert told & there


@pytest.mark.django_db
def test_a_wards_score_is_the_sum_of_its_points_by_hand(client, reviewer):
    """Every theme of every fully judged ward, from single cells by plain SQL and Decimal."""
    pilot = demo.build(wards=3, months=12, slug="year", history=False)
    url = reviewer(pilot)
    period = pilot.periods.filter(kind="month").latest("end")
    checked = 0
    for theme in pilot.themes.all():
        for row in rows_of(client, f"{url}{theme.code}.csv?period={period.code}"):
            if row["Judged, %"] != "100":
                continue
            ward = pilot.wards.get(code=row["Code"])
            assert number(row["Points"]) == pytest.approx(float(by_hand(theme, ward, period)))
            checked += 1
    assert checked >= 6


def by_hand(theme, ward, period):
    total = Decimal(0)
    for each in Indicator.objects.filter(theme=theme, level="ward", points__isnull=False):
        with connection.cursor() as cursor:
            cursor.execute(
                "select v.numerator, v.denominator from pilot_value v"
                " join pilot_submission s on s.id = v.submission_id"
                " join pilot_period p on p.id = s.period_id"
                " where v.indicator_id = %s and s.ward_id = %s and p.kind = %s and p.end <= %s"
                " and s.state = 'approved' order by p.end desc limit 1",
                [each.pk, ward.pk, each.frequency, period.end],
            )
            above, below = (None if x is None else Decimal(str(x)) for x in cursor.fetchone())
        most, worst, best, high, worst_high = (
            None if x is None else Decimal(str(x))
            for x in (each.points, each.worst, each.best, each.best_high, each.worst_high)
        )
        if each.kind == "ratio" and not below:
            total += most if each.nothing_due == "full" else 0
            continue
        value = above / below if each.kind == "ratio" else above
        share = (value - worst) / (best - worst)
        if each.direction == "band":
            share = min(share, (value - worst_high) / (high - worst_high))
        points = most * min(max(share, Decimal(0)), Decimal(1))
        total += points.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return total


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_theme_page_stands_for_one_ward_for_published_scores_and_for_nothing(
    client, reviewer, language
):
    builds = [
        (demo.build(wards=1, months=1, slug="one"), "service"),
        (demo.build_766(), "tien_do"),
        (demo.build(wards=0, months=0, slug="none"), "service"),
    ]
    for pilot, theme in builds:
        url = reviewer(pilot)
        client.cookies["django_language"] = language
        assert client.get(f"{url}{theme}/").status_code == 200
        assert client.get(f"{url}nowhere/").status_code == 404
        for name in (theme, f"{theme}/history", f"{theme}/series"):
            expected = 404 if pilot.slug == "none" else 200
            assert client.get(f"{url}{name}.csv").status_code == expected
            assert client.get(f"{url}{name}.xlsx").status_code == expected


@pytest.mark.django_db
def test_the_published_scores_of_a_theme_stand_on_its_page(client, reviewer):
    url = reviewer(demo.build_766())
    rows = rows_of(client, f"{url}cong_khai.csv")
    scored = [row for row in rows if row["Points"]]
    assert len(scored) >= 10
    page = client.get(f"{url}cong_khai/").content.decode()
    for row in scored:
        assert f"{number(row['Points']):.1f}" in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{url}cong_khai.xlsx").content))
    assert book.sheetnames == ["wards", "indicators", "figures", "history", "series"]
