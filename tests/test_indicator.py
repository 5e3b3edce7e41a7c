"""The page of an indicator: five states in the heat map, figures, intervals, peers, flags, forecast."""

import csv
import datetime as dt
import io
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from pilot import demo
from pilot.models import Indicator, Period, Submission, Value
from reports import history, measures, panels, sentences
from reports.evaluation import flags
from reports.frames import MOST_MADE
from wards.models import District, Membership, User

from .bundle import bundle

pytestmark = pytest.mark.once

PLACE = "indicators/service/dossiers_on_time"


@pytest.fixture
def base(client, pilot):
    """The address of the page, for a reviewer who is logged in."""
    user = User.objects.create_user("reviewer")
    Membership.objects.create(user=user, role="review", district=pilot.district)
    client.force_login(user)
    return f"/pilots/{pilot.slug}/{PLACE}"


def text(client, url, **headers):
    response = client.get(url, headers=headers)
    assert response.status_code == 200, url
    return response.content.decode()


def rows(client, url):
    content = client.get(url).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


# The heat map ----------------------------------------------------------------------------------


def cell(pilot, ward, period, **content):
    """Let one cell of the indicator stand as said, behind the back of every form."""
    of = Value.objects.filter(
        indicator__code="dossiers_on_time",
        submission__ward=ward,
        submission__period=period,
        submission__period__pilot=pilot,
    )
    Submission.objects.filter(values__in=of).update(state="approved")
    assert of.update(**{"numerator": None, "denominator": None, "reason": "x", **content})


@pytest.mark.django_db
def test_each_state_stands_differently_in_the_heat_map_and_zero_is_a_number(client, pilot, base):
    one, two, three = pilot.wards.order_by("sort_key")
    first, second, third = pilot.periods.filter(kind="month").order_by("start")
    cell(pilot, one, first, state="reported", numerator=0, denominator=40)
    cell(pilot, two, first, state="reported", numerator=0, denominator=0)
    cell(pilot, three, first, state="not_applicable")
    cell(pilot, one, second, state="not_available")
    Submission.objects.filter(ward=two, period=second).delete()
    Period.objects.filter(pk=third.pk).update(due=dt.date(2999, 1, 1))
    Submission.objects.filter(ward=one, period=third).delete()
    page = text(client, f"{base}/?period={third.code}")
    shown = {(row, column): found for row, column, *found in heat(page)}
    looks = [
        shown[one.bare_name, 0],
        shown[two.bare_name, 0],
        shown[three.bare_name, 0],
        shown[one.bare_name, 1],
        shown[two.bare_name, 1],
        shown[one.bare_name, 2],
    ]
    assert looks == [
        ["heat-0", "0,0", ""],
        ["cell-state cell-nothing", "0/0", "không phát sinh"],
        ["cell-state cell-not_applicable", "–", "không áp dụng"],
        ["cell-state cell-not_available", "?", "không có số liệu"],
        ["cell-state cell-missing", "×", "chưa báo cáo"],
        ["cell-state cell-not_due", "…", "chưa đến hạn"],
    ]
    legend = page.split('class="heat-legend"')[1].split("</ul>")[0]
    assert all(each[2] in legend and each[1] in legend for each in looks[1:])
    # Each leads to where it comes from, and in the file each state has its own word.
    assert f"origin/service/dossiers_on_time/?period={second.code}&amp;ward={one.pk}" in page
    told = {row["Trạng thái"] for row in rows(client, f"{base}/history.csv?period={third.code}")}
    assert {"không áp dụng", "không có số liệu", "chưa báo cáo", "chưa đến hạn"} <= told


def heat(page):
    """(row, column, class, text, words for the text) of every cell of the heat map."""
    table = page.split('id="heat-table"')[1].split("</table>")[0]
    for row in table.split("<tr")[2:]:
        name = re.sub(r"<[^>]+>", "", re.search(r"<th.*?</th>", row)[0])
        for column, (look, inside) in enumerate(
            re.findall(r'<td class="([^"]*)"[^>]*>(.*?)</td>', row, re.S)
        ):
            said = re.search(r'<span class="visually-hidden">(.*?)</span>', inside)
            figure = re.sub(r"<span class.*?</span>|<small>.*?</small>|<[^>]+>", "", inside)
            look = look.replace(" cell-flagged", "")
            yield name, column, look, figure.strip(), said[1] if said else ""


