"""The screens: a constant number of queries, the same figures everywhere, an answer to every address."""

import csv
import datetime as dt
import io
import json
import re
from decimal import Decimal

import openpyxl
import plotly.graph_objects
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilot import demo
from pilot.models import Indicator, Period, Pilot, Value
from wards.models import District, Membership, User

from .links import followed

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(client, db):
    """Logged in, with the right to review wherever a pilot is."""
    user = User.objects.create_user("reviewer")
    client.force_login(user)

    def at(pilot):
        Membership.objects.get_or_create(user=user, role="review", district=pilot.district)
        return f"/pilots/{pilot.slug}/"

    return at


def screens(pilot):
    ward = pilot.wards.first()
    pages = [
        "",
        "indicators/",
        "indicators/service/dossiers_on_time/",
        "indicators/front/front_sessions/",
        "themes/service/",
    ]
    return pages + ([f"wards/{ward.pk}/"] if ward else [])


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_number_of_queries_is_the_same_for_few_and_many_wards_and_periods(client, reviewer):
    small = demo.build(wards=1, months=1, slug="small", history=False)
    large = demo.build(wards=12, months=6, slug="large", history=False)
    for page_small, page_large in zip(screens(small), screens(large), strict=True):
        few = queries(client, reviewer(small) + page_small)
        assert queries(client, reviewer(large) + page_large) == few
        # The overview and a ward's page ask for the plan, the returns owed and the posts as well; all
        # of it is kept.
        dutiful = page_small == "" or page_small.startswith("wards/")
        assert few <= (23 if dutiful else 14), page_small


@pytest.mark.kept
def test_what_is_kept_is_not_asked_for_again(client, reviewer, pilot):
    for page in screens(pilot):
        queries(client, reviewer(pilot) + page)
        assert queries(client, reviewer(pilot) + page) <= 7, page


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_screen_answers_in_both_languages_for_full_and_small_and_empty_pilots(
    client, reviewer, pilot, language
):
    client.cookies["django_language"] = language
    builds = [pilot, demo.build(wards=1, months=1, slug="one"), demo.build(0, 0, slug="none")]
    for each in builds:
        for page in screens(each):
            response = client.get(reviewer(each) + page)
            assert response.status_code == 200, page
            assert f'lang="{language}"' in response.content.decode()


def test_an_illustrative_pilot_says_so_on_every_screen_and_in_every_file(client, reviewer, pilot):
    base = reviewer(pilot)
    for page in screens(pilot):
        assert "Số liệu minh họa" in client.get(base + page).content.decode()
    for name in files(pilot):
        assert "Số liệu minh họa" in client.get(f"{base}{name}.csv").content.decode("utf-8-sig")
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{base}{name}.xlsx").content))
        for sheet in book:
            assert "Số liệu minh họa" in {cell.value for row in sheet["A1:A6"] for cell in row}


def files(pilot):
    ward = pilot.wards.first().pk
    indicator = "indicators/service/dossiers_on_time"
    themes = ["themes/service", "themes/service/history", "themes/service/series"]
    return ["overview", "indicators", f"wards/{ward}", indicator, f"{indicator}/history", *themes]


def test_htmx_gets_the_part_that_changes_and_history_and_readers_get_the_page(
    client, reviewer, pilot
):
    url = reviewer(pilot)
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith(("<title>", "<main"))
    assert part.count("<main") == 1
    assert "<html" not in part
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    for headers in ({}, restored):
        assert "<html" in client.get(url, headers=headers).content.decode()


def test_a_period_or_theme_changes_the_figures_and_stands_in_the_address(client, reviewer):
    pilot = demo.build(wards=3, months=4, slug="four")
    url = reviewer(pilot)
    codes = list(pilot.periods.filter(kind="month").values_list("code", flat=True))
    pages = {code: client.get(f"{url}?period={code}").content.decode() for code in codes}
    assert len(set(pages.values())) == len(codes)
    page = client.get(f"{url}?period={codes[0]}&theme=service").content.decode()
    assert f'value="{codes[0]}" selected' in page
    assert 'value="service" selected' in page
    assert f"overview.csv?period={codes[0]}&amp;theme=service" in page


def test_the_same_figures_stand_on_the_screen_in_the_csv_and_in_the_workbook(
    client, reviewer, pilot
):
    """For every indicator of the district: recomputed by plain SQL, then read back three times."""
    url = reviewer(pilot)
    page = client.get(f"{url}indicators/").content.decode()
    text = client.get(f"{url}indicators.csv").content.decode("utf-8-sig")
    listed = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{url}indicators.xlsx").content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    top = next(n for n, row in enumerate(rows) if "Chỉ tiêu" in row)
    sheet = [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]
    period = pilot.periods.filter(kind="month").latest("end")
    checked = 0
    for indicator in Indicator.objects.filter(theme__pilot=pilot, frequency="month", kind="ratio"):
        numerator, denominator = by_sql(indicator, period)
        (one,) = (row for row in listed if row["Chỉ tiêu"] == indicator.name_vi)
        (two,) = (row for row in sheet if row["Chỉ tiêu"] == indicator.name_vi)
        assert Decimal(one["Tử số"].replace(",", ".")) == numerator == two["Tử số"]
        assert Decimal(one["Mẫu số"].replace(",", ".")) == denominator == two["Mẫu số"]
        if denominator:
            rate = numerator / denominator * 100
            assert float(one["Giá trị"].replace(",", ".")) == pytest.approx(float(rate))
            assert two["Giá trị"] == pytest.approx(float(rate))
            assert f"{rate:.1f}".replace(".", ",") in page
        checked += 1
    assert checked >= 6


