"""The plan of milestones in time: what slipped, what is expected, and the page that draws it."""

import csv
import datetime as dt
import io
import json
import re
from collections import Counter

import pandas as pd
import plotly.graph_objects
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilot import demo
from pilot.models import Milestone
from reports import panels, schedule
from reports.frames import entries
from wards.models import Membership, User

from .bundle import typed

pytestmark = pytest.mark.once

TODAY = pd.Timestamp("2022-06-01")


def plan(*rows):
    """Milestones from a few literal rows, over one that began on 1 January and is due on 11 April."""
    day = dt.date
    usual = {"start": day(2022, 1, 1), "due": day(2022, 4, 11), "first_due": day(2022, 4, 11)}
    usual |= {"state": "on_track", "percent": 0}
    rows = [usual | {"milestone": n, "code": f"m{n}"} | row for n, row in enumerate(rows, 1)]
    return typed(entries.MILESTONES, rows)


# Arithmetic ------------------------------------------------------------------------------------


def test_a_moved_date_and_a_late_finish_are_days_apart():
    day = dt.date
    found = schedule.slippage(
        plan(
            {"due": day(2022, 5, 11)},
            {"done": day(2022, 4, 11), "state": "done"},
            {"done": day(2022, 4, 12), "state": "done_late"},
            {"done": day(2022, 3, 1), "state": "done"},
        ),
        TODAY,
    )
    assert list(found["moved"]) == [30, 0, 0, 0]
    assert list(found["late"].dropna()) == [0, 1, 0]
    assert list(schedule.slipped(found).index) == [1, 3]


def test_the_expected_finish_goes_on_at_the_pace_of_the_log():
    """50 % after 50 days of 100 is done after 100; a quarter of it in the same time after 200."""
    last = dt.date(2022, 2, 20)
    milestones = plan(
        {"last": last, "percent": 50},
        {"last": last, "percent": 25},
        {"last": last, "percent": 100, "done": last, "state": "done"},
        {"last": dt.date(2022, 1, 1), "percent": 40},
        {"last": last, "percent": 0},
        {},
    )
    expected = schedule.expected(milestones, pd.Timestamp("2022-03-01"))
    days = ["2022-04-11", "2022-07-20"]
    assert [f"{day:%Y-%m-%d}" for day in expected.dropna()] == days
    assert list(schedule.slippage(milestones, pd.Timestamp("2022-03-01"))["behind"].dropna()) == [
        0,
        100,
    ]
    # Once the day has passed and it is not done, the log was not kept up: nothing is said.
    assert list(schedule.expected(milestones, pd.Timestamp("2022-04-12")).dropna().index) == [2]


def test_what_is_next_is_due_or_begins_within_30_days():
    day = dt.date
    milestones = plan(
        {"due": day(2022, 6, 1)},
        {"due": day(2022, 7, 1)},
        {"due": day(2022, 7, 2)},
        {"start": day(2022, 6, 20), "due": day(2022, 9, 1), "state": "not_started"},
        {"due": day(2022, 6, 10), "done": day(2022, 5, 1), "state": "done"},
        {"due": day(2022, 5, 31), "state": "overdue"},
    )
    found = schedule.upcoming(milestones, TODAY)
    assert list(found.index) == [1, 4, 2]
    assert list(found["begins"]) == [False, True, False]


def test_counts_by_theme_have_every_state_and_add_up():
    milestones = plan({"theme": 1}, {"theme": 1, "state": "done"}, {"theme": 2, "state": "overdue"})
    found = schedule.standing(milestones, "theme")
    assert list(found.columns) == [*schedule.STATES, "all"]
    assert found["all"].to_dict() == {1: 2, 2: 1}
    assert found.at[2, "overdue"] == found.at[1, "done"] == found.at[1, "on_track"] == 1


def test_nothing_is_drawn_from_nothing():
    empty = schedule.slippage(plan(), TODAY)
    assert schedule.standing(empty, "ward").empty
    assert schedule.upcoming(empty, TODAY).empty
    assert panels.schedule.gantt(empty, pd.Series({0: "x"}), TODAY, {}) is None


def test_bars_lie_within_the_axis_and_in_proportion():
    milestones = plan({"percent": 40}, {"start": dt.date(2022, 3, 2), "due": dt.date(2022, 3, 2)})
    found = panels.schedule.gantt(
        schedule.slippage(milestones, TODAY), pd.Series({0: "x"}), TODAY, {1: "/1", 2: "/2"}
    )
    (group,) = found["groups"]
    for row in group["rows"]:
        assert 0 <= row["x"] < row["x"] + row["width"] <= 100.5
        assert row["fill"] == pytest.approx(row["width"] * row["percent"] / 100, abs=0.01)
    assert found["today"] is None
    assert found["beyond"]


# The page --------------------------------------------------------------------------------------


@pytest.fixture
def reviewer(client, pilot):
    user = User.objects.create_user("reviewer")
    Membership.objects.create(user=user, role="review", district=pilot.district)
    client.force_login(user)
    return user


def rows_of(client, pilot, table, query=""):
    text = client.get(f"/pilots/{pilot.slug}/milestones/chart/{table}.csv{query}").content
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))[1:]


