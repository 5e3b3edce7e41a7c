"""Who may see what: one table of addresses and people. A new address without a row fails.

People are named after their rights. A stranger gets 404, a reader who would write 403, and whoever
is not logged in is sent to the log-in page.
"""

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.urls import URLPattern, get_resolver, reverse

from pilot import demo, evidence
from pilot.models import Milestone, ProgressEvidence, Submission, Value
from wards import access
from wards.models import (
    Assignment,
    Establishment,
    Membership,
    Officer,
    Rating,
    User,
    Ward,
)

from .people import PEOPLE, sent

#                     anonymous stranger ward other leader reviewer admin
IN_OPEN = dict(zip(PEOPLE, [200, 302, 302, 302, 302, 302, 302], strict=True))
FOR_ALL = dict(zip(PEOPLE, [200] * 7, strict=True))
LOGGED_IN = dict(zip(PEOPLE, [302, 200, 200, 200, 200, 200, 200], strict=True))
DISTRICT = dict(zip(PEOPLE, [302, 404, 200, 200, 200, 200, 200], strict=True))
OWN_WARD = dict(zip(PEOPLE, [302, 404, 200, 404, 200, 200, 200], strict=True))
NAMES = dict(zip(PEOPLE, [302, 404, 200, 404, 403, 200, 200], strict=True))
KEEPERS = dict(zip(PEOPLE, [302, 404, 200, 404, 403, 200, 403], strict=True))
POSTS = dict(zip(PEOPLE, [302, 404, 403, 404, 403, 200, 200], strict=True))
SENT_ONLY = dict(zip(PEOPLE, [302, 405, 405, 405, 405, 405, 405], strict=True))
REVIEWER = dict(zip(PEOPLE, [302, 404, 403, 403, 403, 200, 200], strict=True))
ENTERING = dict(zip(PEOPLE, [302, 404, 200, 404, 403, 403, 403], strict=True))
NOWHERE = dict(zip(PEOPLE, [302] * 7, strict=True))

TABLE = {
    # pilot: the draft of a return, which the ward and reviewers may see
    "desk": LOGGED_IN,
    "entry": NAMES,
    "cell": NAMES,
    "comment": SENT_ONLY,
    "cell_evidence": SENT_ONLY,
    "evidence_file": NAMES,
    "paste": SENT_ONLY,
    "submit": NAMES,
    "effect": NAMES,
    "decide": SENT_ONLY,
    "reopen": SENT_ONLY,
    "queue": REVIEWER,
    "sheet": ENTERING,
    "upload": ENTERING,
    "import_sheet": SENT_ONLY,
    # reports
    "home": dict(zip(PEOPLE, [302, 200, 302, 302, 302, 302, 302], strict=True)),
    "districts": dict(zip(PEOPLE, [302, 404, 404, 404, 404, 404, 200], strict=True)),
    "districts_file": dict(zip(PEOPLE, [302, 404, 404, 404, 404, 404, 200], strict=True)),
    "overview": DISTRICT,
    "overview_file": DISTRICT,
    "indicators": DISTRICT,
    "indicators_file": DISTRICT,
    "indicator": DISTRICT,
    "indicator_file": DISTRICT,
    "part_file": DISTRICT,
    "theme": DISTRICT,
    "theme_file": DISTRICT,
    "theme_history_file": DISTRICT,
    "theme_series_file": DISTRICT,
    "origin": DISTRICT,
    "evaluation": DISTRICT,
    "evaluation_file": DISTRICT,
    "evaluation_part": DISTRICT,
    "origin_file": DISTRICT,
    "score": DISTRICT,
    "score_file": DISTRICT,
    "saved_views": DISTRICT,
    "saved_view_rename": SENT_ONLY,
    "saved_view_remove": SENT_ONLY,
    "workforce": DISTRICT,
    "workforce_file": DISTRICT,
    "workforce_part": DISTRICT,
    "quality": DISTRICT,
    "quality_file": DISTRICT,
    "schedule": DISTRICT,
    "schedule_file": DISTRICT,
    "ward": OWN_WARD,
    "ward_file": OWN_WARD,
    "ward_themes_file": OWN_WARD,
    # roster
    "staff": OWN_WARD,
    "posts": OWN_WARD,
    "officer": NAMES,
    "officer_add": KEEPERS,
    "officer_edit": KEEPERS,
    "assignment_add": KEEPERS,
    "assignment_end": KEEPERS,
    "assignment_correct": KEEPERS,
    "rating_add": KEEPERS,
    "rating_correct": KEEPERS,
    "roster_file": NAMES,
    "roster_upload": KEEPERS,
    "roster_import": SENT_ONLY,
    "posts_add": POSTS,
    "posts_correct": POSTS,
    # milestones
    "milestones": DISTRICT,
    "milestone": DISTRICT,
    "milestone_add": REVIEWER,
    "milestone_edit": REVIEWER,
    "milestone_remove": dict(zip(PEOPLE, [302, 405, 405, 405, 405, 405, 405], strict=True)),
    "progress_evidence": dict(zip(PEOPLE, [302, 404, 200, 403, 403, 200, 200], strict=True)),
    "people": REVIEWER,
    # language
    "set_language": NOWHERE,
    # accounts
    "account_login": IN_OPEN,
    "account_logout": dict(zip(PEOPLE, [302, 200, 200, 200, 200, 200, 200], strict=True)),
    "account_inactive": FOR_ALL,
    "account_signup": IN_OPEN,
    "account_reauthenticate": LOGGED_IN,
    "account_change_password": LOGGED_IN,
    "account_set_password": NOWHERE,
    "account_reset_password": FOR_ALL,
    "account_reset_password_done": FOR_ALL,
    "account_reset_password_from_key": FOR_ALL,
    "account_reset_password_from_key_done": FOR_ALL,
}
# Addresses of one return.
RETURN = [
    "entry",
    "paste",
    "submit",
    "effect",
    "decide",
    "reopen",
    "sheet",
    "upload",
    "import_sheet",
]
# Not a page of ours to be tried by name: tests/test_admin.py walks through the administration.
ADMIN_PREFIX = "admin/"