def test_a_flag_is_a_sign_with_words_on_its_cell_and_a_line_of_its_own():
    months = tuple(f"2021-{n:02}" for n in range(1, 13))
    steady = [(1, 1, n, 90 + n % 3, 100) for n in range(1, 12)]
    frames = bundle([{}], [*steady, (1, 1, 12, 20, 100)], wards=1, periods=months)
    found = history.latest(frames, flags.flagged(frames, 12))
    signs = panels.history.signs(found)
    assert (1, 12) in signs
    cells = history.cells(frames, 1, frames.periods.at[12, "end"])
    with translation.override("en"):
        whole = history.district(frames, 1, 12)
        drawn = panels.history.heat(
            frames,
            cells.assign(share=0.5),
            whole.assign(share=0.5),
            1,
            caption="",
            links={},
            mine=(),
            origins={(1, 1, 12): "/origin/"},
            flags=panels.history.signs(found),
        )
        lines = panels.history.flags(frames, found, cells, 1, {(1, 1, 12): "/origin/"})
    last = drawn["rows"][1]["cells"][11]
    assert "sudden worsening" in last["flag"]
    assert last["text"] == "20.0"
    assert last["href"] == "/origin/"
    assert lines[0]["href"] == "/origin/"
    assert "sudden worsening" in lines[0]["word"]
    assert history.raised(frames, found, 12)[1] == 1


# Figures ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_figures_of_the_trend_and_of_the_wards_equal_plain_sql(client, pilot, base):
    client.cookies["django_language"] = "en"
    by_period = sums(pilot, "p.code")
    with translation.override("en"):
        names = {p.code: str(p) for p in pilot.periods.all()}
    trend = {row["Period"]: row for row in rows(client, f"{base}/trend.csv")}
    last = pilot.periods.filter(kind="month").latest("end")
    assert len(by_period) == 3
    for code, (above, below) in by_period.items():
        row = trend[names[code]]
        assert number(row["Numerator"]) == above
        assert number(row["Denominator"]) == below
        assert number(row["Value"]) == pytest.approx(above / below * 100)
        low, high = wilson(above, below)
        assert number(row["95 %, lower"]) == pytest.approx(low * 100)
        assert number(row["95 %, upper"]) == pytest.approx(high * 100)
    by_ward = sums(pilot, "w.name_en", f"and p.code = '{last.code}'")
    listed = {row["Unit of government"]: row for row in rows(client, f"{base}.csv")}
    for ward, (above, below) in by_ward.items():
        assert number(listed[ward]["Value"]) == pytest.approx(above / below * 100)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{base}.xlsx").content))
    assert book.sheetnames == [
        *("wards", "trend", "history", "quartiles", "spread", "flags", "forecast")
    ]


def number(said):
    return float(said.replace(",", "."))


def sums(pilot, name, more=""):
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {name}, sum(v.numerator), sum(v.denominator) from pilot_value v"  # noqa: S608
            " join pilot_submission s on s.id = v.submission_id"
            " join pilot_period p on p.id = s.period_id join pilot_indicator i on i.id = v.indicator_id"
            " join wards_ward w on w.id = s.ward_id where i.code = 'dossiers_on_time'"
            f" and p.pilot_id = {pilot.pk} and s.state = 'approved' and v.state = 'reported' {more}"
            f" group by {name} having sum(v.denominator) > 0"
        )
        return {code: (float(above), float(below)) for code, above, below in cursor.fetchall()}


