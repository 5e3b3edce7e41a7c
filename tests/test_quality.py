"""Data quality: every count against a plain one, and each thing appears when it should and not before."""

import csv
import datetime as dt
import io
import json
import re
from dataclasses import replace

import pandas as pd
import plotly.graph_objects
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilot import demo
from pilot.models import Submission, Value
from reports import frames as door
from reports import measures, quality
from reports.frames import entries
from wards.models import District, Membership, User

from .bundle import bundle, typed
from .links import followed

UTC = dt.UTC


def at(moment):
    return dt.datetime.fromisoformat(moment).replace(tzinfo=UTC)


def handed_in(frames, *rows):
    """The bundle with these returns: dicts over an approved one of ward 1 for the first period."""
    usual = {"ward": 1, "period": 1, "state": "approved", "imported": False}
    return replace(
        frames, submissions=typed(door.SUBMISSIONS, [usual | row for row in rows], index=False)
    )


# Arithmetic ------------------------------------------------------------------------------------


def test_the_five_states_are_counted_apart_and_zero_is_reported():
    values = [(1, 1, 1, 0, 10), (1, 2, 1, "not_applicable"), (1, 3, 1, "not_available")]
    frames = bundle([{}, {}, {}, {}], values, periods=("2022-01", "2022-02"), today="2022-02-20")
    found = quality.completeness(frames, quality.window(frames, 2)).set_index(["ward", "period"])
    counts = found[["asked", *quality.COUNTED]]
    assert list(counts.loc[1, 1]) == [4, 1, 1, 1, 1, 0]
    assert list(counts.loc[1, 2]) == [4, 0, 0, 0, 0, 4]
    assert list(counts.loc[2, 1]) == [4, 0, 0, 0, 4, 0]
    assert found.at[(1, 1), "share"] == 0.25
    assert quality.summed(found.reset_index(), "ward").at[1, "share"] == 1 / 8


def test_a_return_is_late_from_the_first_minute_of_the_day_after_it_was_due():
    """January is due on 8 February; the day ends at 17 h UTC."""
    for moment, time, days in [
        ("2022-02-08T16:59:59", "on_time", 0),
        ("2022-02-08T17:00:00", "late", 1),
        ("2022-01-31T17:00:00", "on_time", -7),
        ("2022-02-18T02:00:00", "late", 10),
    ]:
        frames = handed_in(bundle([{}], []), {"submitted_on": at(moment)})
        found = quality.timeliness(frames, quality.completeness(frames, [True])).iloc[0]
        assert (found["time"], found["late"]) == (time, days), moment


def test_a_file_is_not_timed_and_nothing_is_missing_before_its_day_is_over():
    came = {"submitted_on": at("2023-01-01T00:00:00"), "imported": True}
    for today, other in [("2022-02-08", "not_due"), ("2022-02-09", "not_in")]:
        frames = handed_in(bundle([{}], [], today=today), came)
        timed = quality.timeliness(frames, quality.completeness(frames, [True]))
        assert list(timed["time"]) == ["not_timed", other]
        assert timed["late"].isna().all()
    counts = quality.punctual(timed, "ward")
    assert list(counts["due"]) == [1, 1]
    assert counts["timed"].sum() == 0
    assert counts["median"].isna().all()


def test_a_draft_past_its_day_is_not_handed_in():
    frames = handed_in(bundle([{}], []), {"state": "draft"})
    timed = quality.timeliness(frames, quality.completeness(frames, [True]))
    assert list(timed["time"]) == ["not_in", "not_in"]


def changed(*log):
    """`quality.revised` of one cell with these entries: (after, state, numerator, denominator)."""
    names = ["after", "state", "numerator", "denominator"]
    rows = [dict(zip(names, each, strict=True)) for each in log]
    place = {"ward": 1, "period": 1, "indicator": 1}
    rows = [place | {"gone": row["state"] == "gone"} | row for row in rows]
    frame = typed(entries.REVISIONS, rows, index=False)
    return quality.revised(bundle([{}], []), frame, [1])


def test_what_stood_at_the_first_submission_is_held_against_what_stands_now():
    none = ("not_available", None, None)
    assert changed((False, "reported", 3, 10), (True, "reported", 4, 10))[
        "change"
    ].item() == pytest.approx(0.1)
    assert changed((False, "reported", 3, 10), (False, "reported", 4, 10)).empty
    assert changed(
        (False, "reported", 3, 10), (True, "reported", 4, 10), (True, "reported", 3, 10)
    ).empty
    assert changed((True, "reported", 3, 10)).empty
    assert changed(
        (False, "reported", 3, 10), (False, *none), (True, "reported", 4, 10), (True, *none)
    ).empty
    row = changed((False, "reported", 3, 10), (True, *none)).iloc[0]
    assert (row["state_then"], row["state"], row["then"]) == ("reported", "not_available", 0.3)
    assert pd.isna(row["now"])
    assert changed((False, "reported", 3, 10), (True, "gone", 3, 10))["state"].item() == "missing"
    # The same rate of other numbers is another figure.
    assert changed((False, "reported", 3, 10), (True, "reported", 6, 20))["change"].item() == 0


