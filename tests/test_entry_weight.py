"""What the save of one cell costs: queries in the database, bytes on the line."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pilot.models import Indicator, Submission, Value
from wards.models import User

from .faults import headers

BEFORE = "a" * 32  # the mark of what stands in the cell
REASON = "Mạng của bộ phận một cửa hỏng ba ngày, hồ sơ được nhận bằng giấy và nhập lại sau."
AROUND = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@pytest.fixture
def cell(client, pilot):
    """The address of a cell with two numbers in a return that was begun; its officer is logged in."""
    user = User.objects.get(username="nhap.metri")
    client.force_login(user)
    period, ward = pilot.periods.filter(kind="month").last(), user.memberships.get().ward
    submission = Submission.objects.get(period=period, ward=ward)
    Submission.objects.filter(pk=submission.pk).update(state="draft")
    indicator = Indicator.objects.get(theme__pilot=pilot, code="dossiers_on_time")
    Value.objects.filter(submission=submission, indicator=indicator).update(edit=BEFORE)
    return reverse("cell", args=[pilot.slug, period.code, ward.pk, indicator.pk])


def save(client, cell, base=BEFORE, **fields):
    """(answer, queries, the body that was sent) of one save, as entry.js sends it."""
    typed = {"numerator": "1204", "denominator": "1290", "state": "reported", "reason": ""}
    body = urlencode(typed | {"base": base, "edit": "b" * 32} | fields)
    line = {"HX-Request": "true"}
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(cell, body, "application/x-www-form-urlencoded", headers=line)
    asked = [each["sql"] for each in queries if not each["sql"].startswith(AROUND)]
    return answer, asked, body


def test_a_save_asks_eight_queries_of_the_database(client, cell):
    """Done 6, counted without what begins and ends the transaction; session and user are two."""
    changed, queries, _body = save(client, cell)
    assert (changed.status_code, len(queries)) == (200, 8)
    emptied, queries, _body = save(
        client, cell, "b" * 32, numerator="", denominator="", edit="c" * 32
    )
    assert (emptied.status_code, len(queries)) == (200, 8)
    first, queries, _body = save(client, cell, "", edit="d" * 32)
    assert (first.status_code, len(queries)) == (200, 8)
    again, queries, _body = save(client, cell, "", edit="d" * 32)
    assert (again.status_code, len(queries)) == (200, 6)


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ({}, 200),
        ({"numerator": "10", "reason": REASON}, 200),  # odd, and explained
        ({"numerator": "12", "denominator": "9"}, 422),
        ({"numerator": "1.204"}, 422),  # two readings to choose from
        ({"base": "e" * 32}, 409),  # with what somebody else entered
    ],
)
def test_a_save_and_its_answer_weigh_less_than_two_kilobytes(client, cell, case, status):
    """Done 6: each way, headers and cookies included, as Chromium and granian send them.

    Not compressed here; granian's answers to a browser are, and weigh less.
    """
    answer, _queries, body = save(client, cell, **case)
    assert answer.status_code == status
    host = "soket.namtuliem.hanoi.gov.vn"
    page = cell.partition("cells")[0]
    sent = headers(host, page, "s" * 32, "t" * 32) | {"Content-Length": str(len(body))}
    given = dict(answer.headers) | {"date": "Tue, 24 Nov 2026 05:00:00 GMT", "server": "granian"}
    assert weight(f"POST {cell} HTTP/1.1", sent, body.encode()) < 2000
    assert weight(f"HTTP/1.1 {status} Unprocessable Entity", given, answer.content) < 2000


def weight(first, headers, body):
    """Bytes of a message of HTTP/1.1; 2 and 3 send less."""
    lines = [first, *(f"{name}: {text}" for name, text in headers.items()), "", ""]
    return len("\r\n".join(lines).encode()) + len(body)
