"""The overview: what needs attention, the plan by state, and the comparison of any two periods."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from pilot import demo
from pilot.models import Indicator, Milestone, Submission, Target, Value
from reports import concerns
from wards.models import Assignment, Establishment, Membership, User

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CALM = "Nothing needs attention now."


@pytest.fixture
def reviewer(client, pilot):
    client.cookies["django_language"] = "en"
    user = User.objects.create_user("reviewer")
    Membership.objects.create(user=user, role="review", district=pilot.district)
    client.force_login(user)
    return user


@pytest.fixture
def calm(pilot, reviewer):
    """A pilot that owes nothing: no plan, no posts, no target, every period closed."""
    pilot.periods.update(locked=True)
    pilot.milestones.all().delete()
    Establishment.objects.all().delete()
    Target.objects.all().delete()
    return pilot


def attention(client, pilot, query=""):
    """The lines of the list, (head, address), and the texts of what it leaves out."""
    page = client.get(f"/pilots/{pilot.slug}/{query}").content.decode()
    (panel,) = re.findall(r'<section class="panel span-7" id="attention".*?</section>', page, re.S)
    lines = [
        (re.sub(r"<[^>]+>", "", re.search(r"<p>(.*?)</p>", item, re.S)[1]).strip(), _href(item))
        for item in re.findall(r"<li>(.*?)</li>", panel.split('class="more-of"')[0], re.S)
    ]
    more = re.findall(r"<li>(.*?)</li>", panel.split('class="more-of"')[-1], re.S)
    assert bool(lines) != (CALM in panel)
    return [(unescape(head), href) for head, href in lines], more if "more-of" in panel else []


def whole(pilot):
    """A month for which everybody has a return."""
    months = pilot.periods.filter(kind="month").annotate(returns=Count("submissions__ward"))
    return months.filter(returns=pilot.wards.count()).latest("end")


def approve(returns):
    returns.update(state="approved", submitted_at=timezone.now(), decided_at=timezone.now())


def _href(item):
    found = re.search(r'href="([^"#]+)"', item.replace("/static/", "#"))
    return unescape(found[1]) if found else ""


def test_where_nothing_is_owed_a_calm_sentence_stands(client, calm):
    assert attention(client, calm) == ([], [])


def test_a_late_return_is_listed_with_its_days_until_it_is_handed_in(client, calm):
    ward, period = calm.wards.order_by("sort_key").first(), whole(calm)
    calm.periods.filter(pk=period.pk).update(locked=False)
    own = Submission.objects.filter(period=period)
    approve(own)
    assert attention(client, calm) == ([], [])
    own.filter(ward=ward).update(state="draft")
    ((head, href),), _more = attention(client, calm)
    assert head.startswith("Cau Dien: return for month ")
    assert href == reverse("entry", args=[calm.slug, period.code, ward.pk])
    days = (timezone.localdate() - period.due).days
    page = client.get(f"/pilots/{calm.slug}/").content.decode()
    assert f"{days:,} days late" in page
    assert client.get(href).status_code == 200
    own.filter(ward=ward).update(state="submitted")
    assert attention(client, calm) == ([], [])


def test_who_does_not_see_drafts_is_led_to_the_ward_or_nowhere(client, calm):
    ward, period = calm.wards.order_by("sort_key").first(), whole(calm)
    calm.periods.filter(pk=period.pk).update(locked=False)
    approve(Submission.objects.filter(period=period))
    Submission.objects.filter(period=period, ward=ward).update(state="draft")
    for role, place, expected in (
        ("browse", {"district": calm.district}, f"/pilots/{calm.slug}/wards/{ward.pk}/"),
        ("enter", {"ward": ward}, reverse("entry", args=[calm.slug, period.code, ward.pk])),
        ("enter", {"ward": calm.wards.order_by("sort_key").last()}, ""),
    ):
        user = User.objects.create_user(f"u{User.objects.count()}")
        Membership.objects.create(user=user, role=role, **place)
        client.force_login(user)
        ((_head, href),), _more = attention(client, calm)
        assert href.split("?")[0] == expected


def test_milestones_overdue_and_at_risk_are_listed_until_they_are_done(client, calm):
    today, day = timezone.localdate(), dt.timedelta(days=1)
    names = {"pilot": calm, "name_vi": "Việc", "name_en": "Task", "owner_vi": "UBND"}
    late = Milestone.objects.create(code="a", start=today - 90 * day, due=today - 9 * day, **names)
    risky = Milestone.objects.create(
        code="b", start=today - 50 * day, due=today + 50 * day, **names
    )
    Milestone.objects.create(code="c", start=today, due=today + 90 * day, **names)
    lines, _more = attention(client, calm)
    addresses = [reverse("milestone", args=[calm.slug, each.pk]) for each in (late, risky)]
    assert lines == [("Task", address) for address in addresses]
    for each in (late, risky):
        each.report(None, 100, today, "xong")
    assert attention(client, calm) == ([], [])
    page = client.get(f"/pilots/{calm.slug}/").content.decode()
    for state, count in (("not_started", 1), ("done", 1), ("done_late", 1)):
        address = f"{reverse('milestones', args=[calm.slug])}?state={state}"
        assert re.search(rf'href="{re.escape(address)}">[^<]+</a>\s*<strong>{count}</strong>', page)
        assert client.get(address).content.decode().count(">Task<") == count


def test_vacant_posts_are_listed_as_sums_until_they_are_filled(client, calm):
    ward = calm.wards.order_by("sort_key").first()
    position = Assignment.objects.filter(ward=ward, concurrent=False, end=None).first().position
    posts = Establishment.objects.create(
        ward=ward, position=position, posts=40, since=dt.date(2020, 1, 1)
    )
    held = Assignment.objects.filter(ward=ward, position=position, concurrent=False)
    there = held.on(ward.nearest(timezone.localdate())).count()
    ((head, href),), _more = attention(client, calm)
    assert href == reverse("workforce", args=[calm.slug])
    assert client.get(href).status_code == 200
    assert head == f"{40 - there} posts are vacant"
    page = client.get(f"/pilots/{calm.slug}/").content.decode()
    assert not any(str(each.officer) in page for each in held)
    Establishment.objects.filter(pk=posts.pk).update(posts=there)
    assert attention(client, calm) == ([], [])


@pytest.fixture
def steady(reviewer):
    """Two wards, twelve months of which every figure is the same; nothing owed."""
    pilot = demo.build(wards=2, months=12, slug="steady", history=False)
    pilot.periods.update(locked=True)
    pilot.milestones.all().delete()
    Establishment.objects.all().delete()
    Target.objects.all().delete()
    approve(Submission.objects.filter(period__pilot=pilot))
    reported = Value.objects.filter(submission__period__pilot=pilot, state="reported")
    reported.filter(indicator__kind="ratio").update(numerator=90, denominator=100)
    reported.exclude(indicator__kind="ratio").update(numerator=1)
    Membership.objects.get_or_create(user=reviewer, role="review", district=pilot.district)
    return pilot


def test_a_figure_that_fell_is_listed_with_both_figures_until_it_is_mended(client, steady):
    assert attention(client, steady) == ([], [])
    indicator = Indicator.objects.get(theme__pilot=steady, code="dossiers_on_time")
    ward = steady.wards.order_by("sort_key").first()
    period = steady.periods.filter(kind="month").latest("end")
    cell = Value.objects.filter(submission__period=period, submission__ward=ward)
    cell.filter(indicator=indicator).update(state="reported", numerator=50, denominator=100)
    ((head, href),), _more = attention(client, steady)
    assert head == "Cau Dien: Dossiers on time from 90.0 to 50.0\u00a0%"
    place = reverse("indicator", args=[steady.slug, "service", "dossiers_on_time"])
    assert href == f"{place}?period={period.code}&ward={ward.pk}"
    assert client.get(href).status_code == 200
    assert attention(client, steady, "?theme=front") == ([], [])
    cell.filter(indicator=indicator).update(numerator=90)
    assert attention(client, steady) == ([], [])


def test_a_target_at_risk_or_out_of_reach_is_listed_until_it_is_met(client, steady):
    indicator = Indicator.objects.get(theme__pilot=steady, code="dossiers_on_time")
    aim = Target.objects.create(indicator=indicator, value=Decimal("0.95"), since=steady.start)
    place = reverse("indicator", args=[steady.slug, "service", "dossiers_on_time"])
    ((head, href),), _more = attention(client, steady)
    assert head == "Dossiers on time: the target of 95\u00a0% will be missed"
    assert href.startswith(place)
    type(steady).objects.update(end=steady.start + dt.timedelta(days=700))
    cells = Value.objects.filter(indicator=indicator)
    for n, period in enumerate(steady.periods.filter(kind="month").order_by("end")):
        cells.filter(submission__period=period).update(numerator=90 + (n % 2) * 10)
    lines, _more = attention(client, steady)
    assert ("Dossiers on time: the target of 95\u00a0% is at risk", href) in lines
    cells.update(numerator=90)
    Target.objects.filter(pk=aim.pk).update(value=Decimal("0.8"))
    assert attention(client, steady) == ([], [])


def test_no_kind_crowds_out_the_others_and_what_is_left_out_is_counted():
    many = [concerns.Concern("late", 5 - n / 100, n) for n in range(12)]
    few = [concerns.Concern("fall", 3.5, n) for n in range(5)] + [concerns.Concern("vacancy", 1, 0)]
    shown, rest = concerns.shown(many + few)
    assert [each.kind for each in shown] == ["late"] * 4 + ["fall"] * 3 + ["vacancy"]
    assert rest == {"late": 8, "fall": 2}
    alone, rest = concerns.shown(many)
    assert [each.about for each in alone] == list(range(8))
    assert rest == {"late": 4}


def test_ranks_stand_with_their_ranges_in_the_table_and_the_file(client, steady):
    pilot = steady
    page = client.get(f"/pilots/{pilot.slug}/").content.decode()
    assert "Rank at best (5 %)" in page
    text = client.get(f"/pilots/{pilot.slug}/overview.csv").content.decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text), delimiter=";") if row["Rank"]]
    assert rows
    for row in rows:
        assert 1 <= int(row["Rank at best (5 %)"]) <= int(row["Rank at worst (95 %)"]) <= 2
    themed = client.get(f"/pilots/{pilot.slug}/?theme=service").content.decode()
    assert "Rank at best" not in themed


# Any two periods -------------------------------------------------------------------------------


def by_sql(indicator, period):
    """(sum of numerators, sum of denominators, wards) of approved reported cells."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select sum(v.numerator), sum(v.denominator), count(*) from pilot_value v"
            " join pilot_submission s on s.id = v.submission_id"
            " where v.indicator_id = %s and s.period_id = %s and s.state = 'approved'"
            " and v.state = 'reported'",
            [indicator.pk, period.pk],
        )
        above, below, wards = cursor.fetchone()
    return float(above or 0), float(below or 0), wards


