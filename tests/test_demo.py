"""The demo: the same for the same seed, plausible, blemished like real data, and harmless to reload."""

import datetime as dt
import itertools
from collections import Counter

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Avg, Count, F, Q, Sum
from django.db.models.functions import TruncDate

from pilot import demo
from pilot.models import Indicator, Milestone, Period, Pilot, Progress, Submission, Value
from wards.models import (
    Assignment,
    Establishment,
    Membership,
    Officer,
    Position,
    Rating,
    User,
    Ward,
)

pytestmark = pytest.mark.django_db
REVIEW_DAY = dt.date(2022, 6, 30)


@pytest.fixture(scope="class")
def whole(django_db_setup, django_db_blocker):
    """The demo as everybody sees it, built once for the class that looks at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.build(history=False)
        transaction.set_rollback(True)


def built_and_dropped(**options):
    """Every figure and officer of a small demo under names that outlive the database."""
    names = ["submission__ward__code", "submission__period__code", "indicator__code", "state"]
    names += ["numerator", "denominator", "reason", "submission__submitted_at"]
    with transaction.atomic():
        demo.build(wards=2, months=3, history=False, **options)
        people = Officer.objects.values_list("full_name", "birth_year")
        found = sorted(Value.objects.values_list(*names), key=repr), sorted(people)
        transaction.set_rollback(True)
    return found


# The size of it --------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_figures_and_people_and_another_seed_others():
    first = built_and_dropped()
    assert built_and_dropped() == first
    other = built_and_dropped(seed=2)
    assert other[0] != first[0]
    assert other[1] != first[1]


@pytest.mark.parametrize(
    ("wards", "months"), [(0, 0), (0, 1), (1, 0), (1, 1), (3, 3), (4, 2), (12, 1)]
)
def test_any_number_of_wards_and_months_can_be_built(wards, months):
    pilot = demo.build(wards, months, history=False)
    assert pilot.wards.count() == wards
    assert pilot.periods.filter(kind="month").count() == months
    last = Submission.objects.filter(period__kind="month", ward__isnull=False)
    assert last.exists() == bool(wards and months)
    own = Milestone.objects.exclude(ward=None)  # A milestone of a ward comes with its ward only.
    assert set(own.values_list("ward", flat=True)) <= set(pilot.wards.values_list("pk", flat=True))
    invented = pilot.wards.filter(name_vi__contains="Minh họa").values_list("code", flat=True)
    assert set(invented) == ({"MH011", "MH012"} if wards == 12 else set())  # No official code.


def test_five_years_have_a_baseline_of_one():
    pilot = demo.build(wards=0, months=60, history=False)
    assert pilot.baseline_start == dt.date(2020, 7, 1)
    assert pilot.periods.filter(kind="year").count() == 5


def test_a_second_pilot_finds_the_wards_and_their_roster():
    def counts():
        return [model.objects.count() for model in (Ward, Officer, Establishment, Rating, User)]

    demo.build(wards=2, months=2, history=False)
    before = counts()
    demo.build(wards=2, months=2, history=False, slug="second")
    assert counts() == before


# What it is made of ----------------------------------------------------------------------------


def rate(code, **conditions):
    cells = Value.objects.filter(**conditions, indicator__code=code)
    sums = cells.aggregate(n=Sum("numerator"), d=Sum("denominator"))
    return float(sums["n"] / sums["d"])


def posts_by_ward(day):
    posts = Counter()
    for each in Establishment.objects.on(day):
        posts[each.ward_id] += each.posts
    return posts


@pytest.mark.parametrize("seed", range(2, 5))
def test_nobody_holds_two_main_posts_and_a_few_are_vacant_whatever_the_seed(seed):
    demo.build(wards=10, months=0, seed=seed, history=False)
    spans = Assignment.objects.filter(concurrent=False).order_by("officer", "start")
    spans = list(spans.values_list("officer", "start", "end"))
    for (one, _start, end), (other, start, _end) in itertools.pairwise(spans):
        assert one != other or (end is not None and end < start)
    posts = Establishment.objects.on(REVIEW_DAY).values_list("ward", "position", "posts")
    posts = {(ward, position): number for ward, position, number in posts}
    there = Assignment.objects.on(REVIEW_DAY)
    held = Counter(there.filter(concurrent=False).values_list("ward", "position"))
    assert all(held[key] <= posts[key] for key in held)
    assert 4 <= sum(posts.values()) - held.total() <= 8
    assert there.filter(concurrent=True).count() == 2


def state_on(milestone, day):
    """As numbers.md says it, spelled out: behind the straight line by over 15 points is at risk."""
    if milestone.done and milestone.done <= day:
        return "done" if milestone.done <= milestone.due else "done late"
    if day > milestone.due:
        return "overdue"
    if day < milestone.start:
        return "not started"
    entry = milestone.progress.filter(day__lte=day).last()
    line = 100 * (day - milestone.start).days / max((milestone.due - milestone.start).days, 1)
    return "at risk" if line - (entry.percent if entry else 0) > 15 else "on track"


class TestTheDemoAsEverybodySeesIt:
    def test_half_of_the_months_lie_before_the_start(self, whole):
        months = whole.periods.filter(kind="month")
        assert months.filter(end__lt=whole.start).count() == months.count() / 2 == 12
        assert (months.first().code, months.last().code) == ("2020-07", "2022-06")
        baseline = (whole.baseline_start, whole.baseline_end)
        assert baseline == (dt.date(2020, 7, 1), dt.date(2021, 6, 30))

    def test_the_ten_wards_are_the_real_ones_and_the_figures_are_called_illustrative(self, whole):
        wards = whole.wards.all()
        assert {ward.code for ward in wards} >= {"00592", "00631", "00637"}
        assert {ward.valid_to for ward in wards} == {dt.date(2025, 6, 30)}
        assert wards.filter(population__isnull=False).get().population == 43757
        assert len({(ward.map_row, ward.map_column) for ward in wards}) == 10
        assert whole.illustrative

    def test_every_due_cell_of_a_finished_return_has_a_row_that_keeps_the_rules(self, whole):
        for value in Value.objects.select_related("indicator"):
            value.check_cell()
        asked = Indicator.objects.filter(theme__pilot=whole)
        asked = Counter(asked.values_list("level", "frequency"))
        returns = Submission.objects.exclude(state="draft").annotate(cells=Count("values"))
        for each in returns.select_related("period"):
            assert each.cells == asked["ward" if each.ward_id else "district", each.period.kind]

    def test_most_figures_lie_in_the_usual_range(self, whole):
        strange = []
        reported = Value.objects.filter(state="reported").select_related("indicator")
        for value in reported.exclude(denominator=0):
            of, denominator = value.indicator, value.denominator
            if denominator is None or denominator >= of.smallest_denominator:
                figure = float(value.numerator / (denominator or 1))
                strange.append(not of.plausible_low <= figure <= of.plausible_high)
        assert sum(strange) / len(strange) < 0.04

    def test_dossiers_are_on_time_as_published_and_get_better(self, whole):
        before = rate("dossiers_on_time", submission__period__end__lt=whole.start)
        after = rate("dossiers_on_time", submission__period__start__gte=dt.date(2022, 1, 1))
        assert 0.965 < before < after < 0.99

    def test_the_lockdown_emptied_the_wards(self, whole):
        dossiers = Value.objects.filter(indicator__code="dossiers_on_time", state="reported")
        means = dossiers.values("submission__period__code").annotate(mean=Avg("denominator"))
        means = dict(means.values_list("submission__period__code", "mean"))
        assert float(means["2021-08"] / means["2021-04"]) < 0.75

    def test_one_ward_is_clearly_weaker(self, whole):
        wards = whole.wards.all()
        rates = sorted(rate("dossiers_on_time", submission__ward=ward) for ward in wards)
        assert rates[1] - rates[0] > 2 * (rates[2] - rates[1])

    def test_stocks_are_those_of_the_roster(self, whole):
        cells = Value.objects.filter(
            indicator__code="staff_per_ward", submission__period__code="2022-05", state="reported"
        )
        there = Assignment.objects.on(dt.date(2022, 5, 31)).filter(concurrent=False)
        assert cells
        for value in cells.select_related("submission"):
            assert value.numerator == there.filter(ward=value.submission.ward_id).count()

    def test_a_few_returns_never_came_and_some_came_late(self, whole):
        due, came = 10 * whole.periods.count(), Submission.objects.exclude(ward=None)
        assert 0.03 <= (due - came.count()) / due <= 0.05
        sent = Submission.objects.annotate(day=TruncDate("submitted_at"))
        assert 0.02 < sent.filter(day__gt=F("period__due")).count() / sent.count() < 0.12

    def test_in_the_last_month_one_of_each_kind_is_open(self, whole):
        last = Submission.objects.filter(period__code="2022-06", ward__isnull=False)
        states = Counter(last.values_list("state", flat=True))
        assert states == {"approved": 6, "draft": 1, "submitted": 1, "returned": 1}
        assert last.get(state="returned").reason
        assert last.get(state="draft").ward.code == demo.HOME
        earlier = Submission.objects.exclude(period__code="2022-06")
        assert set(earlier.values_list("state", flat=True)) == {"approved"}

    def test_returns_say_who_and_when(self, whole):
        approved = Submission.objects.filter(state="approved")
        assert not approved.filter(Q(submitted_by=None) | Q(decided_by=None)).exists()
        assert not approved.filter(decided_at__lte=F("submitted_at")).exists()

    def test_zeros_small_denominators_and_nothing_due_occur(self, whole):
        petitions = Value.objects.filter(indicator__code="petitions_on_time")
        assert petitions.filter(numerator=0, denominator=0).exists()
        assert petitions.filter(denominator__range=(1, 3)).exists()
        assert not petitions.filter(denominator__gt=12).exists()
        assert Value.objects.filter(numerator=0, denominator=None, state="reported").exists()

    def test_cells_without_a_figure_say_why(self, whole):
        states = Counter(Value.objects.values_list("state", flat=True))
        assert min(states["not_available"], states["not_applicable"]) > 5
        assert not Value.objects.exclude(state="reported").filter(reason="").exists()

    def test_there_is_one_gross_outlier_and_it_is_explained(self, whole):
        outlier = Value.objects.filter(state="reported").exclude(reason="").get()
        others = Value.objects.filter(indicator=outlier.indicator, state="reported")
        assert outlier.numerator > 3 * max(each.numerator for each in others.exclude(pk=outlier.pk))
        assert outlier.submission.state == "approved"

    def test_the_district_reports_for_itself(self, whole):
        own = Value.objects.filter(submission__ward=None)
        assert set(own.values_list("indicator__level", flat=True)) == {"district"}
        fulltime = own.filter(indicator__code="council_fulltime")
        numbers = fulltime.order_by("submission__period__end").values_list("numerator", flat=True)
        assert list(numbers) == [2] * 4 + [4] * 4

    def test_wards_lost_a_quarter_of_their_posts_and_differ(self, whole):
        before, after = posts_by_ward(dt.date(2021, 6, 30)), posts_by_ward(REVIEW_DAY)
        assert (before.total(), after.total()) == (200, 150)
        assert len(set(after.values())) > 1

    def test_officers_are_of_working_age_and_rated_in_the_positions_of_the_law(self, whole):
        years = Assignment.objects.on(REVIEW_DAY).values_list("officer__birth_year", flat=True)
        assert all(22 <= 2022 - year <= 60 for year in years)
        assert set(Rating.objects.values_list("year", flat=True)) == {2020, 2021}
        codes = set(Position.objects.values_list("code", flat=True))
        assert {"chair", "deputy-chair", "military", "office", "land", "finance"} <= codes
        assert not Position.objects.filter(Q(source="") | Q(required_fields="")).exists()

    def test_all_six_states_of_a_milestone_occur_on_the_day_of_the_review(self, whole):
        found = {state_on(each, REVIEW_DAY) for each in whole.milestones.all()}
        assert found == {"done", "done late", "overdue", "not started", "at risk", "on track"}
        for milestone in whole.milestones.exclude(done=None):
            assert milestone.progress.last().percent == 100

    def test_people_are_named_after_their_rights_and_cannot_log_in_yet(self, whole):
        rights = {
            (each.user.username, each.role, (each.ward or each.district).code)
            for each in Membership.objects.select_related("user", "ward", "district")
        }
        assert rights >= {
            ("nhap.metri", "enter", demo.HOME),
            ("chutich.metri", "submit", demo.HOME),
            ("nhap.caudien", "enter", "00592"),
            ("phongnoivu", "review", "019"),
            ("tonghop", "submit", "019"),
            ("lanhdao", "browse", "019"),
        }
        assert User.objects.get(username="quantri").is_superuser
        chair = Assignment.objects.on(REVIEW_DAY).get(ward__code=demo.HOME, position__code="chair")
        assert User.objects.get(username="chutich.metri").full_name == chair.officer.full_name
        assert not any(user.has_usable_password() for user in User.objects.all())


# The log of changes ----------------------------------------------------------------------------


def test_histories_tell_the_life_of_a_return():
    demo.build(wards=2, months=2)
    submission = Submission.objects.filter(state="approved", ward__isnull=False).first()
    log = list(submission.history.order_by("history_date"))
    assert [each.state for each in log] == ["draft", "submitted", "approved"]
    assert [each.history_type for each in log] == ["+", "~", "~"]
    assert log[0].submitted_at is None
    assert log[2].decided_by == log[2].history_user
    for model in (Officer, Assignment, Establishment, Milestone, Progress):
        assert model.history.count() == model.objects.count(), model


def test_a_few_figures_were_corrected_and_the_last_of_their_history_is_the_figure():
    demo.build(wards=4, months=12)
    corrected = Value.history.filter(history_type="~")
    assert corrected
    assert Value.history.count() == Value.objects.count() + len(corrected)
    for entry in corrected:
        assert entry.numerator == Value.objects.get(pk=entry.id).numerator


# People and the command ------------------------------------------------------------------------


def test_accounts_change_the_passwords_of_the_demo_alone():
    own = User.objects.create_user("nguoithat", password="mat-khau-cua-toi")
    pilot = demo.build(wards=1, months=0, history=False)
    rows = demo.accounts(pilot, "ba-tu-dai-va-la")
    assert [username for username, *_rights in rows] == demo.USERNAMES
    users = User.objects.filter(username__in=demo.USERNAMES)
    assert {check_password("ba-tu-dai-va-la", user.password) for user in users} == {True}
    own.refresh_from_db()
    assert check_password("mat-khau-cua-toi", own.password)
    # The people of a small demo belong to its first ward.
    assert Membership.objects.get(user__username="nhap.metri").ward.code == "00592"


def test_index_766_is_real_and_open_to_the_district_people():
    pilot = demo.build_766()
    assert pilot.wards.count() == 11
    assert not pilot.illustrative
    assert not pilot.wards.filter(map_row__isnull=False).exists()
    roles = Membership.objects.filter(district=pilot.district).values_list("user__username", "role")
    assert set(roles) == {("phongnoivu", "review"), ("tonghop", "submit"), ("lanhdao", "browse")}


@pytest.fixture
def small(monkeypatch):
    """The command with a small demo: what is tested is the command."""
    whole = demo.build
    monkeypatch.setattr(demo, "build", lambda slug: whole(wards=1, months=1, slug=slug))


def counts():
    models = [Pilot, Period, Submission, Value, User, Officer, Milestone, Progress, Membership]
    return [model.objects.count() for model in models]


def test_the_second_run_changes_nothing_and_says_so(small, capsys):
    call_command("demo")
    assert set(Pilot.objects.values_list("slug", flat=True)) == {"nam-tu-liem", "chi-so-766"}
    Value.objects.filter(submission__period__pilot__slug="nam-tu-liem").first().delete()
    before, passwords = counts(), set(User.objects.values_list("username", "password"))
    capsys.readouterr()
    call_command("demo", password="mot-mat-khau-khac")
    assert counts() == before
    assert set(User.objects.values_list("username", "password")) == passwords
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_the_password_given_is_the_password_told(small, capsys):
    call_command("demo", password="ba-tu-dai-va-la")
    assert capsys.readouterr().out.count("ba-tu-dai-va-la") == len(demo.USERNAMES)
    assert check_password("ba-tu-dai-va-la", User.objects.get(username="quantri").password)


def test_a_weak_password_is_refused_and_people_who_are_there_are_not_taken_over(small):
    with pytest.raises(CommandError, match="password"):
        call_command("demo", password="ngan")
    User.objects.create_user("phongnoivu", password="mat-khau-cua-toi")
    with pytest.raises(CommandError, match="phongnoivu"):
        call_command("demo")
    assert not Pilot.objects.exists()


def test_an_interrupted_load_leaves_nothing(small, monkeypatch):
    def fails():
        raise RuntimeError("power cut")

    monkeypatch.setattr(demo, "build_766", fails)
    with pytest.raises(RuntimeError):
        call_command("demo")
    assert not any(counts())
