"""Where a figure comes from: the arithmetic that is told, and who is told what."""

import html
import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pilot import demo, evidence
from pilot.models import Comment, Indicator, Submission, Value
from reports import measures, scoring, sentences, sums
from wards import access

from .bundle import bundle
from .people import PEOPLE

pytestmark = pytest.mark.once

UNITS = lambda count: "phường"  # noqa: E731


# What is told: pure ----------------------------------------------------------------------------


def told(indicator, values, ward=0, period=1, **more):
    """The formula, the coverage and the points of the one indicator."""
    frames = bundle([indicator], values, **more)
    cells = sums.parts(frames, 1, period, ward)
    scores = scoring.scores_in(frames, period)
    found = measures.overview_in(frames, period).loc[1]
    day = frames.periods.at[period, "end"]
    figure = sums.figure(frames, scores, found, 1, ward, day)
    of = frames.indicators.loc[1]
    formula = sentences.origin.formula(figure, cells, of, ("kịp", "tất cả", "việc"), UNITS)
    points = "" if not ward else sentences.origin.points(figure, of, sums.goal(of, figure.mean))
    return formula.replace("\xa0", " "), sentences.origin.coverage(cells, UNITS), points


def test_a_rate_is_told_as_sum_over_sum_with_its_coverage():
    formula, coverage, _points = told({}, [(1, 1, 1, 90, 100), (2, 1, 1, 5, 50)], wards=3)
    assert formula == "tổng “kịp” 95 / tổng “tất cả” 150 = 63,3 %"
    assert coverage == "2 trên 3 phường đã báo cáo."


def test_a_rate_of_nothing_is_no_rate():
    formula, _coverage, points = told({}, [(1, 1, 1, 0, 0)], ward=1)
    assert "không phát sinh" in formula
    assert "không đưa vào tính điểm" in points


def test_counts_are_told_as_a_sum_and_scores_as_a_mean():
    values = [(1, 1, 1, 3), (2, 1, 1, 4)]
    count = {"kind": "count", "unit_vi": "việc"}
    assert told(count, values)[0] == "Cộng các số liệu đã báo cáo: 3 + 4 = 7 việc"
    assert "(3 + 4) / 2 phường = 3,50" in told({"kind": "score"}, values)[0]
    stock = count | {"over_time": "stock"}
    assert told(stock, values)[0] == "Cộng số liệu gần nhất của từng phường: 3 + 4 = 7 việc"


def test_of_a_stock_the_last_reported_cell_of_each_ward_counts():
    frames = bundle(
        [{"kind": "count", "over_time": "stock", "frequency": "month"}],
        [(1, 1, 1, 5), (1, 1, 2, "missing"), (2, 1, 1, 7), (2, 1, 2, 8)],
        periods=("2022-01", "2022-02"),
    )
    frames.periods.loc[2, "start"] = frames.periods.loc[1, "start"]  # spans both
    cells = sums.parts(frames, 1, 2)
    assert list(cells[cells["counted"]]["value"]) == [5, 8]
    assert cells["value"][cells["counted"]].sum() == measures.overview_in(frames, 2).at[1, "value"]


def test_points_are_told_between_the_goalposts_and_at_them():
    goal = {"worst": 0.7, "best": 0.98, "points": 10.0}
    assert told(goal, [(1, 1, 1, 935, 1000)], ward=1)[2].replace("\xa0", " ") == (
        "10 × (93,5 % − 70 %) / (98 % − 70 %) = 8,39 điểm"
    )
    assert "đủ 10 điểm" in told(goal, [(1, 1, 1, 99, 100)], ward=1)[2]
    assert "không có điểm" in told(goal, [(1, 1, 1, 60, 100)], ward=1)[2]
    band = {"worst": 0.2, "best": 0.4, "best_high": 0.6, "worst_high": 0.8, "direction": "band"}
    assert told(band, [(1, 1, 1, 7, 10)], ward=1)[2].replace("\xa0", " ") == (
        "10 × (70 % − 80 %) / (60 % − 80 %) = 5 điểm".replace("5 điểm", "5,00 điểm")
    )