def addresses(patterns=None, prefix=""):
    """(route, name) of every address of the site."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.name
        else:
            yield from addresses(pattern.url_patterns, route)


@pytest.fixture
def ward_milestone(pilot, settings, tmp_path):
    """A milestone of the first ward, with a file that shows how far it has come."""
    settings.MEDIA_ROOT = tmp_path
    own = {"pilot": pilot, "code": "own", "ward": pilot.wards.order_by("sort_key").first()}
    names = {"name_vi": "Việc của phường", "owner_vi": "UBND phường"}
    days = {"start": dt.date(2022, 1, 1), "due": dt.date(2022, 3, 1)}
    milestone = Milestone.objects.create(**own, **names, **days)
    author = User.objects.get(username="nhap.metri")
    entry = milestone.report(author, 10, dt.date(2022, 1, 5), "bắt đầu")
    evidence.keep(SimpleUploadedFile("a.pdf", b"%PDF-1.7"), author, progress=entry)
    return milestone


@pytest.fixture
def draft(pilot, settings, tmp_path):
    """A return of the first ward that is not submitted, with a file."""
    settings.MEDIA_ROOT = tmp_path
    ward = pilot.wards.order_by("sort_key").first()
    found = Submission.objects.filter(period__pilot=pilot, ward=ward).latest("period__end")
    Submission.objects.filter(pk=found.pk).update(state="draft")
    author = User.objects.get(username="nhap.metri")
    evidence.keep(SimpleUploadedFile("b.pdf", b"%PDF-1.7"), author, submission=found)
    return found


OF_A_PILOT = {
    "queue",
    "milestones",
    "milestone_add",
    "people",
    "overview",
    "indicators",
    "evaluation",
    "evaluation_file",
    "score",
    "saved_views",
    "workforce",
    "quality",
    "schedule",
}
OF_A_WARD = {
    "staff",
    "posts",
    "officer_add",
    "roster_file",
    "roster_upload",
    "roster_import",
    "posts_add",
}


def arguments(pilot, name):
    """What stands in the address of this name: of the draft and the milestone where there are some."""
    ward = pilot.wards.order_by("sort_key").first()
    theme, indicator = "service", "dossiers_on_time"
    open_posts = ward.assignments.filter(end=None, concurrent=False)
    post = open_posts.filter(officer__ratings__isnull=False).first()
    officer = post.officer
    if given := _of_draft(pilot, ward, name) or _of_milestone(pilot, name):
        return given
    if name in ("sheet", "upload", "import_sheet"):
        return [pilot.slug, pilot.periods.filter(kind="month").latest("end").code, ward.pk]
    if name in OF_A_PILOT:
        return [pilot.slug]
    if name in OF_A_WARD:
        return [ward.pk]
    return {
        "overview_file": [pilot.slug, "csv"],
        "districts_file": ["xlsx"],
        "indicators_file": [pilot.slug, "xlsx"],
        "evaluation_part": [pilot.slug, "ranks", "csv"],
        "indicator": [pilot.slug, theme, indicator],
        "origin": [pilot.slug, theme, indicator],
        "origin_file": [pilot.slug, theme, indicator, "csv"],
        "score_file": [pilot.slug, "xlsx"],
        "saved_view_rename": [pilot.slug, 1],
        "saved_view_remove": [pilot.slug, 1],
        "indicator_file": [pilot.slug, theme, indicator, "csv"],
        "part_file": [pilot.slug, theme, indicator, "history", "xlsx"],
        "theme": [pilot.slug, theme],
        "theme_file": [pilot.slug, theme, "csv"],
        "theme_history_file": [pilot.slug, theme, "xlsx"],
        "theme_series_file": [pilot.slug, theme, "csv"],
        "workforce_file": [pilot.slug, "csv"],
        "workforce_part": [pilot.slug, "form", "xlsx"],
        "quality_file": [pilot.slug, "completeness", "csv"],
        "schedule_file": [pilot.slug, "plan", "xlsx"],
        "ward": [pilot.slug, ward.pk],
        "ward_file": [pilot.slug, ward.pk, "csv"],
        "ward_themes_file": [pilot.slug, ward.pk, "csv"],
        "officer": [ward.pk, officer.pk],
        "officer_edit": [ward.pk, officer.pk],
        "assignment_add": [ward.pk, officer.pk],
        "assignment_end": [ward.pk, post.pk],
        "assignment_correct": [ward.pk, post.pk],
        "rating_add": [ward.pk, officer.pk],
        "rating_correct": [ward.pk, officer.pk, officer.ratings.first().year],
        "posts_correct": [ward.pk, ward.establishment.first().pk],
        "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
    }.get(name, [])


def _of_draft(pilot, ward, name):
    drafts = Submission.objects.filter(period__pilot=pilot, ward=ward, state="draft")
    draft = drafts.select_related("period").first()
    if draft is None:
        return None
    place = [pilot.slug, draft.period.code, ward.pk]
    if name in ("cell", "comment", "cell_evidence"):
        return [*place, draft.values.first().indicator_id]
    if name == "evidence_file":
        return [*place, draft.evidence.get().pk]
    return place if name in RETURN else None


def _of_milestone(pilot, name):
    own = Milestone.objects.filter(pilot=pilot, code="own").first()
    if own and name in ("milestone", "milestone_edit", "milestone_remove"):
        return [pilot.slug, own.pk]
    if own and name == "progress_evidence":
        return [pilot.slug, own.pk, ProgressEvidence.objects.get(progress__milestone=own).pk]
    return None


def test_every_address_has_a_row_in_the_table():
    names = {name for route, name in addresses() if not route.startswith(ADMIN_PREFIX)}
    assert names == set(TABLE)


@pytest.mark.kept
@pytest.mark.parametrize("name", list(TABLE))
def test_each_person_gets_what_the_table_says(client, pilot, people, ward_milestone, draft, name):
    given = arguments(pilot, name)
    url = reverse(name, kwargs=given) if isinstance(given, dict) else reverse(name, args=given)
    found = {}
    for person, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        found[person] = client.get(url).status_code
    assert found == TABLE[name]


@pytest.mark.parametrize("name", ["upload", "import_sheet"])
def test_a_form_is_taken_from_those_who_enter_there_alone(client, pilot, people, name):
    url = reverse(name, args=arguments(pilot, name))
    found = {}
    for person in PEOPLE[1:]:
        client.force_login(people[person])
        found[person] = client.post(url, {"token": "x"}).status_code
    enters = 200 if name == "upload" else 302
    assert found == dict(zip(PEOPLE[1:], [404, enters, 404, 403, 403, 403], strict=True))


def test_only_reading_is_allowed_on_the_screens(client, pilot, people):
    client.force_login(people["admin"])
    for name in (
        "milestones",
        "home",
        "overview",
        "indicators",
        "indicator",
        "theme",
        "quality",
        "schedule",
        "ward",
        "staff",
        "officer",
        "posts",
        "people",
    ):
        url = reverse(name, args=arguments(pilot, name))
        assert client.post(url).status_code == 405


OPEN_TO_ALL = ("account_", "set_language")


def test_a_stranger_sends_in_vain_to_every_address_there_is(
    client, pilot, people, ward_milestone, draft
):
    histories = [model for model in apps.get_models() if model.__name__.startswith("Historical")]
    before = [model.objects.count() for model in histories]
    client.force_login(people["stranger"])
    for name in TABLE:
        if not name.startswith(OPEN_TO_ALL):
            given = arguments(pilot, name)
            answer = client.post(reverse(name, args=given), {"reason": "x", "text": "x"})
            assert answer.status_code in (404, 405), name
    assert [model.objects.count() for model in histories] == before


def test_progress_is_reported_by_the_wards_own_people_and_by_the_district_on_its_own(
    client, pilot, people, ward_milestone
):
    data = {"percent": 20, "day": "20/01/2022", "note": "làm tiếp"}
    url = reverse("milestone", args=[pilot.slug, ward_milestone.pk])
    #                           anonymous stranger ward other leader reviewer admin
    expected = dict(zip(PEOPLE, [302, 404, 302, 403, 403, 403, 403], strict=True))
    assert sent(client, people, url, data) == expected
    assert ward_milestone.progress.count() == 2
    Milestone.objects.filter(pk=ward_milestone.pk).update(ward=None)
    expected = dict(zip(PEOPLE, [302, 404, 403, 403, 403, 302, 403], strict=True))
    assert sent(client, people, url, data) == expected
    assert ward_milestone.progress.count() == 3


def test_the_plan_is_changed_by_reviewers(client, pilot, people, ward_milestone):
    plan = {"name_vi": "Việc mới", "owner_vi": "Phòng Nội vụ"}
    data = plan | {"start": "01/01/2022", "due": "01/02/2022"}
    expected = dict(zip(PEOPLE, [302, 404, 403, 403, 403, 302, 302], strict=True))
    before = pilot.milestones.count()
    assert sent(client, people, reverse("milestone_add", args=[pilot.slug]), data) == expected
    assert pilot.milestones.count() == before + 2
    for name, left in (("milestone_edit", 1), ("milestone_remove", 1)):
        seen = ward_milestone.history.first().pk
        url = reverse(name, args=[pilot.slug, ward_milestone.pk])
        found = sent(client, people, url, data | {"seen": seen})
        assert {p: found[p] for p in PEOPLE[:5]} == {p: expected[p] for p in PEOPLE[:5]}
        assert found["reviewer"] == 302
        assert Milestone.objects.filter(pk=ward_milestone.pk).count() == left
    assert Milestone.objects.get(pk=ward_milestone.pk).name == "Việc mới"


def test_the_administration_lets_in_staff_alone(client, people):
    for person, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        status = client.get("/admin/").status_code
        assert (status == 200) == (person == "admin"), person


def test_another_pilots_ward_and_indicator_are_not_found_under_this_one(client, pilot, people):
    other = demo.build_766()
    client.force_login(people["admin"])
    foreign = other.wards.first().pk
    assert client.get(f"/pilots/{pilot.slug}/wards/{foreign}/").status_code == 404
    assert client.get(f"/pilots/{pilot.slug}/indicators/tien_do/on_time/").status_code == 404
    assert client.get(f"/pilots/{pilot.slug}/?theme=tien_do").status_code == 400
    assert client.get(f"/pilots/{pilot.slug}/?period=2026-10-05").status_code == 400


@pytest.mark.parametrize("person", ["ward", "other_ward", "leader"])
def test_figures_not_approved_are_for_reviewers_alone(client, pilot, people, person):
    submission = Submission.objects.filter(ward__isnull=False, state="approved").latest(
        "period__end"
    )
    Submission.objects.filter(pk=submission.pk).update(state="submitted")
    Value.objects.filter(submission=submission, numerator__isnull=False).update(numerator=0)
    client.force_login(people[person])
    before = client.get(f"/pilots/{pilot.slug}/indicators.csv").content
    after = client.get(f"/pilots/{pilot.slug}/indicators.csv?counted=submitted").content
    assert before == after
    client.force_login(people["reviewer"])
    told = client.get(f"/pilots/{pilot.slug}/indicators.csv?counted=submitted").content
    assert told != before


FORMS = [name for name, found in TABLE.items() if found in (KEEPERS, POSTS)]
OF_A_ROW = [name for name in FORMS if name not in ("officer_add", "posts_add", "roster_upload")]


@pytest.mark.parametrize("name", [*FORMS, "roster_import"])
def test_whoever_may_not_change_the_roster_sends_in_vain_and_learns_nothing(
    client, pilot, people, name
):
    url = reverse(name, args=arguments(pilot, name))
    ward = pilot.wards.order_by("sort_key").first()
    secrets = [each.officer.full_name for each in ward.assignments.select_related("officer")]
    before = roster()
    for person, status in (KEEPERS if name == "roster_import" else TABLE[name]).items():
        if status in (403, 404):
            client.force_login(people[person])
            answer = client.post(url, {"remove": "on", "reason": "x", "posts": 99, "year": 2020})
            assert answer.status_code == status, person
            assert not [name for name in secrets if name in answer.content.decode()]
    assert roster() == before


@pytest.mark.parametrize("name", OF_A_ROW)
def test_another_wards_officers_posts_and_entries_are_not_found_under_ones_own(
    client, pilot, people, name
):
    other = pilot.wards.order_by("sort_key")[1]
    _ward, *guessed = arguments(pilot, name)
    person = "reviewer" if TABLE[name] is POSTS else "other_ward"
    client.force_login(people[person])
    url = reverse(name, args=[other.pk, *guessed])
    before = roster()
    assert client.get(url).status_code == 404
    assert client.post(url, {"remove": "on", "reason": "x"}).status_code == 404
    assert roster() == before


def roster():
    """Everything on all rosters."""
    tables = (Officer, Assignment, Rating, Establishment)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("person", ["leader", "browser"])
def test_whoever_only_browses_sees_no_name_on_any_page_of_the_roster(client, pilot, people, person):
    ward = pilot.wards.order_by("sort_key").first()
    people["browser"] = User.objects.create_user("browser")
    Membership.objects.create(user=people["browser"], role="browse", ward=ward)
    client.force_login(people[person])
    officers = Officer.objects.of(ward)
    for name, query in [("staff", {"q": "a", "former": "on"}), ("posts", {})]:
        page = client.get(reverse(name, args=[ward.pk]), query)
        assert page.status_code == 200
        assert not [each for each in officers if each.full_name in page.content.decode()]
    assert client.get(reverse("officer", args=arguments(pilot, "officer"))).status_code == 403
    assert client.get(reverse("officer", args=[ward.pk, 10**9])).status_code == 403


def test_numbers_that_no_row_can_bear_are_not_found(client, pilot, people):
    client.force_login(people["reviewer"])
    ward = pilot.wards.first().pk
    for place in ("officers/{0}/", "assignments/{0}/", "posts/{0}/", "officers/{0}/ratings/{0}/"):
        url = f"/wards/{ward}/staff/{place.format(10**30)}"
        assert client.get(url).status_code == 404
    assert client.get(f"/wards/{10**30}/staff/").status_code == 404


def test_all_wards_means_all_wards_for_whoever_may_open_one(client, pilot, people):
    pages = []
    for person in ("ward", "leader"):
        client.force_login(people[person])
        pages.append(client.get(f"/pilots/{pilot.slug}/overview.csv").content)
    assert pages[0] == pages[1]


# The doors themselves --------------------------------------------------------------------------


def test_a_ward_is_edited_by_those_who_enter_or_submit_there(pilot, people):
    ward = pilot.wards.order_by("sort_key").first()
    assert access.get_ward_to_edit(people["ward"], ward.pk) == ward
    for person, error in {
        "leader": PermissionDenied,
        "reviewer": PermissionDenied,
        "other_ward": Http404,
        "stranger": Http404,
    }.items():
        with pytest.raises(error):
            access.get_ward_to_edit(people[person], ward.pk)


def test_rights_end_at_the_district(pilot, people):
    reviewers = [
        name for name in PEOPLE[1:] if access.work_of(people[name]).reviewer_of(pilot.district)
    ]
    assert reviewers == ["reviewer", "admin"]
    assert set(access.wards_for(people["stranger"])) == set()
    assert set(access.wards_for(people["leader"])) == set(
        Ward.objects.filter(district=pilot.district)
    )
