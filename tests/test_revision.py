"""Nothing stale is shown: whatever changes a page says so by the district's revision.

Screens are kept and answered with 304 under `District.revision`. So each address that changes
something shown must increase it, in the same transaction; the others stand in HARMLESS, with why.
"""

import re

import pandas as pd
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pilot import frameworks
from pilot.figures import import_figures
from pilot.models import Indicator, Period, Submission, Value
from pilot.models.cells import new_mark
from reports import frames
from wards.models import District, Level, Membership, Theory, Training, User

from .test_access import TABLE, arguments, draft, ward_milestone

__all__ = ["draft", "ward_milestone"]  # fixtures

HARMLESS = {
    "cell": "a cell of an open return counts nowhere until the return is handed in",
    "entry": "the same, for a browser without scripts",
    "comment": "stands on the pages of entry alone, which are never kept",
    "cell_evidence": "stands on the pages of entry alone, which are never kept",
    "paste": "shows what would be put where, and keeps nothing",
    "upload": "shows what would be imported, and keeps nothing",
    "import_sheet": "fills cells of an open return",
    "roster_upload": "shows what would be imported, and keeps nothing",
    "saved_views": "a list of one's own, asked for each time its menu is opened",
    "saved_view_rename": "the same",
    "saved_view_remove": "the same",
    "set_language": "sets a cookie, and the language is a part of what answers are known by",
    "account_login": "changes a session, which is a part of what answers are known by",
    "account_logout": "the same",
    "account_signup": "closed: nobody signs up",
    "account_reauthenticate": "changes a session",
    "account_change_password": "a password is shown nowhere",
    "account_set_password": "a password is shown nowhere",
    "account_reset_password": "a password is shown nowhere",
    "account_reset_password_from_key": "a password is shown nowhere",
}


class Act:
    """Sends what a person would send, to change what is shown. A method is named after an address."""

    def __init__(self, client, pilot, people, draft):
        self.client, self.pilot, self.people, self.draft = client, pilot, people, draft
        self.ward = pilot.wards.order_by("sort_key").first()

    def as_(self, person):
        user = self.people.get(person) or User.objects.get(username=person)
        self.client.force_login(user)

    def post(self, name, args=None, **data):
        url = reverse(name, args=arguments(self.pilot, name) if args is None else args)
        return self.client.post(url, data)

    def form(self, name, person="ward", **typed):
        """Post the form of a page: what stands there, and what is typed."""
        self.as_(person)
        args = arguments(self.pilot, name)
        form = self.client.get(reverse(name, args=args)).context["form"]
        there = {field.html_name: field.value() for field in form}
        told = {key: value for key, value in (there | typed).items() if value not in (None, False)}
        told = {
            key: value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else value
            for key, value in told.items()
        }
        return self.client.post(reverse(name, args=args), told)

    # Returns

    def place(self):
        return [self.pilot.slug, self.draft.period.code, self.ward.pk]

    def submit(self):
        membership = Membership.objects.filter(ward=self.ward, role="submit").first()
        self.client.force_login(membership.user)
        return self.post("submit", self.place())

    def submitted(self):
        self.submit()
        self.draft.refresh_from_db()
        assert self.draft.state == "submitted"
        before = self.pilot.district.revision
        self.pilot.district.refresh_from_db()
        assert self.pilot.district.revision > before
        self.as_("reviewer")
        page = self.client.get(reverse("entry", args=self.place())).content.decode()
        return re.search(r'name="seen" value="([^"]+)"', page)[1]

    def decide(self):
        return self.post("decide", self.place(), seen=self.submitted(), decision="approve")

    def reopen(self):
        approved = Submission.objects.filter(period__pilot=self.pilot, state="approved")
        found = approved.filter(ward__isnull=False).select_related("period").first()
        self.as_("reviewer")
        place = [self.pilot.slug, found.period.code, found.ward_id]
        return self.post("reopen", place, reason="Phường đề nghị")

    def queue(self):
        self.submitted()
        page = self.client.get(reverse("queue", args=[self.pilot.slug])).content.decode()
        marks = re.findall(r'name="return" value="([^"]+)"', page)
        return self.post("queue", [self.pilot.slug], **{"return": marks})

    # Milestones

    def milestone(self):
        self.as_("ward")
        return self.post("milestone", percent=20, day="20/01/2022", note="làm tiếp")

    def plan(self, name, **more):
        self.as_("reviewer")
        days = {"start": "01/01/2022", "due": "01/02/2022"}
        names = {"name_vi": "Việc mới", "owner_vi": "Phòng Nội vụ"}
        return self.post(name, **days, **names, **more)

    def milestone_add(self):
        return self.plan("milestone_add")

    def seen(self):
        return self.pilot.milestones.get(code="own").history.first().pk

    def milestone_edit(self):
        return self.plan("milestone_edit", seen=self.seen())

    def milestone_remove(self):
        own = self.pilot.milestones.get(code="own")
        own.pk, own.code = None, "mistaken"  # nobody has reported on it
        own.save()
        self.as_("reviewer")
        seen = own.history.first().pk
        return self.post("milestone_remove", [self.pilot.slug, own.pk], seen=seen)

    # The roster

    def officer_add(self):
        position = self.ward.establishment.first().position_id
        new = {"full_name": "Lê Thị Bích Ngà", "birth_year": 1990, "gender": "f"}
        new |= {"level": Level.UNIVERSITY, "theory": Theory.ADVANCED, "training": Training.OFFICER}
        return self.form("officer_add", **new, position=position, start="01/07/2021")

    def officer_edit(self):
        return self.form("officer_edit", field="Luật", reason="Bổ sung")

    def assignment_add(self):
        other = self.ward.establishment.last().position_id
        post = {"position": other, "start": "01/07/2021", "concurrent": "on"}
        return self.form("assignment_add", **post)

    def assignment_end(self):
        return self.form("assignment_end", end="30/06/2022", reason="Nghỉ hưu")

    def assignment_correct(self):
        return self.form("assignment_correct", remove="on", reason="Nhầm")

    def rating_add(self):
        return self.form("rating_add", year=2016, grade="good")

    def rating_correct(self):
        return self.form("rating_correct", grade="good", reason="Nhầm")

    def posts_add(self):
        position = self.ward.establishment.first().position_id
        post = {"position": position, "posts": 9, "since": "01/07/2021", "decision": "9/QĐ"}
        return self.form("posts_add", "reviewer", **post)

    def posts_correct(self):
        return self.form("posts_correct", "reviewer", posts=9, reason="Nhầm")

    def roster_import(self):
        self.as_("ward")
        file = self.client.get(reverse("roster_file", args=[self.ward.pk]))
        content = changed(file.getvalue() if hasattr(file, "getvalue") else file.content)
        upload = SimpleUploadedFile("roster.xlsx", content)
        shown = self.client.post(reverse("roster_upload", args=[self.ward.pk]), {"file": upload})
        return self.post("roster_import", [self.ward.pk], token=shown.context["token"])


