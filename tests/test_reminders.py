"""Reminders: who hears of what and when, one mail for each person, nothing said twice, nothing lost."""

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from pilot import demo, owners, reminders
from pilot.models import (
    Indicator,
    Milestone,
    Period,
    Pilot,
    Progress,
    Reminder,
    Submission,
    Theme,
)
from wards.models import District, Membership, User, Ward

pytestmark = pytest.mark.django_db
END, DUE = dt.date(2021, 7, 31), dt.date(2021, 8, 8)


def on(days):
    return DUE + dt.timedelta(days)


def at(day):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


@pytest.fixture
def ward():
    district = District.objects.create(code="019", name_vi="Quận A", valid_from="2013-12-27")
    return Ward.objects.create(
        district=district, code="1", name_vi="Phường Mễ Trì", valid_from=dt.date(2013, 1, 1)
    )


@pytest.fixture
def period(ward):
    """A pilot with one ward and one month."""
    pilot = Pilot.objects.create(
        slug="p", name_vi="Thí điểm", district=ward.district, start=dt.date(2021, 7, 1)
    )
    pilot.wards.add(ward)
    theme = Theme.objects.create(pilot=pilot, code="t", name_vi="T", short_vi="T")
    Indicator.objects.create(
        theme=theme, code="a", name_vi="a", short_vi="a", kind="count", frequency="month"
    )
    return Period.objects.create(
        pilot=pilot, kind="month", code="2021-07", start=pilot.start, end=END, due=DUE
    )


@pytest.fixture
def people(ward, period):
    found = {}
    for name, right in {
        "enters": {"role": "enter", "ward": ward},
        "reviews": {"role": "review", "district": ward.district},
        "browses": {"role": "browse", "district": ward.district},
    }.items():
        found[name] = User.objects.create_user(
            name, f"{name}@example.vn", last_login=at(on(-1)), full_name=f"Trần {name}"
        )
        Membership.objects.create(user=found[name], **right)
    User.objects.update(date_joined=at(on(-100)))
    return found


def remind(day, **options):
    """Run the command; who was written to."""
    before = len(mail.outbox)
    call_command("remind", day=day, **options)
    return sorted(letter.to[0].split("@")[0] for letter in mail.outbox[before:])


def test_a_return_is_spoken_of_before_on_and_after_the_day_and_at_most_six_times(people):
    said = {}
    for days in range(-10, 120):
        User.objects.update(last_login=at(on(days - 1)))
        for name in remind(on(days)):
            said.setdefault(name, []).append(days)
    assert said == {"enters": [-3, 0, 1, 8, 15, 22], "reviews": [1, 8, 15, 22]}


def test_the_second_run_of_a_day_sends_nothing_and_a_missed_day_is_made_up_for(people):
    assert remind(on(3)) == ["enters", "reviews"]
    assert remind(on(3)) == remind(on(5)) == []
    assert remind(on(9)) == ["enters", "reviews"]


def test_nobody_gets_two_mails_a_day_whatever_happens_meanwhile(people, period, ward):
    assert remind(on(1)) == ["enters", "reviews"]
    Submission.objects.create(
        period=period, ward=ward, state="returned", decided_at=at(on(1)), reason="thiếu"
    )
    assert remind(on(1)) == []
    assert remind(on(2)) == ["enters"]


def test_what_was_handed_in_or_locked_is_not_spoken_of(people, period, ward):
    submission = Submission.objects.create(
        period=period, ward=ward, state="submitted", submitted_at=at(on(0))
    )
    assert remind(on(1)) == []
    assert remind(on(4)) == ["reviews"]  # It has waited for more than three days.
    assert "Phường Mễ Trì" in mail.outbox[-1].body
    submission.delete()
    period.locked = True
    period.save()
    assert remind(on(1)) == []


def test_what_was_sent_back_is_spoken_of_at_once_and_again_when_sent_back_again(
    people, period, ward
):
    submission = Submission.objects.create(
        period=period, ward=ward, state="returned", decided_at=at(on(-6)), reason="thiếu"
    )
    assert remind(on(-6)) == ["enters"]
    assert remind(on(-5)) == []
    Submission.objects.filter(pk=submission.pk).update(decided_at=at(on(-4)))
    assert remind(on(-4)) == ["enters"]


def test_a_later_due_date_makes_it_another_thing(people, period):
    assert remind(on(-3)) == ["enters"]
    Period.objects.update(due=on(10))
    assert remind(on(0)) == []
    assert remind(on(7)) == ["enters"]


