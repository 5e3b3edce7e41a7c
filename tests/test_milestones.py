"""Milestones: the derived state against a plain reference, and the log that it is derived from."""

import datetime as dt
import unicodedata

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from pilot import demo
from pilot.models import Milestone, Progress, StepRefused
from wards.models import Membership, User, Ward

START, DUE = dt.date(2022, 1, 1), dt.date(2022, 4, 11)  # 100 days apart: a point a day


def days(low=-20, high=140):
    return st.integers(low, high).map(lambda n: START + dt.timedelta(n))


# The state -------------------------------------------------------------------------------------


def reference(log, day):
    """The state as a person would work it out with paper and pencil, entry by entry."""
    percent, done = 0, None
    for when, reported in log:
        if when > day:
            break
        percent = reported
        if reported < 100:
            done = None
        elif done is None:
            done = when
    if done is not None:
        return "done" if done <= DUE else "done_late"
    if day > DUE:
        return "overdue"
    should = max((day - START).days, 0)
    if should - percent > 15:
        return "at_risk"
    return "on_track" if percent > 0 else "not_started"


def state(log, day, **fields):
    """The state of a milestone with this log, without a database."""
    milestone = Milestone(pk=1, **{"start": START, "due": DUE} | fields)
    entries = [Progress(day=when, percent=percent) for when, percent in log]
    milestone._prefetched_objects_cache = {"progress": entries}
    return milestone.state_on(day)


@given(
    st.lists(st.tuples(days(0), st.sampled_from([0, 10, 50, 84, 85, 99, 100])), max_size=6),
    days(),
)
def test_the_state_is_what_a_plain_reading_of_the_log_says(log, day):
    log = sorted(log, key=lambda entry: entry[0])
    assert state(log, day) == reference(log, day)


def test_15_points_behind_the_straight_line_is_on_track_and_16_is_at_risk():
    assert state([(START, 1)], START + dt.timedelta(16)) == "on_track"
    assert state([(START, 1)], START + dt.timedelta(17)) == "at_risk"
    assert state([], START + dt.timedelta(15)) == "not_started"
    assert state([], START + dt.timedelta(16)) == "at_risk"
    assert state([(START, 99)], DUE) == "on_track"
    assert state([(START, 99)], DUE + dt.timedelta(1)) == "overdue"


def test_a_milestone_of_a_single_day_has_a_state():
    assert state([], START - dt.timedelta(1), due=START) == "not_started"
    assert state([], START, due=START) == "at_risk"
    assert state([(START, 100)], START, due=START) == "done"


def test_a_date_of_completion_typed_without_a_log_counts_until_a_later_entry_denies_it():
    typed = {"done": DUE}
    assert state([], DUE - dt.timedelta(1), **typed) == "at_risk"
    assert state([(START, 50)], DUE, **typed) == "done"
    assert state([(DUE + dt.timedelta(1), 90)], DUE + dt.timedelta(2), **typed) == "overdue"


# The log ---------------------------------------------------------------------------------------


@pytest.fixture
def user(db):
    return User.objects.create_user("officer")


@pytest.fixture
def milestone(pilot):
    return Milestone.objects.create(
        pilot=pilot, code="x", name_vi="Việc", owner_vi="Phòng Nội vụ", start=START, due=DUE
    )


def after(number):
    return START + dt.timedelta(number)


def test_the_log_decides_when_it_was_done_and_a_later_lower_entry_reopens_it(milestone, user):
    milestone.report(user, 100, after(50), "")
    milestone.report(user, 100, after(60), "kiểm tra lại")
    assert Milestone.objects.get(pk=milestone.pk).done == after(50)
    assert milestone.state_on(after(70)) == "done"
    with pytest.raises(ValidationError):
        milestone.report(user, 90, after(70))
    milestone.report(user, 90, after(70), "thiếu một phường")
    assert Milestone.objects.get(pk=milestone.pk).done is None
    assert milestone.state_on(after(69)) == "done"
    assert milestone.state_on(after(70)) == "on_track"
    assert [entry.percent for entry in milestone.progress.all()] == [100, 100, 90]
    assert milestone.history.first().history_user == user