def wilson(cases, of, z=1.959963984540054):
    """As in any textbook, to hold the page's interval against."""
    rate = cases / of
    middle = (rate + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * (rate * (1 - rate) / of + z**2 / (4 * of**2)) ** 0.5
    return middle - half, middle + half


# The panel that changes alone ------------------------------------------------------------------

PART = {"HX-Request": "true", "HX-Target": "trend"}


@pytest.mark.django_db
def test_the_trend_alone_is_the_same_part_of_the_page_and_stands_at_the_same_address(
    client, pilot, base
):
    ward = pilot.wards.first()
    url = f"{base}/?ward={ward.pk}"
    part = client.get(url, headers=PART)
    content = part.content.decode().strip()
    assert content.startswith("<section")
    assert content.endswith("</section>")
    assert content.count("<section") == 1
    assert content in text(client, url)
    assert f"ward={ward.pk}" in part["HX-Push-Url"]
    assert content not in text(client, f"{base}/")
    restored = text(client, url, **PART, **{"HX-History-Restore-Request": "true"})
    assert "<html" in restored
    assert client.get(f"{base}/?ward=999999", headers=PART).status_code == 400


@pytest.mark.kept
@pytest.mark.django_db
def test_the_trend_that_is_kept_is_that_of_the_ward_the_language_and_the_figures(
    client, pilot, base
):
    one, two, _three = (f"{base}/?ward={ward.pk}" for ward in pilot.wards.order_by("sort_key"))
    first = text(client, one, **PART)
    assert text(client, one, **PART) == first
    assert text(client, two, **PART) != first
    client.cookies["django_language"] = "en"
    assert "Over time" in text(client, one, **PART)
    client.cookies["django_language"] = "vi"
    Value.objects.filter(indicator__code="dossiers_on_time").update(numerator=1, denominator=8)
    District.objects.filter(pilots=pilot).revise()
    assert "12,5" in text(client, one, **PART)
    assert "12,5" not in first


def test_what_was_worked_out_stays_until_there_is_more_than_is_kept():
    frames, made = bundle([{}], []), []
    for key in range(MOST_MADE):
        frames.keep(key, lambda: made.append(1))
    for key in range(MOST_MADE):
        frames.keep(key, lambda: made.append(1))
    assert len(made) == MOST_MADE
    frames.keep("one more", lambda: made.append(1))
    frames.keep(MOST_MADE - 1, lambda: made.append(1))
    assert len(made) == MOST_MADE + 1
    frames.keep(0, lambda: made.append(1))
    assert len(made) == MOST_MADE + 2


@pytest.mark.django_db
def test_the_trend_alone_asks_the_same_few_questions_for_few_and_many_wards(client):
    user = User.objects.create_user("reviewer")
    client.force_login(user)
    counted = []
    for name, wards, months in (("small", 2, 2), ("large", 9, 5)):
        pilot = demo.build(wards=wards, months=months, slug=name, history=False)
        Membership.objects.get_or_create(user=user, role="review", district=pilot.district)
        url = f"/pilots/{name}/{PLACE}/?ward={pilot.wards.first().pk}"
        with CaptureQueriesContext(connection) as captured:
            text(client, url, **PART)
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 13


@pytest.mark.django_db
def test_files_of_panels_have_names_of_their_own_and_others_are_not_found(client, base):
    for part in ("trend", "history", "distribution", "spread", "flags", "forecast"):
        assert client.get(f"{base}/{part}.csv").status_code == 200
    for part in ("wards", "x", "history.x"):
        assert client.get(f"{base}/{part}.csv").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["period=2022-05&against=2022-04", "against=2099-01", "ward=-1", "ward=1e9", "ward=ii"]
)
def test_odd_choices_are_answered_or_refused(client, base, query):
    for headers in ({}, PART):
        assert client.get(f"{base}/?{query}", headers=headers).status_code in (200, 400)


@pytest.mark.kept
@pytest.mark.django_db
def test_every_indicator_has_its_page_also_before_its_first_period(client, pilot, base):
    first = pilot.periods.filter(kind="month").earliest("end").code
    for indicator in Indicator.objects.filter(theme__pilot=pilot).select_related("theme"):
        place = f"/pilots/{pilot.slug}/indicators/{indicator.theme.code}/{indicator.code}/"
        text(client, f"{place}?period={first}")
        text(client, place)


@pytest.mark.django_db
def test_the_list_says_forecasts_and_flags_alike_on_the_screen_and_in_both_files(
    client, pilot, base
):
    client.cookies["django_language"] = "en"
    folder = f"/pilots/{pilot.slug}/"
    listed = rows(client, f"{folder}indicators.csv")
    classes = {row["Forecast"] for row in listed}
    assert classes <= {"will be met", "at risk", "will be missed", "cannot be said"}
    page = text(client, f"{folder}indicators/")
    assert all(each in page for each in classes)
    assert ">Forecast</th>" in page
    for name in ("indicators", "overview"):
        content = client.get(f"{folder}{name}.xlsx").content
        sheet = openpyxl.load_workbook(io.BytesIO(content))["indicators"]
        values = {value for row in sheet.iter_rows(values_only=True) for value in row}
        assert classes <= values
        assert "Number of flags" in values


# The arithmetic --------------------------------------------------------------------------------


def two_wards(**more):
    values = [(1, 1, 1, 8, 10), (2, 1, 1, 30, 90), (1, 1, 2, "not_available"), (2, 1, 3, 0, 0)]
    return bundle([{}], values, periods=("2022-01", "2022-02", "2022-03"), **more)


def test_the_pooled_figure_is_the_series_of_the_district_with_its_coverage():
    frames = two_wards()
    found = history.pooled(frames, 1)
    expected = measures.series(frames)[1]
    assert np.array_equal(found["value"], expected, equal_nan=True)
    assert found["value"].iloc[0] == pytest.approx(38 / 100)
    assert list(found["reported"]) == [2, 0, 1]
    assert list(found["due"]) == [2, 2, 2]
    assert list(found["state"]) == ["reported", "missing", "reported"]
    one = history.pooled(frames, 1, [1])
    assert one["value"].iloc[0] == pytest.approx(0.8)
    assert list(one["state"]) == ["reported", "not_available", "missing"]