def test_milestones_are_told_to_the_ward_or_to_the_district_until_they_are_done(
    people, period, ward
):
    Period.objects.update(locked=True)
    plan = {"pilot": period.pilot, "owner_vi": "P", "start": END, "due": on(0)}
    own = Milestone.objects.create(code="a", name_vi="Việc phường", ward=ward, **plan)
    Milestone.objects.create(code="b", name_vi="Việc quận", **plan)
    assert remind(on(-8)) == []
    assert remind(on(-7)) == ["enters", "reviews"]
    bodies = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "Việc phường" in bodies["enters@example.vn"]
    assert "Việc phường" not in bodies["reviews@example.vn"]
    Progress.objects.create(milestone=own, day=on(-6), percent=100)
    assert remind(on(1)) == ["reviews"]


def test_only_active_people_with_an_address_are_written_to(people):
    User.objects.filter(username="enters").update(email="")
    User.objects.filter(username="reviews").update(is_active=False)
    assert remind(on(1)) == []
    assert not Reminder.objects.exists()


def test_owners_who_do_not_log_in_are_named_to_the_reviewers_once(people, period):
    Period.objects.update(locked=True)
    User.objects.filter(username="enters").update(last_login=None)
    assert remind(on(1)) == ["reviews"]
    assert "Trần enters" in mail.outbox[-1].body
    assert remind(on(30)) == []
    User.objects.filter(username="enters").update(last_login=at(on(30)))
    assert remind(on(75)) == []
    assert remind(on(76)) == ["reviews"]


def test_an_owner_is_idle_after_45_days_or_when_a_new_account_is_a_week_old(people):
    user = people["enters"]
    user.last_login = at(on(0))
    assert [owners.idle(user, on(days)) for days in (45, 46)] == [False, True]
    user.last_login, user.date_joined = None, at(on(0))
    assert [owners.idle(user, on(days)) for days in (7, 8)] == [False, True]


def test_years_of_old_returns_make_one_short_mail_and_only_one():
    demo.build(wards=3, months=24, history=False)
    User.objects.update(email="x@example.vn")
    Submission.objects.all().delete()
    day = dt.date(2026, 11, 24)
    call_command("remind", day=day)
    sent = len(mail.outbox)
    sections = [part for letter in mail.outbox for part in letter.body.split("\n\n")]
    assert max(part.count("\n- ") for part in sections) == reminders.MOST_LINES + 1
    assert sent == 3 * 2 + 2
    call_command("remind", day=day)
    assert len(mail.outbox) == sent


def test_a_mail_that_could_not_be_sent_is_tried_again_and_holds_up_nobody_else(people, monkeypatch):
    real = mail.EmailMessage.send

    def send(letter, *args, **kwargs):
        if "enters" in letter.to[0]:
            raise smtplib.SMTPServerDisconnected
        return real(letter, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMessage, "send", send)
    with pytest.raises(CommandError, match="enters"):
        remind(on(1))
    assert [letter.to for letter in mail.outbox] == [["reviews@example.vn"]]
    assert set(Reminder.objects.values_list("user__username", flat=True)) == {"reviews"}
    monkeypatch.undo()
    assert remind(on(1)) == ["enters"]


def test_of_two_runs_at_once_the_second_fails_before_it_sends(people, monkeypatch):
    with translation.override("vi"):
        found = reminders.notices(on(1))[people["enters"]]
        reminders.remind(people["enters"], found, on(1))
        # The other run looked before the first had written.
        monkeypatch.setattr(reminders, "unsaid", lambda user, found, day: found)
        with pytest.raises(IntegrityError):
            reminders.remind(people["enters"], found, on(1))
    assert len(mail.outbox) == 1


def test_a_trial_sends_and_remembers_nothing(people):
    assert remind(on(1), dry_run=True) == []
    assert not Reminder.objects.exists()
    assert remind(on(1)) == ["enters", "reviews"]


def test_the_mail_is_vietnamese_plain_and_leads_to_the_site(people, settings):
    settings.SITE_URL = "https://so-ket.example.vn"
    User.objects.update(full_name="Trần <b> & Cường")
    remind(on(1))
    letter = next(each for each in mail.outbox if "enters" in each.to[0])
    assert "Trần <b> & Cường" in letter.body
    assert "Tháng 7/2021" in letter.body
    assert "08/08/2021" in letter.body
    assert "https://so-ket.example.vn/desk/" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_the_number_of_queries_does_not_grow_with_wards_periods_and_people():
    counts = []
    for wards, months, slug in ((1, 2, "small"), (8, 6, "large")):
        demo.build(wards=wards, months=months, slug=slug, history=False)
        User.objects.update(email="x@example.vn")
        with CaptureQueriesContext(connection) as queries:
            assert reminders.notices(dt.date(2022, 8, 1))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def test_the_districts_page_names_every_owner_with_what_is_late(client, people, period, ward):
    client.force_login(people["reviews"])
    User.objects.filter(username="enters").update(last_login=None)
    page = client.get("/pilots/p/people/").content.decode()
    assert "Trần enters" in page
    assert "state-flag" in page
    (owner,) = owners.owners(period.pilot, on(1))
    assert (owner.ward, owner.late, owner.idle) == (ward, 1, True)