def test_a_note_is_asked_for_where_progress_falls_or_the_work_is_late(milestone, user):
    def faults(percent, day):
        with pytest.raises(ValidationError) as found:
            milestone.report(user, percent, day)
        return list(found.value.message_dict)

    milestone.report(user, 30, after(20))
    assert faults(29, after(20)) == ["note"]
    assert faults(30, after(46)) == ["note"]
    milestone.report(user, 30, after(45))
    assert faults(99, after(101)) == ["note"]
    milestone.report(user, 100, after(101))
    assert milestone.state_on(after(101)) == "done_late"


def test_an_entry_lies_between_the_start_and_today_and_is_a_percentage(milestone, user):
    with time_machine.travel(dt.datetime(2022, 3, 1, 12)):
        for percent, day, field in [
            (50, dt.date(2022, 3, 2), "day"),
            (50, START - dt.timedelta(1), "day"),
            (101, after(1), "percent"),
        ]:
            with pytest.raises(ValidationError) as found:
                milestone.report(user, percent, day, "x")
            assert list(found.value.message_dict) == [field]
    assert not milestone.progress.exists()


def test_an_entry_sent_twice_is_kept_once(milestone, user):
    twice = (unicodedata.normalize(form, "đang làm tiếp") for form in ("NFC", "NFD"))
    entries = {milestone.report(user, 40, after(30), note).pk for note in twice}
    assert len(entries) == milestone.progress.count() == 1
    milestone.report(user, 41, after(30), "đang làm")
    milestone.report(user, 40, after(30), "đang làm")
    assert milestone.progress.count() == 3


def test_only_what_nobody_reported_on_is_taken_off_the_plan(milestone, user):
    milestone.report(user, 40, after(30), "đang làm")
    with pytest.raises(StepRefused):
        milestone.remove(user)
    milestone.progress.all().delete()
    milestone.remove(user)
    assert not Milestone.objects.filter(code="x").exists()
    assert Milestone.history.filter(code="x").first().history_user == user


def test_codes_go_on_from_the_highest(pilot, milestone):
    pilot.milestones.all().delete()
    assert Milestone.objects.next_code(pilot) == "m01"
    for code in ("m09", "m10", "other-99"):
        Milestone.objects.create(
            pilot=pilot, code=code, name_vi="V", owner_vi="P", start=START, due=DUE
        )
    assert Milestone.objects.next_code(pilot) == "m11"


def test_how_all_of_them_stand_costs_two_queries(pilot):
    large = demo.build(wards=8, months=2, slug="large", history=False)
    for each in (pilot, large):
        with CaptureQueriesContext(connection) as queries:
            standings = each.milestones.standings(dt.date(2022, 7, 20))
        assert len(queries) == 2
        order = [standing.urgency for standing in standings]
        assert order == sorted(order)
        assert len(standings) == each.milestones.count()


# The pages -------------------------------------------------------------------------------------


def person(pilot, role="review", name="person"):
    user = User.objects.create_user(name, full_name="Nguyễn Văn Kín", office="Phòng Nội vụ")
    Membership.objects.create(user=user, role=role, district=pilot.district)
    return user


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_and_log_cost_the_same_for_few_and_many(client, pilot, milestone):
    user = person(pilot)
    client.force_login(user)
    large = demo.build(wards=8, months=2, slug="large", history=False)
    lists = [queries(client, f"/pilots/{each.slug}/milestones/") for each in (pilot, large)]
    assert lists[0] == lists[1] <= 14
    url = f"/pilots/{pilot.slug}/milestones/{milestone.pk}/"
    milestone.report(user, 10, after(1), "bắt đầu")
    few = queries(client, url)
    for percent in range(11, 30):
        milestone.report(user, percent, after(percent), "tiếp tục")
    assert queries(client, url) == few