def test_a_score_is_told_from_what_is_there_with_the_weight_of_the_rest():
    theme = [{"points": 10.0}, {"points": 5.0}, {"points": 5.0}]
    values = [(1, 1, 1, 80, 100), (1, 2, 1, 40, 100)]
    frames = bundle(theme, values, wards=1)
    scores = scoring.scores_in(frames, 1)
    worked = sums.theme(frames, scores, 1, 1)
    assert (worked.got, worked.judged, worked.whole) == (10, 15, 20)
    assert worked.points == pytest.approx(worked.got / worked.judged * worked.whole)
    assert sentences.origin.score(worked).startswith("(8,00 + 2,00) / 15 × 20 = 13,33 điểm")
    total = sums.total(scores, 1)
    assert total.points == scores.totals.at[1, "points"]


def test_every_point_told_by_its_arithmetic_is_the_point_that_was_scored():
    """For all shares of one denominator: the sentence never contradicts the score."""
    for numerator in range(101):
        text = told({"worst": 0.3, "best": 0.8}, [(1, 1, 1, numerator, 100)], ward=1)[2]
        if found := re.search(r"\((\S+)\s% −.*= (\S+) điểm", text):
            value, points = (float(each.replace(",", ".")) for each in found.groups())
            assert points == pytest.approx(10 * (value / 100 - 0.3) / 0.5, abs=0.0051)


# What is shown, and to whom --------------------------------------------------------------------


@pytest.fixture
def cell(pilot, settings, tmp_path):
    """An approved cell of the first ward that was changed, spoken of and proved."""
    settings.MEDIA_ROOT = tmp_path
    ward = pilot.wards.order_by("sort_key").first()
    of = Indicator.objects.get(theme__pilot=pilot, code="dossiers_on_time")
    found = Submission.objects.filter(ward=ward, state="approved", period__kind="month").latest(
        "period__end"
    )
    value = Value.objects.get(submission=found, indicator=of)
    numerator = value.numerator
    value.numerator, value.reason = 7654321 - 7654321, "vì mưa lũ"
    value.save()
    value.numerator = numerator
    value._change_reason = "gõ nhầm"
    value.save()
    author = found.decided_by
    Comment.objects.create(submission=found, indicator=of, author=author, text="xem lại số này")
    proof = SimpleUploadedFile("to-trinh.pdf", b"%PDF-1.7")
    evidence.keep(proof, author, submission=found, indicator=of)
    return value


def address(cell, **query):
    of, found = cell.indicator, cell.submission
    place = reverse("origin", args=[found.period.pilot.slug, of.theme.code, of.code])
    asked = {"period": found.period.code, "ward": found.ward_id} | query
    return place + "?" + "&".join(f"{name}={value}" for name, value in asked.items())


def pages(client, people, url):
    """What each person reads at `url`, as text; None for who is not let in."""
    found = {}
    for person in PEOPLE[1:]:
        client.force_login(people[person])
        answer = client.get(url)
        text = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
        found[person] = re.sub(r"\s+", " ", text) if answer.status_code == 200 else None
    return found


def test_a_cell_tells_those_inside_everything_and_the_others_the_approved_figure(
    client, people, cell
):
    found = pages(client, people, address(cell))
    assert found.pop("stranger") is None
    said = f"{int(cell.numerator)} / “Hồ sơ đã giải quyết trong kỳ” {int(cell.denominator)} ="
    assert all(said in text for text in found.values())
    inside = {"ward", "reviewer", "admin"}
    for secret in ("xem lại số này", "to-trinh.pdf", "gõ nhầm", f"0 / {int(cell.denominator)} →"):
        assert {person for person, text in found.items() if secret in text} == inside, secret
    entered = cell.history.earliest("history_date").history_user.full_name
    assert {person for person, text in found.items() if entered in text} == inside
    # Whoever may open the return reads who handed it in, and its explanation.
    submitter = cell.submission.submitted_by.full_name
    for near in (submitter, "vì mưa lũ"):
        assert {person for person, text in found.items() if near in text} == inside | {"leader"}