def test_steps_back_are_told_apart_by_where_they_began():
    states = ["draft", "submitted", "returned", "returned", "submitted", "approved", "returned"]
    log = pd.DataFrame({"submission": 1, "ward": 4, "period": 2, "state": states})
    other = pd.DataFrame({"submission": 2, "ward": 5, "period": 2, "state": ["returned"]})
    found = quality.given_back(pd.concat([log, other], ignore_index=True), [2])
    assert found.to_dict("index") == {4: {"sent_back": 1, "reopened": 1}}
    assert quality.given_back(log, [3]).empty


def test_twelve_months_are_looked_at_and_no_later_period():
    months = tuple(str(each) for each in pd.period_range("2021-01", "2022-06", freq="M"))
    frames = bundle([{}], [], periods=months)
    chosen = frames.periods["code"][quality.window(frames, months.index("2022-02") + 1)]
    assert (chosen.iloc[0], chosen.iloc[-1], len(chosen)) == ("2021-03", "2022-02", 12)


def test_small_denominators_and_nothing_due_are_counted_apart():
    values = [(1, 1, 1, 1, 4), (2, 1, 1, 0, 0), (1, 2, 1, 3)]
    frames = bundle([{"smallest_denominator": 5}, {"kind": "count"}], values)
    found = quality.small(frames, [True])
    assert found.to_dict("index") == {1: {"reported": 2, "small": 1, "nothing": 1}}


def test_a_place_is_unattended_when_its_people_have_been_away_for_45_days():
    today = pd.Timestamp("2022-06-30")
    rows = [
        {"ward": 1, "role": "submit", "joined": at("2020-01-01"), "seen": at("2022-05-16")},
        {"ward": 2, "role": "submit", "joined": at("2020-01-01"), "seen": at("2022-05-15")},
        {"ward": 3, "role": "enter", "joined": at("2022-06-23"), "seen": None},
        {"ward": 4, "role": "enter", "joined": at("2022-06-22"), "seen": None},
    ]
    people = typed(entries.PEOPLE, rows, index=False)
    found = quality.unattended(people, [0, 1, 2, 3, 4], today)
    assert list(found["enter"]) == [True, False, True, False, True]
    assert list(found["submit"]) == [True, False, True, True, True]


def test_an_indicator_that_somebody_reported_once_is_not_called_unreported():
    frames = bundle([{}, {}], [(1, 1, 1, 0, 5), (1, 2, 1, "not_available")])
    assert quality.unreported(frames, [True]).to_dict() == {2: 2}


# From the database -----------------------------------------------------------------------------


@pytest.fixture
def reviewer(client, pilot):
    user = User.objects.create_user("reviewer", full_name="Trần Xét Duyệt")
    Membership.objects.create(user=user, role="review", district=pilot.district)
    client.force_login(user)
    return user


def looked_at(pilot):
    bundle = door.live(pilot).approved
    return bundle, bundle.periods.index[quality.window(bundle, measures.last_period(bundle))]


def revised(pilot):
    return quality.revised(looked_at(pilot)[0], entries.revisions(pilot), looked_at(pilot)[1])


def test_the_matrix_says_what_plain_sql_says(client, pilot, reviewer):
    name = f"/pilots/{pilot.slug}/quality/completeness.csv"
    text = client.get(name).content.decode("utf-8-sig")
    rows = {(row[0], row[1]): row[2:8] for row in csv.reader(io.StringIO(text), delimiter=";")}
    checked = 0
    for ward in pilot.wards.all():
        for period in pilot.periods.all():
            row = rows.get((ward.name, str(period)))
            asked, states = by_sql(ward, period)
            assert (row is None) == (asked == 0)
            if row:
                said, *told, missing, not_due = map(int, row)
                names = ["reported", "not_applicable", "not_available"]
                assert told == [states.get(each, 0) for each in names]
                assert said == asked == sum(told) + missing + not_due
                checked += 1
    assert checked >= 9