def test_the_list_is_filtered_and_an_unknown_choice_is_told(client, pilot):
    client.force_login(person(pilot, "browse"))
    url = f"/pilots/{pilot.slug}/milestones/"
    page = client.get(url).context
    chosen = {standing.state for standing in client.get(f"{url}?state=done").context["standings"]}
    assert chosen == {"done"}
    whole = client.get(f"{url}?ward=pilot&theme=elected").context["standings"]
    assert whole
    assert {each.milestone.ward for each in whole} == {None}
    assert {each.milestone.theme.code for each in whole} == {"elected"}
    assert len(page["standings"]) == pilot.milestones.count()
    assert client.get(f"{url}?state=nonsense").status_code == 400
    part = client.get(f"{url}?state=done&theme=&ward=", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert part["HX-Push-Url"] == f"{url}?state=done"
    pilot.milestones.all().delete()
    empty = client.get(url)
    assert (empty.status_code, empty.context["standings"]) == (200, [])


def test_progress_comes_in_with_its_files_and_sent_twice_is_kept_once(
    client, pilot, milestone, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(person(pilot))
    url = f"/pilots/{pilot.slug}/milestones/{milestone.pk}/"
    entry = {"percent": "10", "day": "05/01/2022", "note": ""}
    for _time in range(2):
        files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.7" + n.encode()) for n in "ab"]
        assert client.post(url, entry | {"evidence": files}).status_code == 302
    assert milestone.progress.count() == 1
    names = milestone.progress.get().evidence.values_list("name", flat=True)
    assert sorted(names) == ["a.pdf", "b.pdf"]
    for wrong in (
        {"percent": "101"},
        {"percent": "x"},
        {"day": "31/02/2022"},
        {"day": "01/01/2099"},
        {"percent": "5"},
        {"note": "x" * 2001},
        {"evidence": SimpleUploadedFile("a.svg", b"<svg/>")},
    ):
        answer = client.post(url, entry | wrong)
        assert answer.status_code == 200
        assert "aria-invalid" in answer.content.decode(), wrong
    assert milestone.progress.count() == 1


def test_names_and_files_are_shown_to_those_inside_alone(client, pilot, milestone):
    milestone.report(person(pilot), 10, after(1), "bắt đầu")
    url = f"/pilots/{pilot.slug}/milestones/{milestone.pk}/"
    pages = {}
    for role in ("review", "browse"):
        client.force_login(person(pilot, role, role))
        pages[role] = client.get(url).content.decode().split('id="screen"')[1]
    assert "Nguyễn Văn Kín" in pages["review"]
    assert "Nguyễn Văn Kín" not in pages["browse"]
    assert "Phòng Nội vụ" in pages["browse"]


def test_of_two_who_change_the_plan_at_once_the_second_is_told(client, pilot, milestone):
    client.force_login(person(pilot))
    url = f"/pilots/{pilot.slug}/milestones/{milestone.pk}/edit/"
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"start": "01/01/2022", "due": "11/04/2022"}
    assert client.post(url, data | {"name_vi": "Một"}).status_code == 302
    assert client.post(url, data | {"name_vi": "Hai"}).status_code == 200
    milestone.refresh_from_db()
    assert milestone.name_vi == "Một"
    page = client.get(f"/pilots/{pilot.slug}/milestones/{milestone.pk}/").content.decode()
    assert "Việc → Một" in page


def test_the_plan_cannot_contradict_what_was_reported_nor_point_to_another_pilot(
    client, pilot, milestone
):
    user = person(pilot)
    client.force_login(user)
    milestone.report(user, 100, after(10))
    url = f"/pilots/{pilot.slug}/milestones/{milestone.pk}/edit/"
    foreign = Ward.objects.create(
        district=pilot.district, code="x", name_vi="Phường Khác", valid_from=START
    )
    data = {"name_vi": "V", "owner_vi": "P", "start": "01/01/2022", "due": "11/04/2022"}
    data["seen"] = milestone.history.first().pk
    for wrong in ({"start": "12/01/2022"}, {"due": "31/12/2021"}, {"ward": foreign.pk}):
        answer = client.post(url, data | wrong)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    assert client.post(url, data).status_code == 302
    other = demo.build(wards=1, months=1, slug="other", history=False)
    elsewhere = f"/pilots/{other.slug}/milestones/{milestone.pk}/"
    assert client.get(elsewhere).status_code == 404
    assert client.get(f"{elsewhere}edit/").status_code == 404
