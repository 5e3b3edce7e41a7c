"""Every save that was acknowledged is there exactly once, whatever became of server and line."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from pilot.models import Collision, Submission, Value
from wards.models import User

ROOT = Path(__file__).resolve().parent.parent
SECONDS = os.environ.get("FAULT_SECONDS", "6")  # of serving, between the kills
# The server has a database of its own, of the kind that the tests run on; hence the mark for it too.
pytestmark = pytest.mark.django_db


@pytest.fixture
def database():
    """DATABASE_URL of an empty database beside the tests' own; None makes a SQLite file."""
    url = os.environ["DATABASE_URL"]
    if url.startswith("sqlite"):
        yield None
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create database faults")
        try:
            yield urlsplit(url)._replace(path="/faults").geturl()
        finally:
            connection.execute("drop database faults with (force)")


def test_every_acknowledged_save_outlives_five_kills_of_the_server(database):
    """Done 3: 50 officers saving without a pause while the server is killed and started again."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    if database:
        environment["DATABASE_URL"] = database
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--seconds", SECONDS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.stdout, run.stderr
    report = json.loads(run.stdout)
    assert report["faults"] == [], report["server_log"]
    # Otherwise nothing was tried.
    assert report["kills"] == report["kills_that_cut_requests"] == 5, report
    assert report["acknowledged"] > 50, report
    assert min(report["collisions"], report["answers_lost"]) > 0, report


# Sent again, because the answer was lost: what if somebody else was there meanwhile? ---------------


@pytest.fixture
def enter(pilot):
    """Enter a number, or None, into a cell that is empty at first: (number, base, mark) -> Value."""
    user = User.objects.get(username="nhap.metri")
    period, ward = pilot.periods.filter(kind="month").last(), user.memberships.get().ward
    Submission.objects.filter(period=period, ward=ward).delete()
    submission = Submission.objects.claim(pilot.slug, period.code, ward)
    indicator = submission.asked().get(code="breaches")

    def enter(number, base, mark):
        fields = {"state": "reported", "numerator": number and Decimal(number), "reason": ""}
        fields |= {"denominator": None, "happened_on": None}
        return submission.enter(user, indicator, fields if number else None, base, mark)

    return enter


def test_an_entry_sent_again_is_kept_once(enter):
    enter(3, "", "mine")
    assert enter(3, "", "mine").numerator == 3
    assert enter(None, "mine", "gone") is None
    assert enter(None, "mine", "gone") is None
    kept = Value.history.filter(edit__in=["mine", "gone"]).order_by("history_id")
    assert list(kept.values_list("edit", "history_type")) == [("mine", "+"), ("gone", "-")]


def test_who_sends_again_is_told_what_was_entered_over_it(enter):
    """Told "saved", they would save over the other's figure next without having seen it."""
    enter(3, "", "mine")
    enter(5, "mine", "theirs")
    with pytest.raises(Collision) as found:
        enter(3, "", "mine")
    assert found.value.value.edit == "theirs"


def test_an_entry_sent_again_does_not_fill_a_cell_that_was_emptied_since(enter):
    enter(3, "", "mine")
    enter(None, "mine", "gone")
    with pytest.raises(Collision):
        enter(3, "", "mine")
    assert not Value.objects.filter(edit="mine").exists()
    assert Value.history.filter(edit="mine").count() == 1