def changed(content):
    """The roster's form with another field of study for the first officer."""
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "Chuyên ngành đào tạo":
                    sheet.cell(cell.row + 1, cell.column, "Quản lý đất đai mới")
                    out = io.BytesIO()
                    book.save(out)
                    return out.getvalue()
    raise AssertionError("the form has no such column")


ACTS = [name for name in vars(Act) if name in TABLE]


@pytest.fixture
def act(client, pilot, people, draft, ward_milestone):
    return Act(client, pilot, people, draft)


def revision(pilot):
    return District.objects.get(pk=pilot.district_id).revision


def test_each_address_that_takes_a_post_is_tried_or_said_to_be_harmless(
    client, pilot, people, draft, ward_milestone
):
    client.raise_request_exception = False
    unsafe = set()
    for name in TABLE:
        given = arguments(pilot, name)
        url = reverse(name, kwargs=given) if isinstance(given, dict) else reverse(name, args=given)
        client.force_login(people["reviewer"])
        if client.post(url).status_code != 405:
            unsafe.add(name)
    told = {"account_inactive", "account_reset_password_done"}  # pages that read whatever is sent
    told |= {"account_reset_password_from_key_done"}
    assert unsafe - told == set(ACTS) | set(HARMLESS)


@pytest.mark.parametrize("name", ACTS)
def test_what_changes_a_page_increases_the_revision_of_its_district(act, pilot, name):
    before = revision(pilot)
    answer = getattr(act, name)()
    assert answer.status_code == 302, answer.context and answer.context.get("form").errors
    assert revision(pilot) > before


@pytest.mark.parametrize("name", ["cell", "comment"])
def test_what_is_harmless_changes_no_frame(act, pilot, draft, name):
    act.as_("ward")
    before = frames.live(pilot, including_submitted=True)
    value = draft.values.filter(indicator__code="dossiers_on_time").get()
    typed = {"numerator": "1", "denominator": "410", "state": "reported", "reason": ""}
    data = typed | {"base": value.edit, "edit": new_mark(), "text": "Xem lại"}
    url = reverse(name, args=[*act.place(), value.indicator_id])
    assert act.client.post(url, data).status_code in (200, 302)
    same(before, frames.live(pilot, including_submitted=True))


def same(one, other):
    for name in ("wards", "themes", "indicators", "targets", "periods", "submissions", "values"):
        found = (getattr(each, name) for each in (one, other))
        if name == "values":
            keys = ["ward", "period", "indicator"]
            found = (each.sort_values(keys, ignore_index=True) for each in found)
        pd.testing.assert_frame_equal(*found)