def test_the_pages_that_a_figure_leads_to_keep_the_same_silence(client, people, cell):
    place = [
        cell.submission.period.pilot.slug,
        cell.submission.period.code,
        cell.submission.ward_id,
    ]
    for url in (reverse("cell", args=[*place, cell.indicator_id]), reverse("entry", args=place)):
        found = pages(client, people, url)
        for secret in ("xem lại số này", "gõ nhầm", "to-trinh.pdf"):
            assert secret not in (found["leader"] or "")
        entered = cell.history.earliest("history_date").history_user.full_name
        assert entered not in found["leader"]


def test_what_is_not_approved_is_told_to_reviewers_alone_and_on_their_word(client, people, cell):
    Submission.objects.filter(pk=cell.submission.pk).update(state="submitted")
    Value.objects.filter(pk=cell.pk).update(numerator=123, denominator=457)
    for query, readers in (({}, set()), ({"counted": "submitted"}, {"reviewer", "admin"})):
        found = pages(client, people, address(cell, **query))
        told = {person for person, text in found.items() if text and "457" in text}
        assert told == readers
    # A return sent back is nobody's to count, and its history is not told here.
    Submission.objects.filter(pk=cell.submission.pk).update(state="returned", reason="x")
    for query in ({}, {"counted": "submitted"}):
        found = pages(client, people, address(cell, **query))
        assert not [person for person, text in found.items() if text and "457" in text]


@pytest.mark.kept
def test_a_comment_made_since_is_there_at_the_next_look(client, people, cell):
    client.force_login(people["reviewer"])
    first = client.get(address(cell))
    assert not first.has_header("ETag")
    author = people["reviewer"]
    Comment.objects.create(
        submission=cell.submission, indicator=cell.indicator, author=author, text="ý kiến mới"
    )
    seen = {"If-None-Match": first.headers.get("ETag", "*")}
    assert "ý kiến mới" in client.get(address(cell), headers=seen).content.decode()


def test_work_knows_who_is_inside_as_rights_do(pilot, people):
    places = [None, *pilot.wards.all()]
    for person in PEOPLE[1:]:
        work = access.work_of(people[person])
        for ward in places:
            one = work.inside(pilot.district, ward and ward.pk)
            assert one == access.rights(people[person], pilot.district, ward).inside


def test_the_parts_of_a_district_figure_lead_to_their_cells_and_returns(client, people, cell):
    client.force_login(people["reviewer"])
    url = address(cell).replace(f"&ward={cell.submission.ward_id}", "")
    page = html.unescape(client.get(url).content.decode())
    assert address(cell) in page
    place = [
        cell.submission.period.pilot.slug,
        cell.submission.period.code,
        cell.submission.ward_id,
    ]
    assert reverse("cell", args=[*place, cell.indicator_id]) in page
    client.force_login(people["other_ward"])
    page = html.unescape(client.get(url).content.decode())
    assert reverse("cell", args=[*place, cell.indicator_id]) not in page
    for link in set(re.findall(r'href="(/pilots/[^"]+)"', page)):
        assert client.get(link).status_code == 200, link


def test_an_imported_figure_names_its_file(client, people, cell):
    Submission.objects.filter(pk=cell.submission.pk).update(source="qd766.csv", submitted_by=None)
    found = pages(client, people, address(cell))
    assert all("qd766.csv" in text for person, text in found.items() if text)


