"""What must be true of the data, whoever writes it: constraints, and history of every change."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from pilot.models import Indicator, Milestone, Period, Pilot, Progress, Submission, Theme, Value
from wards.models import (
    Assignment,
    District,
    Establishment,
    Membership,
    Officer,
    Position,
    User,
    Ward,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2021, 7, 1)


def test_the_tests_run_on_the_database_that_was_asked_for(pytestconfig):
    asked = "postgresql" if pytestconfig.getoption("--postgres") else "sqlite"
    assert connection.vendor == asked


@pytest.fixture
def district():
    return District.objects.create(code="019", name_vi="Quận Nam Từ Liêm", valid_from="2013-12-27")


@pytest.fixture
def ward(district):
    return Ward.objects.create(
        district=district, code="00634", name_vi="Phường Đại Mỗ", valid_from="2013-12-27",
        valid_to="2025-06-30",
    )  # fmt: skip


@pytest.fixture
def pilot(district):
    return Pilot.objects.create(slug="p", name_vi="P", district=district, start=DAY)


@pytest.fixture
def period(pilot):
    return Period.objects.create(
        pilot=pilot, kind="month", code="2021-07", start=DAY, end="2021-07-31", due="2021-08-08"
    )


@pytest.fixture
def indicator(pilot):
    theme = Theme.objects.create(pilot=pilot, code="t", name_vi="T", short_vi="T")
    return Indicator.objects.create(
        theme=theme, code="i", name_vi="I", short_vi="I", kind="ratio", frequency="month"
    )


@pytest.fixture
def submission(ward, period):
    return Submission.objects.create(ward=ward, period=period)


def refused(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


# Places ----------------------------------------------------------------------------------------


def test_a_code_comes_back_for_another_ward_but_not_from_the_same_day(district, ward):
    later = {"district": district, "code": "00634", "name_vi": "Phường Tây Mỗ"}
    Ward.objects.create(**later, valid_from="2025-07-01")
    refused(lambda: Ward.objects.create(**later, valid_from="2013-12-27"))
    assert Ward.objects.on(dt.date(2024, 1, 1)).get(code="00634").name_vi == "Phường Đại Mỗ"
    assert Ward.objects.on(dt.date(2025, 7, 1)).get(code="00634").name_vi == "Phường Tây Mỗ"


def test_a_ward_ends_after_it_begins(district):
    refused(
        lambda: Ward.objects.create(
            district=district, code="1", name_vi="X", valid_from="2022-01-01", valid_to="2021-01-01"
        )
    )


def test_wards_are_ordered_by_the_vietnamese_alphabet_without_their_kind(district):
    names = ["Phường Xuân Phương", "Phường Đại Mỗ", "Phường Cầu Diễn", "Phường Mỹ Đình 2"]
    for n, name in enumerate([*names, "Phường Mỹ Đình 1"]):
        Ward.objects.create(district=district, code=str(n), name_vi=name, valid_from=DAY)
    assert [ward.bare_name for ward in Ward.objects.all()] == [
        "Cầu Diễn",
        "Đại Mỗ",
        "Mỹ Đình 1",
        "Mỹ Đình 2",
        "Xuân Phương",
    ]
    assert Ward.objects.matching("dai mo").get().name_vi == "Phường Đại Mỗ"


def test_a_right_is_of_a_ward_or_a_district_and_reviewing_of_a_district(ward, district):
    user = User.objects.create_user("u")
    refused(lambda: Membership.objects.create(user=user, role="enter"))
    refused(
        lambda: Membership.objects.create(user=user, role="enter", ward=ward, district=district)
    )
    refused(lambda: Membership.objects.create(user=user, role="review", ward=ward))


def test_two_user_names_cannot_differ_in_case_alone():
    User.objects.create_user("An")
    refused(lambda: User.objects.create_user("an"))


# Staff -----------------------------------------------------------------------------------------


def test_posts_hold_until_the_next_change_so_that_intervals_cannot_overlap(ward):
    post = Position.objects.create(code="chair", name_vi="Chủ tịch")
    for since, posts in (("2020-01-01", 3), ("2021-07-01", 1)):
        Establishment.objects.create(ward=ward, position=post, since=since, posts=posts)
    refused(
        lambda: Establishment.objects.create(ward=ward, position=post, since="2021-07-01", posts=2)
    )
    found = [
        sum(row.posts for row in Establishment.objects.on(day))
        for day in (dt.date(2019, 1, 1), dt.date(2021, 6, 30), dt.date(2021, 7, 1))
    ]
    assert found == [0, 3, 1]


def test_an_officer_has_one_main_post_at_a_time_and_may_hold_others_beside_it(ward):
    post = Position.objects.create(code="chair", name_vi="Chủ tịch")
    officer = Officer.objects.create(full_name="Nguyễn Văn An")
    common = {"officer": officer, "ward": ward, "position": post, "start": DAY}
    Assignment.objects.create(**common)
    refused(lambda: Assignment.objects.create(**common))
    Assignment.objects.create(**common, concurrent=True)
    refused(lambda: Assignment.objects.create(**common, concurrent=True, end="2020-01-01"))


# Returns ---------------------------------------------------------------------------------------


def test_one_return_for_each_ward_and_period_and_one_of_the_district(submission, period):
    refused(lambda: Submission.objects.create(ward=submission.ward, period=period))
    Submission.objects.create(period=period)
    refused(lambda: Submission.objects.create(period=period))


def test_a_return_in_a_state_says_when_and_why(submission):
    for state in ("submitted", "approved", "returned"):
        refused(lambda s=state: Submission.objects.filter(pk=submission.pk).update(state=s))


@pytest.mark.parametrize(
    ("cell", "allowed"),
    [
        ({"numerator": 1, "denominator": 2}, True),
        ({"numerator": 0, "denominator": 0}, True),
        ({"state": "not_available", "reason": "máy hỏng"}, True),
        ({"state": "not_available"}, False),
        ({"state": "not_applicable", "numerator": 1, "reason": "x"}, False),
        ({"denominator": 2}, False),
        ({"numerator": 1}, False),
        ({"numerator": 3, "denominator": 2}, False),
        ({"numerator": 1, "denominator": 0}, False),
        ({"numerator": -1, "denominator": 2}, False),
        ({"numerator": "0.5", "denominator": 2}, False),
    ],
)
def test_a_cell_agrees_with_its_state_and_its_indicator(submission, indicator, cell, allowed):
    from decimal import Decimal

    numbers = {k: Decimal(v) for k, v in cell.items() if k in {"numerator", "denominator"}}
    value = Value(submission=submission, indicator=indicator, **(cell | numbers))
    if allowed:
        value.save()
        return
    with pytest.raises(ValidationError):
        value.save()
    with pytest.raises(ValidationError):
        Value.objects.bulk_create([value])
    assert not Value.objects.exists()


def test_the_database_itself_refuses_what_no_form_has_seen(submission, indicator):
    value = Value.objects.create(
        submission=submission, indicator=indicator, numerator=1, denominator=2
    )
    own = Value.objects.filter(pk=value.pk)
    refused(lambda: own.update(state="not_available"))
    refused(lambda: own.update(numerator=None))
    refused(lambda: own.update(denominator=0))
    refused(lambda: own.update(denominator=-1))


def test_a_ratio_may_exceed_its_denominator_where_the_indicator_says_so(submission, indicator):
    indicator.within = False
    Value(submission=submission, indicator=indicator, numerator=3, denominator=2).save()


def test_points_need_two_different_goalposts(indicator):
    own = Indicator.objects.filter(pk=indicator.pk)
    refused(lambda: own.update(points=5))
    refused(lambda: own.update(points=5, worst=1, best=1))
    own.update(points=5, worst=0, best=1)


def test_dates_are_in_order(pilot, period):
    refused(lambda: Pilot.objects.filter(pk=pilot.pk).update(end="2020-01-01"))
    refused(lambda: Pilot.objects.filter(pk=pilot.pk).update(baseline_start=DAY))
    refused(lambda: Period.objects.filter(pk=period.pk).update(end="2021-06-01"))
    refused(lambda: Period.objects.filter(pk=period.pk).update(due="2021-07-30"))
    milestone = {"pilot": pilot, "name_vi": "M", "owner_vi": "Phòng Nội vụ", "start": DAY}
    refused(lambda: Milestone.objects.create(code="a", due="2021-06-01", **milestone))
    refused(lambda: Milestone.objects.create(code="a", due=DAY, done="2021-06-01", **milestone))
    one = Milestone.objects.create(code="a", due=DAY, **milestone)
    refused(lambda: Progress.objects.create(milestone=one, percent=101))


def test_history_says_who_changed_what_from_what_to_what(client, submission, indicator):
    user = User.objects.create_user("officer")
    value = Value(submission=submission, indicator=indicator, numerator=1, denominator=2)
    value._history_user = user
    value.save()
    value.numerator = 2
    value.save()
    new, old = value.history.all()
    assert old.history_user == user
    delta = new.diff_against(old)
    assert [(str(c.field), int(c.old), int(c.new)) for c in delta.changes] == [("numerator", 1, 2)]


@pytest.mark.parametrize(
    "model", [Value, Submission, Milestone, Progress, Officer, Assignment, Establishment]
)
def test_every_record_that_is_answered_for_keeps_its_history(model):
    assert {"history_date", "history_user_id", "history_type"} <= {
        field.attname for field in model.history.model._meta.concrete_fields
    }


def test_periods_of_every_frequency_lie_within_the_time_asked_for(pilot):
    found = Period.objects.calendar(
        pilot,
        dt.date(2021, 1, 1),
        dt.date(2021, 12, 31),
        ["month", "quarter", "half", "nine_months", "year"],
    )
    codes = [period.code for period in found]
    assert len(codes) == 12 + 4 + 2 + 1 + 1
    assert {"2021-07", "2021-Q3", "2021-H2", "2021-9M", "2021"} <= set(codes)