def by_sql(ward, period):
    """How many figures a return is asked for, and how many of the approved have which state."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pilot_indicator i join pilot_theme t on t.id = i.theme_id"
            " where t.pilot_id = %s and i.frequency = %s and i.level = 'ward'",
            [period.pilot_id, period.kind],
        )
        (asked,) = cursor.fetchone()
        cursor.execute(
            "select v.state, count(*) from pilot_value v"
            " join pilot_submission s on s.id = v.submission_id"
            " where s.ward_id = %s and s.period_id = %s and s.state = 'approved' group by v.state",
            [ward.pk, period.pk],
        )
        return asked, dict(cursor.fetchall())


def enter(submission, user, numerator):
    """Another numerator in the first ratio of a return, with a reason."""
    value = submission.values.filter(indicator__kind="count").order_by("pk").first()
    fields = value.content() | {"numerator": numerator, "reason": "đếm lại"}
    submission.enter(
        user, value.indicator, fields, base=value.edit, edit=f"{numerator}-{value.edit}"[:36]
    )
    return value.indicator


def test_a_revision_is_what_stands_otherwise_after_it_was_approved_again(pilot, reviewer):
    found = Submission.objects.filter(period__pilot=pilot, ward__isnull=False, state="approved")
    submission = found.filter(period__kind="month").latest("period__end")
    officer = User.objects.create_user("officer")
    value = submission.values.filter(indicator__kind="count").order_by("pk").first()

    def again():
        submission.submit(officer)
        submission.approve(reviewer, submission.submitted_at)

    assert revised(pilot).empty
    submission.reopen(reviewer, "xem lại")
    again()
    assert revised(pilot).empty
    submission.reopen(reviewer, "sai số")
    indicator = enter(submission, officer, value.numerator + 3)
    assert revised(pilot).empty
    again()
    row = revised(pilot).iloc[0]
    assert len(revised(pilot)) == 1
    place = (submission.ward_id, submission.period_id, indicator.pk)
    assert (row["ward"], row["period"], row["indicator"]) == place
    assert (row["then"], row["change"]) == (float(value.numerator), 3)
    back = quality.given_back(entries.returns(pilot), [submission.period_id])
    assert back.at[submission.ward_id, "reopened"] == 2
    submission.reopen(reviewer, "nhầm")
    enter(submission, officer, value.numerator)
    again()
    assert revised(pilot).empty


def test_a_phantom_owner_appears_after_a_week_and_vanishes_with_the_first_entry(
    client, pilot, reviewer
):
    ward = pilot.wards.order_by("sort_key").first()
    ghost = User.objects.create_user("ghost", full_name="Lý Vắng Mặt")
    Membership.objects.create(user=ghost, role="enter", ward=ward)
    url = f"/pilots/{pilot.slug}/quality/"

    def unused():
        found = quality.unused(entries.people(pilot), pd.Timestamp(timezone.localdate()))
        return list(found.loc[found["user"] == ghost.pk, "ward"])

    assert unused() == []
    User.objects.filter(pk=ghost.pk).update(date_joined=timezone.now() - dt.timedelta(days=9))
    assert unused() == [ward.pk]
    assert "Lý Vắng Mặt" in client.get(url).content.decode()
    assert "Lý Vắng Mặt" in client.get(f"{url}names.csv").content.decode()
    draft = Submission.objects.filter(period__pilot=pilot, ward=ward).latest("period__end")
    Submission.objects.filter(pk=draft.pk).update(state="draft")
    draft.refresh_from_db()
    enter(draft, ghost, 1)
    assert unused() == []
    assert "Lý Vắng Mặt" not in client.get(url).content.decode()


def test_names_of_people_are_for_reviewers_and_the_administrator_alone(client, pilot, people):
    User.objects.filter(pk=people["ward"].pk).update(
        full_name="Lý Vắng Mặt", date_joined=timezone.now() - dt.timedelta(days=9)
    )
    url = f"/pilots/{pilot.slug}/quality/"
    for person, sees in [("leader", 0), ("other_ward", 0), ("reviewer", 1), ("admin", 1)]:
        client.force_login(people[person])
        page = client.get(url).content.decode()
        assert ("Lý Vắng Mặt" in page) == bool(sees), person
        assert client.get(f"{url}names.csv").status_code == (200 if sees else 403)
        assert client.get(f"{url}nothing.csv").status_code == 404
        assert "Lý Vắng Mặt" not in client.get(f"{url}people.csv").content.decode()


def test_a_copied_figure_and_a_given_reason_are_known(pilot, reviewer):
    cell = Value.objects.filter(
        submission__period__pilot=pilot, submission__state="approved", state="reported", reason=""
    ).first()
    Value.objects.filter(pk=cell.pk).update(reason="Lấy theo số kỳ trước")
    told = entries.reasons(pilot)
    assert list(told.loc[told["copied"], "indicator"]) == [cell.indicator_id]
    assert quality.explained(told, told["period"]).query("copied").empty


def test_what_stands_out_is_listed_until_it_gives_a_reason():
    flags = pd.DataFrame({"ward": [1, 2], "indicator": [1, 1], "period": [1, 1]})
    told = pd.DataFrame({"ward": [2], "indicator": [1], "period": [1], "reason": ["x"]})
    assert list(quality.unexplained(flags, told)["ward"]) == [1]
    months = tuple(str(each) for each in pd.period_range("2021-01", "2021-12", freq="M"))
    values = [(1, 1, n, 90 + n % 3, 100) for n in range(1, 12)] + [(1, 1, 12, 20, 100)]
    found = quality.flagged_in(bundle([{}], values, periods=months), 12)
    assert (found.iloc[0]["period"], found.iloc[0]["sign"], found.iloc[0]["value"]) == (12, -1, 0.2)
    assert {"drop", "outlier"} <= set(found.iloc[0]["kinds"])


# The page --------------------------------------------------------------------------------------


@pytest.mark.kept
def test_the_page_costs_the_same_for_few_and_many(client, db):
    user = User.objects.create_user("reviewer")
    client.force_login(user)
    counts = []
    for wards, months in ((1, 1), (9, 5)):
        pilot = demo.build(wards=wards, months=months, slug=f"q{wards}")
        Membership.objects.get_or_create(user=user, role="review", district=pilot.district)
        client.get(f"/pilots/{pilot.slug}/quality/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/pilots/{pilot.slug}/quality/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_answers_in_both_languages_for_full_small_and_empty_pilots(
    client, pilot, people, language
):
    client.cookies["django_language"] = language
    client.force_login(people["admin"])
    for each in (
        pilot,
        demo.build(1, 1, slug="one"),
        demo.build(0, 0, slug="none"),
        demo.build_766(),
    ):
        page = client.get(f"/pilots/{each.slug}/quality/")
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()


def test_every_table_comes_as_a_file_that_says_what_it_is(client, pilot, reviewer):
    page = client.get(f"/pilots/{pilot.slug}/quality/").content.decode()
    files = set(re.findall(r'href="([^"]+\.(?:csv|xlsx)[^"]*)"', page))
    assert len(files) >= 16
    for name in files:
        answer = client.get(name.replace("&amp;", "&"))
        assert answer.status_code == 200, name
        if ".csv" in name and b"\n" in answer.content.strip():
            assert "Số liệu minh họa" in answer.content.decode("utf-8-sig"), name


def test_figures_are_sound_and_names_are_text(client, pilot, reviewer):
    ward = pilot.wards.first()
    type(ward).objects.filter(pk=ward.pk).update(name_vi="<b>A</b><script>alert(1)</script>")
    page = client.get(f"/pilots/{pilot.slug}/quality/").content.decode()
    assert "<script>alert" not in page
    drawn = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page)
    assert len(drawn) == 2
    for figure in drawn:
        plotly.graph_objects.Figure(json.loads(figure))
        assert not re.search(r"</?b[ >]", figure.encode().decode("unicode_escape"))


@pytest.mark.kept
@pytest.mark.once
def test_links_lead_somewhere_for_whoever_reads_them(client, pilot, people):
    for person in ("reviewer", "leader", "ward"):
        client.force_login(people[person])
        for url, status in followed(client, f"/pilots/{pilot.slug}/quality/"):
            assert status == 200, (person, url)


def test_a_district_without_anything_is_shown_and_odd_addresses_are_refused(
    client, pilot, reviewer
):
    url = f"/pilots/{pilot.slug}/quality/"
    for query, status in [("period=x", 400), ("period=%00", 400), ("x=1", 200), ("period=", 200)]:
        assert client.get(f"{url}?{query}").status_code == status
    Value.objects.filter(submission__period__pilot=pilot).delete()
    assert client.get(url).status_code == 200
    assert client.get(f"{url}completeness.csv").status_code == 404
    assert District.objects.exists()


def test_the_rows_of_ones_own_wards_stand_out_and_no_others(client, pilot, people):
    """Lists are numbered, wards too: a row must not stand out because its number is a ward's."""
    for ward in pilot.wards.all():
        Membership.objects.get_or_create(user=people["ward"], role="enter", ward=ward)
    client.force_login(people["ward"])
    names = {ward.name for ward in pilot.wards.all()}
    page, tried = client.get(f"/pilots/{pilot.slug}/quality/"), set()
    for name in ("flags", "back", "reasons", "small", "people", "logs"):
        for row in page.context[name]["table"]["rows"]:
            own = not names.isdisjoint(str(cell["text"]) for cell in row["cells"])
            assert row["mine"] == own, (name, row)
            tried.add(own)
    assert tried == {True, False}