def test_the_change_between_two_periods_is_that_of_plain_sql(client, reviewer, pilot):
    now, then = pilot.periods.filter(kind="month").order_by("-end")[:2]
    query = f"?period={now.code}&against={then.code}"
    base = f"/pilots/{pilot.slug}/"
    text = client.get(f"{base}indicators.csv{query}").content.decode("utf-8-sig")
    rows = {row["Indicator"]: row for row in csv.DictReader(io.StringIO(text), delimiter=";")}
    checked = set()
    for indicator in Indicator.objects.filter(theme__pilot=pilot, frequency="month"):
        row = rows[indicator.name_en or indicator.name_vi]
        (a, b, wards), (c, d, before) = by_sql(indicator, now), by_sql(indicator, then)
        if not wards or not before or indicator.kind not in ("ratio", "count"):
            continue
        if indicator.kind == "ratio" and b and d:
            change = (a / b - c / d) * 100
        elif indicator.kind == "count":
            change = (a / wards - c / before) * wards
        else:
            continue
        assert float(row["Change"].replace(",", ".")) == pytest.approx(change), indicator
        month = f"Month {then.end.month}/{then.end.year}"
        assert float(row[month].replace(",", ".")) == pytest.approx(
            c / d * 100 if indicator.kind == "ratio" else c / before * wards
        )
        checked.add(indicator.kind)
    assert checked == {"ratio", "count"}


