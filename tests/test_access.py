"""Who may see what: one table of addresses and people. A new address without a row fails.

People are named after their rights. A stranger gets 404, a reader who would write 403, and whoever
is not logged in is sent to the log-in page.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import URLPattern, get_resolver, reverse

from pilot import demo
from pilot.models import Submission, Value
from wards import access
from wards.models import District, Membership, User, Ward

PASSWORD = "four-words-and-a-number-7"
PEOPLE = ["anonymous", "stranger", "ward", "other_ward", "leader", "reviewer", "admin"]
#                     anonymous stranger ward other leader reviewer admin
IN_OPEN = dict(zip(PEOPLE, [200, 302, 302, 302, 302, 302, 302], strict=True))
FOR_ALL = dict(zip(PEOPLE, [200] * 7, strict=True))
LOGGED_IN = dict(zip(PEOPLE, [302, 200, 200, 200, 200, 200, 200], strict=True))
DISTRICT = dict(zip(PEOPLE, [302, 404, 200, 200, 200, 200, 200], strict=True))
OWN_WARD = dict(zip(PEOPLE, [302, 404, 200, 404, 200, 200, 200], strict=True))
NOWHERE = dict(zip(PEOPLE, [302] * 7, strict=True))

TABLE = {
    # reports
    "home": dict(zip(PEOPLE, [302, 200, 302, 302, 302, 302, 302], strict=True)),
    "overview": DISTRICT,
    "overview_file": DISTRICT,
    "indicators": DISTRICT,
    "indicators_file": DISTRICT,
    "indicator": DISTRICT,
    "indicator_file": DISTRICT,
    "history_file": DISTRICT,
    "ward": OWN_WARD,
    "ward_file": OWN_WARD,
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
def people(pilot):
    """One user for each kind of right, and nobody with more than one."""
    own, other, _third = pilot.wards.order_by("sort_key")
    elsewhere = District.objects.create(code="999", name_vi="Quận Khác", valid_from="2020-01-01")
    rights = {
        "stranger": {"role": "review", "district": elsewhere},
        "ward": {"role": "enter", "ward": own},
        "other_ward": {"role": "submit", "ward": other},
        "leader": {"role": "browse", "district": pilot.district},
        "reviewer": {"role": "review", "district": pilot.district},
    }
    users = {"anonymous": None}
    for name, right in rights.items():
        users[name] = User.objects.create_user(name, password=PASSWORD)
        Membership.objects.create(user=users[name], **right)
    users["admin"] = User.objects.create_superuser("admin", password=PASSWORD)
    return users


def arguments(pilot, name):
    ward = pilot.wards.order_by("sort_key").first()
    theme, indicator = "service", "dossiers_on_time"
    return {
        "overview": [pilot.slug],
        "overview_file": [pilot.slug, "csv"],
        "indicators": [pilot.slug],
        "indicators_file": [pilot.slug, "xlsx"],
        "indicator": [pilot.slug, theme, indicator],
        "indicator_file": [pilot.slug, theme, indicator, "csv"],
        "history_file": [pilot.slug, theme, indicator, "xlsx"],
        "ward": [pilot.slug, ward.pk],
        "ward_file": [pilot.slug, ward.pk, "csv"],
        "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
    }.get(name, [])


def test_every_address_has_a_row_in_the_table():
    names = {name for route, name in addresses() if not route.startswith(ADMIN_PREFIX)}
    assert names == set(TABLE)


@pytest.mark.parametrize("name", list(TABLE))
def test_each_person_gets_what_the_table_says(client, pilot, people, name):
    given = arguments(pilot, name)
    url = reverse(name, kwargs=given) if isinstance(given, dict) else reverse(name, args=given)
    found = {}
    for person, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        found[person] = client.get(url).status_code
    assert found == TABLE[name]


def test_only_reading_is_allowed_on_the_screens(client, pilot, people):
    client.force_login(people["admin"])
    for name in ("home", "overview", "indicators", "indicator", "ward"):
        url = reverse(name, args=arguments(pilot, name))
        assert client.post(url).status_code == 405


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
    assert access.reviewer_of(people["reviewer"], pilot.district)
    assert not access.reviewer_of(people["stranger"], pilot.district)
    assert not access.reviewer_of(people["leader"], pilot.district)
    assert set(access.wards_for(people["stranger"])) == set()
    assert set(access.wards_for(people["leader"])) == set(
        Ward.objects.filter(district=pilot.district)
    )
