"""Who owes a return: the same answer for the home page, the reminders and the district's list."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilot import demo
from pilot.models import Indicator, Period, Pilot, Submission, Theme, Value
from pilot.obligations import owed
from wards.models import District, Ward

pytestmark = pytest.mark.django_db
DAY = dt.date(2021, 9, 15)


@pytest.fixture
def district():
    return District.objects.create(code="019", name_vi="Quận Nam Từ Liêm", valid_from="2013-12-27")


@pytest.fixture
def wards(district):
    return [
        Ward.objects.create(district=district, code=code, name_vi=name, valid_from=dt.date(2013, 1, 1))
        for code, name in (("1", "Phường Cầu Diễn"), ("2", "Phường Đại Mỗ"))
    ]  # fmt: skip


@pytest.fixture
def pilot(district, wards):
    pilot = Pilot.objects.create(
        slug="p", name_vi="P", district=district, start=dt.date(2021, 7, 1)
    )
    pilot.wards.set(wards)
    theme = Theme.objects.create(pilot=pilot, code="t", name_vi="T", short_vi="T")
    for code, level in (("a", "ward"), ("b", "ward"), ("c", "district")):
        Indicator.objects.create(
            theme=theme, code=code, name_vi=code, short_vi=code, kind="count",
            frequency="month", level=level,
        )  # fmt: skip
    first, last = dt.date(2021, 5, 1), dt.date(2021, 10, 31)
    Period.objects.bulk_create(Period.objects.calendar(pilot, first, last, ["month", "quarter"]))
    return pilot


def told(pilot, wards, day=DAY, districts=()):
    found = owed([pilot], wards, day, districts)
    return [(each.period.code, each.ward and each.ward.code, each.state) for each in found]


def set_state(pilot, code, ward, state):
    now = timezone.now()
    return Submission.objects.create(
        period=pilot.periods.get(code=code), ward=ward, state=state,
        submitted_at=now, decided_at=now, reason="x",
    )  # fmt: skip


def test_what_has_begun_and_was_not_handed_in_is_owed_the_most_urgent_first(pilot, wards):
    one, two = wards
    set_state(pilot, "2021-09", one, "returned")
    set_state(pilot, "2021-07", one, "approved")
    set_state(pilot, "2021-08", one, "submitted")
    assert told(pilot, wards, dt.date(2021, 9, 8)) == [
        ("2021-09", "1", "returned"),
        ("2021-07", "2", "overdue"),
        ("2021-08", "2", "due"),
        ("2021-09", "2", "upcoming"),
    ]
    assert told(pilot, [one], dt.date(2021, 9, 9)) == [("2021-09", "1", "returned")]
    assert ("2021-08", "2", "overdue") in told(pilot, [two], dt.date(2021, 9, 9))


def test_a_return_says_how_much_of_it_is_there_counting_only_what_is_asked(pilot, wards):
    draft = set_state(pilot, "2021-08", wards[0], "draft")
    for indicator in Indicator.objects.filter(code__in=["a", "c"]):
        Value.objects.create(submission=draft, indicator=indicator, numerator=1)
    (found,) = [each for each in owed([pilot], wards[:1], DAY) if each.submission]
    assert (found.filled, found.asked, found.submission) == (1, 2, draft)
    assert {(each.filled, each.asked) for each in owed([pilot], wards[1:], DAY)} == {(0, 2)}


def test_the_district_owes_its_own_returns_where_it_is_asked_about(pilot, wards, district):
    assert told(pilot, [], districts=[district.pk]) == [
        ("2021-07", None, "overdue"),
        ("2021-08", None, "overdue"),
        ("2021-09", None, "upcoming"),
    ]
    assert told(pilot, []) == told(pilot, [], districts=[district.pk + 1]) == []
    set_state(pilot, "2021-07", None, "approved")
    assert len(told(pilot, [], districts=[district.pk])) == 2
    assert len(told(pilot, wards[:1])) == 3  # The district's return is not the ward's.


def test_locked_periods_and_those_that_ask_nothing_or_have_not_begun_are_not_owed(pilot, wards):
    pilot.periods.filter(code="2021-07").update(locked=True)
    set_state(pilot, "2021-10", wards[0], "draft")
    assert [code for code, *_rest in told(pilot, wards[:1])] == ["2021-08", "2021-09"]


def test_outside_the_pilots_time_only_what_somebody_began_is_owed(pilot, wards):
    pilot.end = dt.date(2021, 7, 31)
    assert told(pilot, wards[:1]) == [("2021-07", "1", "overdue")]
    set_state(pilot, "2021-05", wards[0], "draft")
    set_state(pilot, "2021-08", wards[0], "returned")
    assert told(pilot, wards[:1]) == [
        ("2021-08", "1", "returned"),
        ("2021-05", "1", "overdue"),
        ("2021-07", "1", "overdue"),
    ]


def test_a_ward_owes_nothing_for_periods_that_end_outside_its_time(pilot, wards):
    one, two = wards
    one.valid_to, two.valid_from = dt.date(2021, 7, 31), dt.date(2021, 8, 1)
    assert [(code, ward) for code, ward, _state in told(pilot, wards)] == [
        ("2021-07", "1"),
        ("2021-08", "2"),
        ("2021-09", "2"),
    ]


def test_a_ward_that_takes_no_part_owes_nothing(pilot, wards):
    pilot.wards.remove(wards[0])
    assert {ward for _code, ward, _state in told(pilot, wards)} == {"2"}


def test_it_costs_five_queries_for_few_and_many_and_agrees_with_a_plain_count():
    pilots = [demo.build(wards=1, months=2, history=False, slug="small")]
    pilots += [demo.build(wards=8, months=6, history=False, slug="large")]
    day = dt.date(2022, 6, 30)
    for few in (pilots[:1], pilots):
        places = list(Ward.objects.all())
        with CaptureQueriesContext(connection) as queries:
            found = owed(few, places, day, [few[0].district_id])
        assert len(queries) == 5
        assert len(found) == len(set(by_hand(few, places, day)))


def by_hand(pilots, wards, day):
    """Slow and plain: every ward and period, one at a time."""
    for pilot in pilots:
        for period in pilot.periods.all():
            for ward in [None, *wards]:
                own = period.submissions.filter(ward=ward).first()
                level = "ward" if ward else "district"
                if (
                    (ward is None or ward in pilot.wards.all())
                    and Indicator.objects.filter(
                        theme__pilot=pilot, level=level, frequency=period.kind
                    ).exists()
                    and period.start <= day
                    and (own.state in {"draft", "returned"} if own else period.end >= pilot.start)
                ):
                    yield pilot.pk, period.pk, ward and ward.pk