def test_what_is_compared_is_named_and_stays_in_every_link(client, reviewer, pilot):
    now, then = pilot.periods.filter(kind="month").order_by("-end")[:2]
    query = f"?period={now.code}&against={then.code}"
    month = f"month {then.end.month}/{then.end.year}"
    for page in ("", "indicators/", "themes/service/"):
        text = client.get(f"/pilots/{pilot.slug}/{page}{query}").content.decode()
        assert month in text.split("</h1>")[1].split("</div>")[0], page
        assert f"against={then.code}" in re.search(r'href="([^"]+\.csv[^"]*)"', text)[1]
        plain = client.get(f"/pilots/{pilot.slug}/{page}?period={now.code}").content.decode()
        assert month not in plain.split("</h1>")[1].split("</div>")[0], page
    assert client.get(f"/pilots/{pilot.slug}/?against=2099-01").status_code == 400


def test_a_period_against_itself_has_changed_nothing(client, reviewer, pilot):
    now = pilot.periods.filter(kind="month").latest("end")
    url = f"/pilots/{pilot.slug}/indicators.csv?period={now.code}&against={now.code}"
    text = client.get(url).content.decode("utf-8-sig")
    changes = {row["Change"] for row in csv.DictReader(io.StringIO(text), delimiter=";")}
    assert changes <= {"0", ""}