def by_sql(indicator, period):
    with connection.cursor() as cursor:
        cursor.execute(
            "select sum(v.numerator), sum(v.denominator) from pilot_value v"
            " join pilot_submission s on s.id = v.submission_id"
            " where v.indicator_id = %s and s.period_id = %s and s.state = 'approved'"
            " and v.state = 'reported'",
            [indicator.pk, period.pk],
        )
        return tuple(Decimal(str(total or 0)).normalize() for total in cursor.fetchone())


def test_text_that_looks_like_a_formula_stays_text_in_every_file(client, reviewer, pilot):
    ward = pilot.wards.first()
    type(ward).objects.filter(pk=ward.pk).update(name_vi="=HYPERLINK(1)")
    url = reviewer(pilot)
    text = client.get(f"{url}overview.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{url}overview.xlsx").content))
    cells = [
        cell for row in book.active.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"
    ]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_names_with_markup_are_shown_as_text_also_inside_the_charts(client, reviewer, pilot):
    ward = pilot.wards.first()
    name = "</script><script>alert(1)</script>"
    type(ward).objects.filter(pk=ward.pk).update(name_vi=name, name_en=name)
    for page in screens(pilot):
        assert "<script>alert" not in client.get(reviewer(pilot) + page).content.decode()


def test_plotly_gets_no_markup_from_a_name(client, reviewer, pilot):
    ward = pilot.wards.first()
    type(ward).objects.filter(pk=ward.pk).update(name_vi="<b>A</b> & <a href='x'>B</a>")
    for page in screens(pilot):
        text = client.get(reviewer(pilot) + page).content.decode()
        for figure in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text):
            assert not re.search(r"</?[ab][ >]", figure.encode().decode("unicode_escape"))


def test_what_nobody_could_report_is_not_called_unreported(client, reviewer):
    url = reviewer(demo.build_766())
    page = client.get(f"{url}?theme=cong_khai").content.decode()
    assert "Không có số liệu" in page
    text = client.get(f"{url}indicators.csv").content.decode("utf-8-sig")
    rows = {row["Chỉ tiêu"]: row for row in csv.DictReader(io.StringIO(text), delimiter=";")}
    assert rows["TTHC công bố đúng hạn"]["Trạng thái"] == "không có số liệu"


@pytest.mark.parametrize(
    "query",
    [
        "period=2099-01",
        "period=' or 1=1",
        "theme=nothing",
        "counted=all",
        "period=%00",
        "period=2022-06-31",
    ],
)
def test_a_filter_nobody_can_choose_is_said_kindly(client, reviewer, pilot, query):
    response = client.get(f"{reviewer(pilot)}?{query}")
    assert response.status_code == 400
    assert "Traceback" not in response.content.decode()


def test_unknown_parameters_and_empty_ones_are_passed_over(client, reviewer, pilot):
    assert client.get(f"{reviewer(pilot)}?utm=x&period=&theme=&page=7").status_code == 200


def test_a_period_without_figures_is_shown_as_such(client, reviewer, pilot):
    Value.objects.filter(submission__period__kind="month").delete()
    period = pilot.periods.filter(kind="month").first()
    page = client.get(f"{reviewer(pilot)}?period={period.code}").content.decode()
    assert "Chưa báo cáo" in page


def test_a_pilot_without_a_framework_or_with_only_a_framework_does_not_fail(client, reviewer):
    district = District.objects.create(code="1", name_vi="Quận Một", valid_from="2020-01-01")
    bare = Pilot.objects.create(slug="bare", name_vi="P", district=district, start="2021-07-01")
    assert client.get(reviewer(bare)).status_code == 200
    for period in Period.objects.calendar(
        bare, dt.date(2021, 7, 1), dt.date(2021, 7, 31), ["month"]
    ):
        period.save()
    for page in ("", "indicators/"):
        assert client.get(reviewer(bare) + page).status_code == 200
    assert client.get(reviewer(bare) + "overview.csv").status_code == 404


@pytest.mark.kept
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["period", "against", "theme", "ward", "counted", "x"]),
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(
                ["2022-06", "2022-Q2", "2022", "service", "1", "submitted", "approved"]
            ),
        ),
        max_size=4,
    ),
    st.sampled_from(
        [
            *("", "indicators/", "indicators/service/dossiers_on_time/", "overview.csv"),
            *("wards/{}/", "themes/service/", "themes/service/series.xlsx"),
        ]
    ),
)
def test_whatever_stands_in_the_address_the_answer_is_200_400_or_404(
    client, reviewer, fuzzed, query, page
):
    url = reviewer(fuzzed) + page.format(fuzzed.wards.first().pk)
    assert client.get(url, query).status_code in {200, 400, 404}


@pytest.fixture
def fuzzed(pilot):
    return pilot


@pytest.mark.kept
def test_links_on_a_page_lead_somewhere(client, reviewer, pilot):
    base = reviewer(pilot)
    answers = dict(followed(client, *(base + page for page in screens(pilot))))
    assert {url: status for url, status in answers.items() if status != 200} == {}
    assert len(answers) > 30


def test_every_figure_is_one_that_plotly_knows_every_word_of(client, reviewer, pilot):
    drawn = 0
    for build in (pilot, demo.build_766()):
        pages = screens(build) if build == pilot else ["", "indicators/tien_do/on_time/"]
        for page in pages:
            text = client.get(reviewer(build) + page).content.decode()
            for figure in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text):
                plotly.graph_objects.Figure(json.loads(figure))
                drawn += 1
    assert drawn >= 8