def test_every_post_to_the_administration_increases_every_revision(client, pilot, people):
    client.force_login(people["admin"])
    other = District.objects.exclude(pk=pilot.district_id).first()
    pages = [
        reverse("admin:pilot_indicator_change", args=[pilot.themes.first().indicators.first().pk]),
        reverse("admin:wards_ward_change", args=[pilot.wards.first().pk]),
        reverse("admin:pilot_pilot_changelist"),
        reverse("admin:wards_ward_import"),
        reverse("admin:wards_ward_delete", args=[pilot.wards.first().pk]),
    ]
    for url in pages:
        before = [revision(pilot), District.objects.get(pk=other.pk).revision]
        client.post(url, {"post": "yes"})
        after = [revision(pilot), District.objects.get(pk=other.pk).revision]
        assert [b < a for b, a in zip(before, after, strict=True)] == [True, True], url


def test_loading_a_framework_and_filling_the_periods_increase_it(pilot):
    before = revision(pilot)
    frameworks.load(pilot, frameworks.read("urban-government"))
    loaded = revision(pilot)
    assert loaded > before
    Period.objects.fill(pilot)
    assert revision(pilot) > loaded


def test_figures_from_a_file_increase_it(db):
    from pilot import demo

    pilot = demo.build_766()
    before = revision(pilot)
    path = frameworks.REFERENCE / "qd766-communes.csv"
    import_figures(path, "qd766", "2026-10-05", slug=pilot.slug)
    assert revision(pilot) > before


# Kept bundles ----------------------------------------------------------------------------------


@pytest.mark.kept
def test_kept_frames_equal_those_read_afresh_after_each_step_of_a_returns_life(act, pilot, draft):
    def check():
        pilot.district.refresh_from_db()
        same(frames.kept(pilot), frames.live(pilot, including_submitted=True))

    check()
    seen = act.submitted()
    check()
    act.post("decide", act.place(), seen=seen, decision="return", reason="Xem lại")
    draft.refresh_from_db()
    assert draft.state == "returned"
    check()
    act.decide()
    draft.refresh_from_db()
    assert draft.state == "approved"
    check()
    act.post("reopen", act.place(), reason="Nhầm")
    check()


# 304 -------------------------------------------------------------------------------------------


@pytest.fixture
def overview(client, pilot, people):
    """Asks for the overview as a person with the mark of an answer: the answer."""
    url = reverse("overview", args=[pilot.slug])
    client.force_login(people["leader"])

    def ask(tag=None, query="", **headers):
        marks = {"If-None-Match": tag} if tag else {}
        return client.get(url + query, headers=marks | headers)

    ask()  # brings the cookie that forms are known by, as the log-in page does
    return ask


@pytest.mark.kept
def test_the_same_person_is_told_that_nothing_changed_with_no_body_and_few_queries(overview):
    tag = overview()["ETag"]
    with CaptureQueriesContext(connection) as queries:
        answer = overview(tag)
    assert (answer.status_code, answer.content) == (304, b"")
    assert len(queries) <= 4


@pytest.mark.kept
def test_another_person_language_query_or_part_gets_the_page(client, overview, people):
    tag = overview()["ETag"]
    assert overview(tag, "?theme=service").status_code == 200
    assert overview(tag, **{"HX-Request": "true"}).status_code == 200
    client.cookies["django_language"] = "en"
    assert overview(tag).status_code == 200
    client.cookies["django_language"] = "vi"
    assert overview(tag).status_code == 304
    client.force_login(people["reviewer"])
    assert overview(tag).status_code == 200


@pytest.mark.kept
def test_after_an_approval_everybody_gets_the_page_anew(overview, act):
    tag = overview()["ETag"]
    act.client = Client()
    act.decide()
    answer = overview(tag)
    assert answer.status_code == 200
    assert answer["ETag"] != tag


@pytest.mark.kept
def test_a_message_that_waits_is_shown_and_not_kept(overview, act):
    act.as_("reviewer")
    tag = overview()["ETag"]
    act.decide()  # leaves a message
    first = overview(tag)
    assert first.status_code == 200
    assert "ETag" not in first
    again = overview()
    assert overview(again["ETag"]).status_code == 304


@pytest.mark.kept
def test_a_cell_changed_behind_the_back_shows_only_with_the_next_revision(pilot, overview):
    """What the rule costs: whoever writes to the database without `revise` is not seen."""
    tag = overview()["ETag"]
    ratio = Indicator.objects.filter(theme__pilot=pilot, kind="ratio")
    Value.objects.filter(indicator__in=ratio).update(numerator=0)
    assert overview(tag).status_code == 304
    District.objects.filter(pk=pilot.district_id).revise()
    assert overview(tag).status_code == 200