def test_a_quarterly_figure_seen_from_a_month_and_a_half_year_of_months(client, people):
    pilot = demo.build(wards=2, months=8, slug="eight")
    client.force_login(people["admin"])
    base = f"/pilots/{pilot.slug}/origin/"
    quarterly = Indicator.objects.filter(
        theme__pilot=pilot, frequency="quarter", level="ward"
    ).first()
    month = pilot.periods.filter(kind="month").latest("end")
    page = client.get(f"{base}{quarterly.theme.code}/{quarterly.code}/?period={month.code}")
    assert "Quý" in page.content.decode()
    half = pilot.periods.filter(kind__in=["half", "quarter"]).latest("end")
    page = client.get(f"{base}service/dossiers_on_time/?period={half.code}")
    months = pilot.periods.filter(kind="month", start__gte=half.start, end__lte=half.end).count()
    assert page.content.decode().count("Tháng") >= months * 2
    own = Indicator.objects.filter(theme__pilot=pilot, level="district").first()
    answer = client.get(f"{base}{own.theme.code}/{own.code}/?period={month.code}&ward=7")
    assert answer.status_code == 200
    assert 'name="ward"' not in answer.content.decode()


def test_a_ward_that_left_does_not_count_and_is_told_of(client, people, cell):
    pilot = cell.submission.period.pilot
    pilot.wards.remove(cell.submission.ward)
    client.force_login(people["admin"])
    url = address(cell)
    assert client.get(url).status_code == 400
    page = client.get(url.replace(f"&ward={cell.submission.ward_id}", "")).content.decode()
    assert "Không tính 1 số liệu" in page


@pytest.mark.kept
def test_the_number_of_queries_is_the_same_for_few_and_many_parts(client, people):
    """Once the figures are kept, as they are in production until something is revised."""
    client.force_login(people["admin"])
    counts = {}
    for wards, months in ((2, 1), (8, 6)):
        pilot = demo.build(wards=wards, months=months, slug=f"w{wards}", history=False)
        reported = Value.objects.filter(
            indicator__code="dossiers_on_time", submission__state="approved"
        )
        one = reported.filter(submission__period__pilot=pilot).latest("submission__period__end")
        month, ward = one.submission.period.code, one.submission.ward_id
        place = f"/pilots/{pilot.slug}/origin/"
        for name in (
            f"service/dossiers_on_time/?period={month}",
            f"service/dossiers_on_time/?period={month}&ward={ward}",
            f"?period={month}",
            f"?period={month}&ward={ward}",
            f"?period={month}&ward={ward}&theme=service",
        ):
            client.get(place + name)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(place + name).status_code == 200
            shape = re.sub(r"=[^&]*", "", name)
            counts.setdefault(shape, []).append(len(captured))
    for shape, found in counts.items():
        assert found[0] == found[1] <= 14, (shape, found)


def test_the_parts_can_be_taken_away(client, people, cell):
    client.force_login(people["leader"])
    url = address(cell).replace(f"&ward={cell.submission.ward_id}", "")
    path, _question, query = url.partition("?")
    book = client.get(f"{path[:-1]}.xlsx?{query}").content
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True))
    (own,) = (row for row in rows if cell.submission.ward.name in row)
    assert float(cell.numerator) in own
    score = client.get(f"/pilots/{cell.submission.period.pilot.slug}/origin.csv")
    assert score.status_code == 200


def test_every_number_leads_to_its_origin(client, people, pilot):
    """On each screen the links of class origin answer, and each table with figures has them."""
    client.force_login(people["reviewer"])
    ward = pilot.wards.order_by("sort_key").first().pk
    base = f"/pilots/{pilot.slug}/"
    for page, least in (("", 6), ("indicators/", 10), (f"wards/{ward}/", 10),
                        ("indicators/service/dossiers_on_time/", 6)):  # fmt: skip
        text = client.get(base + page).content.decode()
        links = {html.unescape(each) for each in re.findall(r'class="origin" href="([^"]+)"', text)}
        assert len(links) >= least, page
        for link in sorted(links)[:8]:
            assert client.get(link).status_code == 200, link


def test_nothing_is_told_of_a_pilot_without_figures(client, people):
    empty = demo.build(0, 0, slug="none")
    client.force_login(people["admin"])
    for name in ("origin/", "origin/service/dossiers_on_time/"):
        assert client.get(f"/pilots/{empty.slug}/{name}").status_code == 200
        assert client.get(f"/pilots/{empty.slug}/{name[:-1]}.csv").status_code == 404