def test_the_target_holds_from_the_day_it_is_set_and_a_wards_own_goes_first():
    frames = two_wards(
        targets=[
            {"indicator": 1, "ward": 0, "since": "2022-01-15", "target": 0.5},
            {"indicator": 1, "ward": 0, "since": "2022-03-01", "target": 0.7},
            {"indicator": 1, "ward": 2, "since": "2022-03-01", "target": 0.6},
        ]
    )
    of = history.periods(frames, 1, frames.today)
    for ward in (0, 1, 2):
        found = history.targets(frames, 1, of, ward)
        plain = [measures.targets(frames, end, ward)[1] for end in of["end"]]
        assert list(found) == plain
    assert list(history.targets(frames, 1, of, 2)) == [0.5, 0.5, 0.6]


def test_peers_are_wards_of_like_population_and_all_others_where_that_is_not_known():
    frames = bundle([{}], [], wards=6)
    population = pd.Series([10, 14, 8, 15, 40, np.nan], frames.wards.index, dtype="float64")
    known = frames.wards.assign(population=population)
    like = history.peers(
        type("F", (), {"wards": known}),
        1,
    )
    assert list(like[0]) == [2, 3, 4]
    assert like[1]
    for ward in (5, 6):
        others, alike = history.peers(type("F", (), {"wards": known}), ward)
        assert len(others) == 5
        assert not alike


def test_quartiles_leave_out_what_is_not_reported_and_narrowing_needs_enough_to_go_by():
    values = [(ward, 1, 1, ward * 10, 100) for ward in (1, 2, 3, 4, 5)]
    frames = bundle([{}], [*values, (1, 1, 2, 5, 10)], wards=6, periods=("2022-01", "2022-02"))
    cells = history.cells(frames, 1, frames.today)
    found = history.quartiles(cells)
    assert list(found.loc[1, ["low", "median", "high"]]) == pytest.approx([0.2, 0.3, 0.4])
    assert list(found["wards"]) == [5, 1]
    assert np.isnan(found.at[2, "spread"])
    narrowing = history.narrowing
    assert narrowing(pd.Series([4.0] * 5))[2] is None
    assert narrowing(pd.Series([4.0] * 3 + [3.0] * 3))[2] == 1
    assert narrowing(pd.Series([4.0] * 3 + [3.9] * 3))[2] == 0
    assert narrowing(pd.Series([4.0] * 3 + [np.nan] + [6.0] * 3))[2] == -1


def test_an_earlier_year_of_a_flow_is_held_against_as_many_periods_as_there_are_now():
    now = pd.DataFrame({"reported": [1, 2], "per_period": [3.0, 4.0]}, index=[1, 2])
    then = pd.DataFrame({"per_period": [5.0]}, index=[2])
    found = history.before(now, then, flow=True)
    assert np.isnan(found[1])
    assert found[2] == 10
    assert history.before(now, then, flow=False)[2] == 5


def forecast(**more):
    row = {
        "class": "at_risk",
        "reason": "",
        "now": 0.912,
        "rate": 0.004,
        "expected": 0.931,
        "low": 0.908,
        "high": 0.95,
        "target": 0.95,
    }
    return pd.Series(row | more)


def said(row, kind="ratio", frequency="month"):
    with translation.override("en"):
        text = sentences.forecast.said(row, frequency, pd.Timestamp("2022-12-31"), kind, "")
        return text.replace("\u00a0", " ")


def test_a_forecast_is_one_sentence_with_its_figures_and_its_class():
    assert said(forecast()) == (
        "Now 91.2 %, rising by 0.4 points a month, expected 93.1 % (90.8 to 95.0) by 31/12/2022,"
        " target 95 %: at risk."
    )
    assert "falling by 0.4 points a quarter" in said(forecast(rate=-0.004), frequency="quarter")
    assert ", steady," in said(forecast(rate=0.0))
    unsaid = forecast(**{"class": "cannot_be_said", "reason": "too_few", "expected": np.nan})
    assert said(unsaid) == "Now 91.2 %. There are too few figures to tell a direction."
    ended = said(forecast(**{"class": "will_be_met", "reason": "ended"}))
    assert "no period is left until 31/12/2022" in ended


def test_small_trends_share_one_scale_and_break_where_nothing_was_reported():
    values = [(1, 1, n, n * 10, 100) for n in (1, 2, 4)] + [
        (2, 1, n, 100, 100) for n in range(1, 5)
    ]
    frames = bundle([{}], values, periods=("2022-01", "2022-02", "2022-03", "2022-04"))
    cells = history.cells(frames, 1, frames.today)
    whole = history.pooled(frames, 1)
    low, high = panels.history.multiples(
        frames, cells, whole, 1, order=[1, 2], links={1: "/w/"}, mine={2}
    )
    assert len(low["lines"]) == 1
    assert len(low["lines"][0].split()) == 2
    assert len(low["dots"]) == 1
    assert low["href"] == "/w/"
    assert high["mine"]
    heights = [float(point.split(",")[1]) for point in high["lines"][0].split()]
    assert set(heights) == {float(panels.history.EDGE)}
