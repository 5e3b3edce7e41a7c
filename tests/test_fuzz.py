"""Whatever stands in an address: an answer that was meant, and nothing that is not for the reader.

Every page and file of a pilot is found from the addresses themselves, so a new one is tried as soon
as it has its row in tests/test_access.py. A mark is planted in a draft, in a return that waits for
approval and in another district's pilot, and must never be met by those who may not see it.
"""

import io
import random
import re
import zipfile
from importlib import import_module
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilot import demo
from pilot.models import Comment, Submission, Value
from reports.forms import FilterForm
from wards.models import District

from .people import PEOPLE
from .test_access import SENT_ONLY, TABLE, addresses, arguments, draft, ward_milestone

__all__ = ["draft", "ward_milestone"]  # fixtures

PLACE = "pilots/<slug:pilot>/"
PLACES = [
    name
    for route, name in addresses()
    if route.startswith(PLACE) and name in TABLE and TABLE[name] != SENT_ONLY
]
# What shows figures and nothing else: no draft is met there, whoever looks.
REPORTS = import_module("reports.urls").urlpatterns  # after the site's own, whose words they use
SCREENS = {each.name for each in REPORTS} - {"effect", "home"}
DRAFT, WAITING, FOREIGN = 7654321, 6543217, 5432176
MARK = {DRAFT: "dấu-nháp", WAITING: "dấu-chờ", FOREIGN: "dấu-lạ"}

NAMES = [*FilterForm.base_fields, "q", "day", "page", "sort", "", "x[]", "period ", "__proto__"]
VALUES = [
    *("2022-06", "2022-Q2", "2022", "service", "staff", "submitted", "approved", "1", "7", "all"),
    *("", "0", "-1", "1.5", "1e9", "NaN", "null", "true", "None", "9" * 40, "9" * 4000, "x" * 9000),
    *(
        "\x00",
        "a\x00b",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        "đ",
        "１",
    ),
    *("' or 1=1 --", "<script>alert(1)</script>", "../../etc/passwd", "%s%d", "{0}", "\r\nX: y"),
    *("2022-06-31", "31/02/2022", "2022-13", "period", "\u202e", "\ufeff", "[]", "{}", "--"),
]
RAW = ["&&&", "=", "?", "%", "%ff%fe=%c3%28", "period=%00", "period", "a=1;b=2", "period[]=2022-06"]


def planted(value, **of):
    """The mark in every figure of some returns, as numerator, denominator, reason and comment."""
    rows = Value.objects.filter(numerator__isnull=False, **of)
    rows.filter(denominator__isnull=False).update(denominator=value)
    rows.update(numerator=value, reason=MARK[value])
    for row in rows.select_related("submission")[:40]:
        author = row.submission.submitted_by or row.submission.decided_by
        if author:
            Comment.objects.create(
                submission=row.submission, indicator_id=row.indicator_id, author=author,
                text=MARK[value],
            )  # fmt: skip


@pytest.fixture
def trap(pilot, people, ward_milestone, draft):
    """The pilot with its marks, and a pilot of another district in which everything is a mark."""
    waiting = Submission.objects.filter(period__pilot=pilot, state="approved", ward__isnull=False)
    waiting = waiting.exclude(ward=draft.ward).latest("period__end")
    Submission.objects.filter(pk=waiting.pk).update(state="submitted")
    planted(DRAFT, submission=draft)
    planted(WAITING, submission=waiting)
    foreign = demo.build_766()
    foreign.district = District.objects.create(
        code="998", name_vi="Quận Lạ", valid_from="2020-01-01"
    )
    foreign.save()
    planted(FOREIGN, submission__period__pilot=foreign)
    return pilot