def test_a_changed_due_date_slips_by_the_days_it_was_changed(client, pilot, reviewer):
    milestone = pilot.milestones.filter(done=None).first()
    assert all(int(row[4]) == 0 for row in rows_of(client, pilot, "slippage"))
    before = milestone.due
    for days in (10, 25):
        milestone.due = before + dt.timedelta(days)
        milestone.save()
    (row,) = [row for row in rows_of(client, pilot, "slippage") if row[0] == milestone.name]
    assert row[2:5] == [f"{before:%d/%m/%Y}", f"{milestone.due:%d/%m/%Y}", "25"]
    page = client.get(f"/pilots/{pilot.slug}/milestones/chart/").content.decode()
    assert 'class="gantt-first"' in page.split("gantt-legend")[0]


def test_the_chart_shows_how_each_stands_as_the_list_does(client, pilot, reviewer):
    url = f"/pilots/{pilot.slug}/milestones/"
    for query in ("", "?state=done", "?theme=service", "?ward=pilot&theme=elected"):
        listed = client.get(url + query).context["standings"]
        drawn = client.get(f"{url}chart/{query}").context["gantt"]
        rows = [row for group in drawn["groups"] for row in group["rows"]]
        assert Counter(row["state"] for row in rows) == Counter(str(s.state) for s in listed)
        assert len(rows_of(client, pilot, "plan", query)) == len(listed)
        by_theme = rows_of(client, pilot, "themes", query)
        assert sum(int(row[-2]) for row in by_theme) == len(listed)
    for page in (f"{url}chart/?state=done", f"{url}?state=done"):
        other = url if "chart" in page else f"{url}chart/"
        assert f'href="{other}?state=done"' in client.get(page).content.decode()


def test_of_many_the_most_urgent_are_drawn_and_the_table_has_all(client, pilot, reviewer):
    day = dt.date(2022, 1, 1)
    Milestone.objects.bulk_create(
        Milestone(
            pilot=pilot, code=f"x{n}", name_vi=f"Việc {n}", owner_vi="P", start=day,
            due=timezone.localdate() + dt.timedelta(days=n),
        )
        for n in range(200)
    )  # fmt: skip
    answer = client.get(f"/pilots/{pilot.slug}/milestones/chart/")
    drawn = [row for group in answer.context["gantt"]["groups"] for row in group["rows"]]
    assert len(drawn) == panels.schedule.MOST_BARS
    count = pilot.milestones.count()
    assert f" {count}" in answer.context["plan"]["sentence"]
    assert len(answer.context["plan"]["table"]["rows"]) == count
    urgent = [each.milestone.name for each in pilot.milestones.standings(timezone.localdate())[:60]]
    assert {row["name"] for row in drawn} == set(urgent)


def test_the_page_costs_the_same_for_few_and_many(client, db):
    user = User.objects.create_user("reviewer")
    client.force_login(user)
    counts = []
    for wards in (1, 8):
        pilot = demo.build(wards=wards, months=1, slug=f"s{wards}")
        Membership.objects.get_or_create(user=user, role="review", district=pilot.district)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/pilots/{pilot.slug}/milestones/chart/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_answers_in_both_languages_for_full_small_and_empty_plans(
    client, pilot, people, language
):
    client.cookies["django_language"] = language
    client.force_login(people["admin"])
    one = demo.build(1, 1, slug="one")
    one.milestones.exclude(pk=one.milestones.first().pk).delete()
    for each in (pilot, one, demo.build_766()):
        url = f"/pilots/{each.slug}/milestones/chart/"
        page = client.get(url)
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()
        for table in ("plan", "slippage", "themes", "wards"):
            for suffix in ("csv", "xlsx"):
                assert client.get(f"{url}{table}.{suffix}").status_code == 200


def test_odd_addresses_are_refused_and_htmx_gets_the_part(client, pilot, reviewer):
    url = f"/pilots/{pilot.slug}/milestones/chart/"
    for query, status in [
        ("state=x", 400), ("ward=99999999", 400), ("theme=%00", 400), ("x=1", 200), ("state=", 200),
    ]:  # fmt: skip
        assert client.get(f"{url}?{query}").status_code == status, query
    assert client.get(f"{url}nothing.csv").status_code == 404
    part = client.get(f"{url}?state=done&theme=", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert part["HX-Push-Url"] == f"{url}?state=done"
    nothing = client.get(f"{url}?state=done&ward={pilot.wards.first().pk}&theme=elected")
    assert nothing.status_code == 200


def test_names_are_text_and_figures_are_sound(client, pilot, reviewer):
    name = "<b>A</b></script><script>alert(1)</script>"
    pilot.milestones.update(name_vi=name, owner_vi=name)
    pilot.themes.update(short_vi="<b>T</b>")
    page = client.get(f"/pilots/{pilot.slug}/milestones/chart/").content.decode()
    assert "<script>alert" not in page
    drawn = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page)
    assert len(drawn) == 2
    for figure in drawn:
        plotly.graph_objects.Figure(json.loads(figure))
        assert not re.search(r"</?b[ >]", figure.encode().decode("unicode_escape"))
