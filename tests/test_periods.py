"""The calendar of a pilot: made from what its indicators are reported by, never over what is there."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from pilot.models import Indicator, Period, Pilot, Theme
from wards.models import District, User

pytestmark = pytest.mark.django_db
DAY = dt.date


@pytest.fixture
def pilot():
    district = District.objects.create(code="1", name_vi="Quận A", valid_from="2020-01-01")
    days = {"start": DAY(2021, 7, 1), "end": DAY(2022, 12, 31)}
    pilot = Pilot.objects.create(slug="p", name_vi="P", district=district, **days)
    theme = Theme.objects.create(pilot=pilot, code="t", name_vi="T", short_vi="T")
    for kind in ("quarter", "nine_months", "year", "to_date"):
        Indicator.objects.create(
            theme=theme, code=kind, name_vi="I", short_vi="I", kind="count", frequency=kind
        )
    return pilot


def codes(pilot):
    return list(pilot.periods.values_list("code", flat=True))


def test_it_holds_what_the_indicators_ask_for_within_the_pilots_time(pilot):
    created, left_out = Period.objects.fill(pilot)
    whole = ["2021-Q3", "2021-Q4", "2022-Q1", "2022-Q2", "2022-9M", "2022-Q3", "2022", "2022-Q4"]
    assert codes(pilot) == [period.code for period in created] == whole
    assert left_out == []
    assert pilot.periods.get(code="2022-Q2").due == DAY(2022, 7, 8)


def test_without_an_end_it_goes_to_the_end_of_next_year(pilot):
    pilot.end = None
    with time_machine.travel("2024-02-29"):
        Period.objects.fill(pilot)
    assert codes(pilot)[-1] == "2025-Q4"


def test_a_second_run_changes_nothing_and_nothing_is_laid_over_what_is_there(pilot):
    own = {"kind": "quarter", "start": DAY(2021, 8, 1), "end": DAY(2021, 10, 31)}
    Period.objects.create(pilot=pilot, code="own", due=DAY(2021, 12, 1), locked=True, **own)
    created, left_out = Period.objects.fill(pilot, grace_days=20)
    assert [period.code for period in left_out] == ["2021-Q3", "2021-Q4"]
    before = list(pilot.periods.values())
    assert Period.objects.fill(pilot, grace_days=5)[0] == []
    assert list(pilot.periods.values()) == before
    assert len(created) == 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": DAY(2023, 1, 1)},
        {"first": DAY(1999, 1, 1)},
        {"last": DAY(2100, 1, 1)},
        {"grace_days": -1},
        {"grace_days": 10**6},
    ],
)
def test_days_out_of_order_or_out_of_reach_are_refused(pilot, wrong):
    with pytest.raises(ValidationError):
        Period.objects.fill(pilot, **wrong)


def test_a_pilot_without_indicators_is_told_so(pilot):
    Indicator.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("periods", "p")
    with pytest.raises(CommandError, match="other"):
        call_command("periods", "other")


def test_the_command_tells_what_it_made_and_a_trial_makes_nothing(pilot, capsys):
    span = {"first": DAY(2020, 1, 1), "last": DAY(2020, 12, 31), "grace_days": 0}
    call_command("periods", "p", dry_run=True, **span)
    assert "2020-Q4" in capsys.readouterr().out
    assert codes(pilot) == []
    call_command("periods", "p", **span)
    assert "2020-Q4" in codes(pilot)
    assert pilot.periods.get(code="2020-Q4").due == DAY(2020, 12, 31)


def test_an_administrator_makes_it_and_locks_and_opens_periods_with_a_log(pilot, client):
    client.force_login(User.objects.create_superuser("boss"))
    chosen = {"action": "create_calendar", "_selected_action": [pilot.pk]}
    client.post(reverse("admin:pilot_pilot_changelist"), chosen)
    assert len(codes(pilot)) == 8
    period = pilot.periods.first()
    for action, locked in (("lock", True), ("unlock", False)):
        chosen = {"action": action, "_selected_action": [period.pk]}
        client.post(reverse("admin:pilot_period_changelist"), chosen)
        assert list(pilot.periods.filter(locked=True)) == ([period] if locked else [])
    page = client.get(reverse("admin:pilot_period_history", args=[period.pk]))
    assert page.content.decode().count("boss") >= 2
