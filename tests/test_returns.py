"""A return's life: entered cell by cell, submitted, decided; who may do what, and what is refused."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pilot import returns
from pilot.models import (
    Collision,
    Comment,
    Evidence,
    Indicator,
    Period,
    StepRefused,
    Submission,
    Value,
)
from pilot.models.cells import new_mark
from wards.models import Membership, User, Ward

from .people import PEOPLE, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(pilot, settings, tmp_path):
    """The last return of the first ward, complete and not submitted."""
    settings.MEDIA_ROOT = tmp_path
    ward = pilot.wards.order_by("sort_key").first()
    found = Submission.objects.filter(period__pilot=pilot, ward=ward, period__kind="month").latest(
        "period__end"
    )
    found.state, found.reason = "draft", ""
    found.submitted_at = found.first_submitted_at = found.decided_at = None
    found.submitted_by = found.decided_by = None
    found.save()
    assert set(found.asked()) == {each.indicator for each in found.values.all()}
    return found


@pytest.fixture
def chair(draft):
    return User.objects.get(
        pk=Membership.objects.get(
            ward=draft.ward, role="submit", user__username__startswith="chu"
        ).user_id
    )


@pytest.fixture
def reviewer():
    return User.objects.get(username="phongnoivu")


def place(submission):
    return [submission.period.pilot.slug, submission.period.code, submission.ward_id]


def cell(submission, code="dossiers_on_time"):
    """A value of the return and the address that saves it."""
    value = submission.values.select_related("indicator").get(indicator__code=code)
    return value, reverse("cell", args=[*place(submission), value.indicator_id])


def typed(numerator, denominator="", *, base="", edit=None, **more):
    given = {"numerator": numerator, "denominator": denominator, "state": "reported"}
    return given | {"reason": "", "base": base, "edit": edit or new_mark(), **more}


def log(submission):
    return Value.history.filter(submission_id=submission.pk).count()


# Entering --------------------------------------------------------------------------------------


def test_a_cell_is_kept_with_who_and_when_and_nothing_else_changes(client, draft, people):
    value, url = cell(draft)
    others = list(draft.values.exclude(pk=value.pk).values_list("pk", "edit"))
    client.force_login(people["ward"])
    answer = client.post(url, typed("401", "410", base=value.edit, edit="a" * 32))
    assert answer.status_code == 200
    value.refresh_from_db()
    assert (value.numerator, value.denominator, value.edit) == (401, 410, "a" * 32)
    assert value.history.first().history_user == people["ward"]
    assert list(draft.values.exclude(pk=value.pk).values_list("pk", "edit")) == others
    assert 'data-kind="saved"' in answer.content.decode()
    assert f'data-edit="{"a" * 32}"' in answer.content.decode()


def test_the_same_entry_sent_twice_is_kept_once_even_after_another_came_between(draft, people):
    value, _url = cell(draft)
    fields = value.content() | {"numerator": Decimal(1), "reason": "a"}
    other = value.content() | {"numerator": Decimal(2), "reason": "b"}
    seen = value.edit
    before = log(draft)
    with transaction.atomic():
        for _n in range(2):
            draft.enter(people["ward"], value.indicator, fields, seen, "first-entry-of-this")
        draft.enter(
            people["ward"], value.indicator, other, "first-entry-of-this", "second-entry-there"
        )
        with pytest.raises(Collision):  # it was kept once, and something else stands there since
            draft.enter(people["ward"], value.indicator, fields, seen, "first-entry-of-this")
    value.refresh_from_db()
    assert (value.numerator, log(draft) - before) == (2, 2)


def test_whoever_did_not_see_the_others_entry_cannot_overwrite_it(client, draft, people):
    value, url = cell(draft)
    client.force_login(people["ward"])
    client.post(url, typed("401", "410", base=value.edit))
    answer = client.post(url, typed("5", "410", base=value.edit))
    assert answer.status_code == 409
    assert "401/410" in answer.content.decode()
    value.refresh_from_db()
    assert value.numerator == 401


def test_an_emptied_cell_is_missing_and_its_ghost_is_not_overwritten_either(draft, people):
    value, _url = cell(draft)
    fields, seen = value.content(), value.edit
    draft.enter(people["ward"], value.indicator, None, seen, "emptied-by-somebody")
    assert not draft.values.filter(indicator=value.indicator).exists()
    other = fields | {"numerator": Decimal(1)}
    with pytest.raises(Collision):
        draft.enter(people["ward"], value.indicator, other, seen, "typed-over-the-old")
    last = Value.history.filter(submission_id=draft.pk, indicator=value.indicator).latest()
    assert (last.history_type, last.history_user, last.edit) == (
        "-",
        people["ward"],
        "emptied-by-somebody",
    )


@pytest.mark.parametrize(
    ("numerator", "denominator", "said"),
    [
        ("411", "410", "lớn hơn"),
        ("12,5", "410", "số nguyên"),
        ("-1", "410", "nhỏ hơn 0"),
        ("1.234", "410", "hai cách"),
        ("98 %", "410", "tỷ lệ"),
        ("mười", "410", "không phải là số"),
        ("401", "", "mẫu số"),
        ("9" * 60, "410", "không phải là số"),
        ("<script>", "410", "&lt;script&gt;"),
    ],
)
def test_what_cannot_be_right_is_refused_with_a_sentence_and_not_kept(
    client, draft, people, numerator, denominator, said
):
    value, url = cell(draft)
    before = log(draft)
    client.force_login(people["ward"])
    answer = client.post(url, typed(numerator, denominator, base=value.edit))
    assert answer.status_code == 422
    assert said.lower() in answer.content.decode().lower()
    assert log(draft) == before


def test_a_wrong_first_entry_begins_no_return(client, draft, people):
    _value, url = cell(draft)
    draft.delete()
    client.force_login(people["ward"])
    assert client.post(url, typed("2", "1")).status_code == 422
    assert not Submission.objects.filter(ward=draft.ward, period=draft.period).exists()
    assert client.post(url, typed("1", "2")).status_code == 200
    assert Submission.objects.get(ward=draft.ward, period=draft.period).state == "draft"


def test_zero_is_a_figure_and_no_figure_needs_a_reason(client, draft, people):
    value, url = cell(draft, "dossiers_overdue")
    client.force_login(people["ward"])
    assert client.post(url, typed("0", base=value.edit)).status_code == 200
    value.refresh_from_db()
    assert (value.state, value.numerator) == ("reported", 0)
    none = typed("7", base=value.edit, state="not_available")
    assert client.post(url, none).status_code == 422
    assert client.post(url, none | {"reason": "Hỏng sổ"}).status_code == 200
    value.refresh_from_db()
    assert (value.state, value.numerator, value.reason) == ("not_available", None, "Hỏng sổ")


def test_warnings_are_kept_and_ask_for_a_reason(client, draft, people):
    value, url = cell(draft)
    client.force_login(people["ward"])
    answer = client.post(url, typed("100", "400", base=value.edit)).content.decode()
    assert "data-open" in answer
    assert "nằm ngoài khoảng thường gặp" in answer
    assert "Thấp hơn nhiều so với kỳ trước" in answer
    value.refresh_from_db()
    explained = typed("100", "400", base=value.edit, reason="Mất điện 9 ngày")
    assert "data-open" not in client.post(url, explained).content.decode()


def test_the_form_without_scripts_keeps_what_is_right_and_tells_what_is_not(client, draft, people):
    client.force_login(people["ward"])
    url = reverse("entry", args=place(draft))
    good, bad = cell(draft)[0], cell(draft, "dossiers_overdue")[0]
    data = {}
    for value, text in ((good, "401"), (bad, "nhiều")):
        prefix = f"{value.indicator_id}-"
        fields = typed(text, "410" if value is good else "", base=value.edit, edit="")
        data |= {prefix + name: content for name, content in fields.items()}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "“nhiều” không phải là số" in answer.content.decode()
    assert 'value="nhiều"' in answer.content.decode()
    good.refresh_from_db()
    assert good.numerator == 401
    data[f"{bad.indicator_id}-numerator"] = "3"
    data[f"{good.indicator_id}-base"] = good.edit
    assert client.post(url, data).status_code == 302
    bad.refresh_from_db()
    assert bad.numerator == 3


def test_a_day_without_an_answer_is_not_thrown_away_in_silence(client, draft, people):
    value, url = cell(draft)
    Indicator.objects.filter(pk=value.indicator_id).update(kind="yes_no")
    value.delete()
    client.force_login(people["ward"])
    answer = client.post(url, typed("", happened_on="01/08/2021"))
    assert answer.status_code == 422
    assert "Thiếu số liệu" in answer.content.decode()


# Submitting and deciding -----------------------------------------------------------------------


def test_the_whole_way_leaves_who_and_when_at_every_step(draft, chair, reviewer):
    with time_machine.travel(dt.datetime(2021, 9, 20, 3, tzinfo=dt.UTC)):
        draft.submit(chair)
    assert draft.late
    draft.send_back(
        reviewer, draft.submitted_at, "Sai số", [(cell(draft)[0].indicator, "Đối chiếu")]
    )
    assert (draft.state, draft.reason) == ("returned", "Sai số")
    assert Comment.objects.get(submission=draft).asks
    assert len(asked(draft)) == 1
    first = draft.first_submitted_at
    draft.submit(chair)
    draft.approve(reviewer, draft.submitted_at)
    assert draft.first_submitted_at == first
    draft.reopen(reviewer, "Phường đề nghị sửa")
    assert asked(draft) == []  # that was mended and approved
    steps = [(step.state, step.history_user) for step in returns.steps(draft)][-5:]
    assert steps == [
        ("submitted", chair),
        ("returned", reviewer),
        ("submitted", chair),
        ("approved", reviewer),
        ("returned", reviewer),
    ]


def asked(submission):
    sheet = returns.Return(submission.period, submission.ward, submission)
    return [comment for cell in sheet.cells for comment in cell.asked]


def test_a_return_with_a_gap_cannot_be_submitted(draft, chair):
    value, _url = cell(draft)
    value.delete()
    with pytest.raises(StepRefused, match="1"):
        draft.submit(chair)
    assert draft.state == "draft"


def test_a_return_with_an_odd_figure_and_no_reason_cannot_be_submitted(draft, chair):
    value, _url = cell(draft)
    value.numerator, value.denominator, value.reason = 100, 400, ""
    value.save()
    with pytest.raises(StepRefused, match="1"):
        draft.submit(chair)
    assert Submission.objects.get(pk=draft.pk).state == "draft"
    value.reason = "Mất điện 9 ngày"
    value.save()
    draft.submit(chair)


@pytest.mark.parametrize("state", ["draft", "returned", "approved"])
def test_only_what_waits_is_decided_and_only_what_is_approved_is_reopened(
    draft, chair, reviewer, state
):
    draft.submit(chair)
    seen = draft.submitted_at
    Submission.objects.filter(pk=draft.pk).update(state=state, decided_at=seen, reason="x")
    with pytest.raises(StepRefused):
        draft.approve(reviewer, seen)
    with pytest.raises(StepRefused):
        draft.send_back(reviewer, seen, "Sai")
    if state != "approved":
        with pytest.raises(StepRefused):
            draft.reopen(reviewer, "Sai")


def test_reasons_are_required_and_nobody_decides_on_their_own_return(draft, chair, reviewer):
    draft.submit(chair)
    with pytest.raises(StepRefused):
        draft.send_back(reviewer, draft.submitted_at, "  ")
    with pytest.raises(StepRefused):
        draft.approve(chair, draft.submitted_at)
    assert Submission.objects.get(pk=draft.pk).state == "submitted"


def test_a_return_submitted_again_is_not_approved_from_an_old_page(draft, chair, reviewer):
    draft.submit(chair)
    seen = draft.submitted_at
    draft.send_back(reviewer, seen, "Sai")
    draft.submit(chair)
    with pytest.raises(StepRefused):
        draft.approve(reviewer, seen)


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_decides(draft, chair):
    """Ten times over: each time one succeeds and the other is told so."""
    reviewers = []
    for name in ("one", "two"):
        reviewers.append(User.objects.create_user(name))
        Membership.objects.create(
            user=reviewers[-1], role="review", district=draft.period.pilot.district
        )

    def decide(user, seen):
        try:
            submission = Submission.objects.select_related("period").get(pk=draft.pk)
            if user == reviewers[0]:
                submission.approve(user, seen)
            else:
                submission.send_back(user, seen, "Sai")
        except StepRefused:
            return "refused"
        else:
            return "decided"
        finally:
            connection.close()

    for _n in range(10):
        draft.submit(chair)
        with ThreadPoolExecutor(2) as pool:
            found = sorted(pool.map(decide, reviewers, [draft.submitted_at] * 2))
        assert found == ["decided", "refused"]
        Submission.objects.filter(pk=draft.pk).update(state="draft")
        draft.refresh_from_db()


# What is closed --------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", ["submitted", "approved", "locked", "dissolved", "not begun"])
def test_a_closed_return_refuses_every_entry_and_keeps_its_figures(
    client, draft, people, chair, closed
):
    value, url = cell(draft)
    draft.submit(chair)
    if closed == "approved":
        Submission.objects.filter(pk=draft.pk).update(
            state="approved", decided_at=draft.submitted_at
        )
    elif closed != "submitted":
        Submission.objects.filter(pk=draft.pk).update(state="draft")
    if closed == "dissolved":
        Ward.objects.filter(pk=draft.ward_id).update(valid_to=draft.period.start)
    if closed == "locked":
        Period.objects.filter(pk=draft.period_id).update(locked=True)
    before = log(draft)
    client.force_login(people["ward"])
    day = (
        dt.datetime(2020, 1, 1, tzinfo=dt.UTC) if closed == "not begun" else dt.datetime.now(dt.UTC)
    )
    with time_machine.travel(day, tick=False):
        client.force_login(people["ward"])
        answer = client.post(url, typed("1", "410", base=value.edit))
        gone = client.post(url, typed("", "", base=value.edit))
    assert (answer.status_code, gone.status_code) == (409, 409)
    assert log(draft) == before
    value.refresh_from_db()
    assert value.numerator != 1


def test_a_closed_return_takes_no_more_evidence(client, draft, people, chair):
    value, _url = cell(draft)
    draft.submit(chair)
    client.force_login(people["ward"])
    url = reverse("cell_evidence", args=[*place(draft), value.indicator_id])
    files = {"files": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
    answer = client.post(url, files, follow=True)
    assert "Phiếu đã trình quận" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_an_acknowledged_entry_sent_again_after_the_return_closed_is_still_acknowledged(
    client, draft, people, chair
):
    value, url = cell(draft)
    client.force_login(people["ward"])
    data = typed("401", "410", base=value.edit, reason="x")
    assert client.post(url, data).status_code == 200
    draft.submit(chair)
    before = log(draft)
    assert client.post(url, data).status_code == 200
    assert log(draft) == before


# Who may send what -----------------------------------------------------------------------------

#                     anonymous stranger ward other leader reviewer admin
ENTER = [302, 404, 200, 404, 403, 403, 403]
ANSWERED = [302, 404, 302, 404, 403, 302, 302]
REVIEW = [302, 404, 403, 404, 403, 302, 403]
SENT = {
    "cell": ENTER,
    "paste": ENTER,
    "entry": [302, 404, 302, 404, 403, 403, 403],
    "comment": ANSWERED,
    "cell_evidence": [302, 404, 302, 404, 403, 403, 403],
    "submit": [302, 404, 403, 404, 403, 403, 403],
    "decide": REVIEW,
    "reopen": REVIEW,
    "queue": [302, 404, 403, 403, 403, 302, 403],
}


@pytest.mark.parametrize("name", list(SENT))
def test_each_person_may_send_what_the_table_says(client, draft, people, name):
    value, _url = cell(draft)
    args = [draft.period.pilot.slug] if name == "queue" else place(draft)
    args += [value.indicator_id] if name in ("cell", "comment", "cell_evidence") else []
    data = {
        "cell": typed("401", "410", base=value.edit),
        "paste": {"order": str(value.indicator_id)},
        "comment": {"text": "Đã đối chiếu"},
        "decide": {"seen": "x", "decision": "approve"},
        "reopen": {"reason": "x"},
    }.get(name, {})
    if name == "cell_evidence":
        data = {"files": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
    url = reverse(name, args=args)
    allowed = [person for person, status in zip(PEOPLE, SENT[name], strict=True) if status < 303]
    before = (log(draft), Comment.objects.count(), Evidence.objects.count())
    silenced = {person: user for person, user in people.items() if person not in allowed}
    sent(client, silenced, url, data)
    assert (log(draft), Comment.objects.count(), Evidence.objects.count()) == before
    assert sent(client, people, url, data) == dict(zip(PEOPLE, SENT[name], strict=True))


@pytest.mark.django_db(transaction=True)  # the lock of a return needs a transaction of the view's
def test_whoever_has_the_right_to_submit_submits(client, draft, chair):
    before = Submission.history.filter(id=draft.pk, state="submitted").count()
    client.force_login(chair)
    assert client.post(reverse("submit", args=place(draft))).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_by) == ("submitted", chair)
    # There is nothing more to hand in: the page leads to the return, and a second click changes nothing.
    url = reverse("submit", args=place(draft))
    assert client.get(url).url == client.post(url, follow=False).url.removesuffix("submit/")
    assert Submission.history.filter(id=draft.pk, state="submitted").count() == before + 1


def test_what_a_stranger_is_told_names_no_figure(client, draft, people):
    value, url = cell(draft)
    Value.objects.filter(pk=value.pk).update(numerator=765_432, denominator=876_543)
    for person in ("stranger", "other_ward", "leader"):
        client.force_login(people[person])
        for answer in (
            client.get(url),
            client.post(url, typed("1", "2")),
            client.get(reverse("entry", args=place(draft))),
        ):
            assert b"765" not in answer.content


def test_another_wards_or_pilots_cell_is_not_found(client, draft, people):
    client.force_login(people["ward"])
    district = Indicator.objects.filter(level="district").first()
    quarterly = Indicator.objects.filter(level="ward", frequency="quarter").first()
    for indicator in (district.pk, quarterly.pk, 999_999):
        url = reverse("cell", args=[*place(draft), indicator])
        assert client.post(url, typed("1", "2")).status_code == 404
        assert client.get(url).status_code == 404
    for period in ("2021-13", "1999-01", "2021-Q9"):
        assert (
            client.get(f"/pilots/nam-tu-liem/returns/{period}/{draft.ward_id}/").status_code == 404
        )


def test_odd_requests_are_answered_and_not_errors(client, draft, people, chair, reviewer):
    value, url = cell(draft)
    client.force_login(people["ward"])
    for path in (f"{draft.ward_id}/", f"{draft.ward_id}/effect/", "district/"):
        assert client.get(f"/pilots/nam-tu-liem/returns/a%00b/{path}").status_code == 404
    for field in ("numerator", "reason", "base", "edit", "state"):
        assert client.post(url, typed("1", "2") | {field: "0\0" * 10}).status_code == 422
    for order in ("9" * 5000, f"x {value.indicator_id}"):
        answer = client.post(reverse("paste", args=place(draft)), {"order": order})
        assert answer.status_code == 200
    draft.submit(chair)
    client.force_login(reviewer)
    decision = {"seen": returns.Return(draft.period, draft.ward, draft).mark, "decision": "return"}
    decision |= {"reason": "Sai", f"reason-{value.indicator_id}": "a\0b"}
    assert client.post(reverse("decide", args=place(draft)), decision).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted"


# The queue -------------------------------------------------------------------------------------


def test_unflagged_returns_are_approved_together_and_flagged_ones_are_not(client, pilot, reviewer):
    found = Submission.objects.filter(period__pilot=pilot, ward__isnull=False, state="approved")
    for submission in found:
        submission.state, submission.decided_at = "submitted", None
        submission.save()
    waiting = returns.waiting(pilot)
    flagged = {each.mark for each in waiting if each.flagged}
    assert 0 < len(flagged) < len(waiting)
    client.force_login(reviewer)
    url = reverse("queue", args=[pilot.slug])
    page = client.get(url).content.decode()
    assert all((each.mark in page) != (each.mark in flagged) for each in waiting)
    marks = [each.mark for each in waiting] + ["1 yesterday"]
    page = client.post(url, {"return": marks}, follow=True).content.decode()
    left = returns.waiting(pilot)
    assert {each.mark for each in left} == flagged
    assert f"Đã duyệt {len(waiting) - len(flagged)} phiếu" in page


def test_the_queue_says_what_changed_since_the_return_was_last_submitted(draft, chair, reviewer):
    draft.submit(chair)
    assert returns.changes([draft]) == {draft.pk: {}}
    draft.send_back(reviewer, draft.submitted_at, "Sai")
    value, _url = cell(draft)
    before = value.content()
    fields = before | {"numerator": value.numerator - 1}
    draft.enter(chair, value.indicator, fields, value.edit, "mended-as-was-asked")
    assert returns.changes([draft]) == {draft.pk: {value.indicator_id: before}}
    draft.submit(chair)
    assert returns.changes([draft]) == {draft.pk: {value.indicator_id: before}}
    (sheet,) = [each for each in returns.waiting(draft.period.pilot) if each.submission == draft]
    assert [each.indicator for each in sheet.changed] == [value.indicator]


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_pages_cost_the_same_for_few_and_many(client, draft, chair, reviewer, people):
    pilot = draft.period.pilot
    client.force_login(reviewer)
    url = reverse("queue", args=[pilot.slug])
    draft.submit(chair)
    few = queries(client, url)
    Submission.objects.filter(period__pilot=pilot).update(state="submitted")
    assert queries(client, url) <= few
    assert few <= 16
    Submission.objects.filter(pk=draft.pk).update(state="draft")
    client.force_login(people["ward"])
    assert queries(client, reverse("entry", args=place(draft))) <= 20
    assert queries(client, reverse("desk")) <= 17