def text_of(answer):
    """The answer as text, a workbook unpacked, without what stands between the digits of a number."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"".join(map(parts.read, parts.namelist()))
    return re.sub(r"(?<=\d)[.,\u00a0\u202f](?=\d)", "", content.decode("utf-8", "replace"))


def hidden(name, person, query):
    """The marks that `person` must not meet there."""
    marks = {FOREIGN}
    if name in SCREENS:
        marks.add(DRAFT)  # not even for its author: what is typed counts nowhere
    elif person not in ("ward", "reviewer", "admin"):
        marks.add(DRAFT)
    reviews = person in ("reviewer", "admin")
    if not reviews or (name in SCREENS and "submitted" not in query):
        marks.add(WAITING)
    return marks


def tried(client, pilot, people, name, person, query, headers=None):
    """One request: its status is one that was meant, and no mark is met. Returns the status."""
    url = reverse(name, args=arguments(pilot, name))
    client.logout()
    if people[person]:
        client.force_login(people[person])
    answer = client.get(f"{url}?{query}", headers=headers or {})
    meant = TABLE[name][person]
    # A log-in page cannot lead back to an address that no browser takes: that is a 400 as well.
    allowed = {200: {200, 400, 404}, 403: {403, 400, 404}, 302: {302, 400}}.get(meant, {meant})
    assert answer.status_code in allowed, (name, person, query[:200])
    text = text_of(answer)
    for mark in hidden(name, person, query):
        assert str(mark) not in text, (name, person, query[:200])
        assert MARK[mark] not in text, (name, person, query[:200])
    return answer.status_code


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
PAIRS = st.lists(
    st.tuples(
        st.sampled_from(NAMES) | st.text(max_size=8),
        st.sampled_from(VALUES) | st.text(max_size=20) | st.integers().map(str),
    ),
    max_size=6,
)
HEADERS = [{}, {"HX-Request": "true", "HX-Target": "screen"},
           {"HX-Request": "true", "HX-Target": "drawer-body"}]  # fmt: skip


def encoded(pairs):
    return urlencode([tuple(each.encode("utf-8", "replace") for each in pair) for pair in pairs])


def test_there_is_something_to_try():
    assert {"overview", "indicators_file", "indicator", "origin", "score_file", "entry"} <= set(
        PLACES
    )


@pytest.mark.kept
def test_every_address_answers_the_oddest_queries(client, trap, people):
    chance = random.Random(3)  # noqa: S311
    statuses = set()
    for name in PLACES:
        odd = [
            encoded([(chance.choice(NAMES), chance.choice(VALUES))]),
            encoded([("period", chance.choice(VALUES)), ("period", "2022-06")]),
            chance.choice(RAW),
        ]
        for query in ["counted=submitted", *odd]:
            person = chance.choice(PEOPLE)
            statuses.add(tried(client, trap, people, name, person, query, chance.choice(HEADERS)))
        tried(client, trap, people, name, "leader", "counted=submitted")
    assert statuses >= {200, 400, 404}


@pytest.mark.kept
@settings(max_examples=80, suppress_health_check=QUIET)
@given(
    st.sampled_from(PLACES), st.sampled_from(PEOPLE), PAIRS.map(encoded) | st.sampled_from(RAW),
    st.sampled_from(HEADERS),
)  # fmt: skip
def test_no_query_string_brings_an_error_or_what_is_not_for_the_reader(
    client, trap, people, name, person, query, headers
):
    tried(client, trap, people, name, person, query, headers)


@pytest.mark.kept
def test_reviewers_meet_the_waiting_figures_where_they_ask_for_them(client, trap, people):
    """The traps are live: who may see a mark does."""
    client.force_login(people["reviewer"])
    waiting = Submission.objects.select_related("period").filter(values__numerator=WAITING).first()
    query = f"?period={waiting.period.code}&counted=submitted"
    page = client.get(reverse("ward", args=[trap.slug, waiting.ward_id]) + query)
    assert str(WAITING) in text_of(page)
    client.force_login(people["ward"])
    assert str(DRAFT) in text_of(client.get(reverse("entry", args=arguments(trap, "entry"))))
    client.force_login(people["admin"])
    foreign = client.get(reverse("indicators_file", args=["chi-so-766", "csv"]))
    assert MARK[FOREIGN] in text_of(client.get("/pilots/chi-so-766/")) or foreign.status_code == 200


@pytest.mark.kept
@pytest.mark.once
def test_a_draft_changes_no_screen_by_a_single_sign(client, pilot, people, draft, ward_milestone):
    """What a mark would not show, such as a sum with it inside, a comparison does."""

    def look():
        found = {}
        for name in sorted(SCREENS & set(PLACES)):
            text = text_of(client.get(reverse(name, args=arguments(pilot, name))))
            found[name] = re.sub(r'csrfmiddlewaretoken" value="\w+"|<dcterms:\w+.*?Z<', "", text)
        return found

    client.force_login(people["leader"])
    before = look()
    planted(DRAFT, submission=draft)
    District.objects.all().revise()
    after = look()
    assert [name for name in before if before[name] != after[name]] == []
