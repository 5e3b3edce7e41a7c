"""`python -m tests.faults`: officers save without a pause while the server is killed and restarted.

The server is the one of `deploy/demo.py`, on a database of its own: a SQLite file, or the empty
database that DATABASE_URL names. Each officer does as `static/js/entry.js`: one save at a time, sent
again with the same mark until it is answered; after a collision on with what was shown and a new
mark. Harsher than the page, an officer waits a tenth of a second where the page waits one and more,
and now and then hangs up before the answer. Prints a report as JSON; `faults` is what went wrong.
"""

import argparse
import collections
import contextlib
import dataclasses
import gzip
import http.client
import itertools
import json
import os
import random
import re
import secrets
import select
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
WARDS = 5
TIMEOUT = 20  # seconds, as htmx waits
PATIENCE = 45  # seconds for what is still under way at the end
SHOWN = re.compile(r'data-edit="([^"]*)"')
HANG_UP, EMPTY = 3, 4  # every how many saves, and every how many of one cell


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="of serving, between the kills")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--officers", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="so-ket-faults-") as folder:
        port = free_port()
        configure(Path(folder), port)
        officers = prepare(options.officers, port)
        report = run(Server(port, Path(folder) / "log"), officers, options)
    sys.stdout.write(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return bool(report["faults"])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configure(folder, port):
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "pilot.settings",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
    }
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'db.sqlite3'}")
    import django

    django.setup()


def prepare(number, port):
    """The database with a small pilot, and its officers, logged in. No return is begun yet."""
    from django.core.management import call_command
    from django.db import connections

    from pilot import demo
    from pilot.models import Indicator, Submission, Value
    from wards.models import User

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    # A save's answer names an icon alone; to compress what the pages need takes half a minute.
    skipped = ["*.js", "*.css", "*.woff2", "*.txt", "*.map", "*.scss"]
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=skipped)
    pilot = demo.build(wards=WARDS, months=2, history=False)
    for rows in (Submission.objects, Submission.history, Value.history):
        rows.all().delete()
    earlier, later = pilot.periods.filter(kind="month").order_by("start")
    asked = list(Indicator.objects.asked(later).exclude(kind="yes_no"))
    *alone, together = asked[: -(-number // WARDS) + 1]
    wards = itertools.cycle(pilot.wards.order_by("code"))
    officers = []
    for n, ward in zip(range(number), wards, strict=False):
        cells = [
            Cell(pilot.slug, later.code, ward.pk, alone[n // WARDS], shared=False),
            Cell(pilot.slug, earlier.code, ward.pk, together, shared=True),
        ]
        user = User.objects.create_user(f"officer{n}")
        user.memberships.create(ward=ward, role="enter")
        officers.append(Officer(user.pk, session(user), port, cells))
    connections.close_all()
    return officers


def session(user):
    """The cookie of somebody who has logged in; fifty real log-ins would only test the hash."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def run(server, officers, options):
    """Let everybody save while the server comes and goes; the report."""
    rng = random.Random(options.kills)  # noqa: S311
    spells = [rng.uniform(0.5, 1.5) for _spell in range(options.kills + 1)]
    server.start()
    begun, served = time.monotonic(), []
    for officer in officers:
        officer.server = server
        officer.start()
    for number, spell in enumerate(spells):
        if number:
            server.kill()
            server.start()
        served.append(time.monotonic())
        time.sleep(spell * options.seconds / sum(spells))
        served.append(time.monotonic())
    for officer in officers:
        officer.stopped = time.monotonic() + PATIENCE
    for officer in officers:
        officer.join()
    seconds = time.monotonic() - begun
    ended = server.process.poll()
    server.kill()
    entries = [entry for officer in officers for entry in officer.entries]
    return told(server, officers, entries, seconds, served) | {
        "faults": [
            *([] if ended is None else [f"the server ended by itself: {ended}"]),
            *itertools.chain.from_iterable(officer.faults for officer in officers),
            *faults(entries),
        ],
        "server_log": server.told(),
    }


def told(server, officers, entries, seconds, served):
    """What happened, in numbers. A save's time is that of one request that was answered.

    `answers_lost` are the saves that were kept, and sent again because no answer came.
    """
    from pilot.models import Value

    spells = list(zip(served[::2], served[1::2], strict=True))
    served = sum(end - start for start, end in spells)
    times = [each for officer in officers for each in officer.times]
    answered = sum(start <= at < end for at, _ms in times for start, end in spells)
    times = sorted(ms for _at, ms in times)
    log = Value.history.values_list("edit", "history_date")
    kept = {mark: at.timestamp() for mark, at in log}
    cut = collections.Counter(kill for officer in officers for kill in officer.cut)
    answers = collections.Counter(entry.status for entry in entries)
    return {
        "database": os.environ["DATABASE_URL"].partition(":")[0],
        "officers": len(officers),
        "kills": server.kills - 1,  # the last one ends the run
        "kills_that_cut_requests": len(set(cut) - {server.kills}),
        "requests_cut": cut.total(),
        "hung_up": sum(officer.hung_up for officer in officers),
        "saves": len(entries),
        "acknowledged": answers[200],
        "acknowledged_when_sent_again": sum(e.status == 200 and e.tried > 1 for e in entries),
        "answers_lost": sum(
            kept[entry.mark] < entry.last for entry in entries if entry.mark in kept
        ),
        "collisions": answers[409],
        "seconds": round(seconds, 1),
        "seconds_served": round(served, 1),
        "answers_a_second_served": round(answered / served, 1),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "worst_ms": round(times[-1], 1),
    }


# The server ------------------------------------------------------------------------------------


class Server:
    """The program as `deploy/demo.py` serves it, in a process group of its own."""

    def __init__(self, port, log):
        self.port, self.log = port, log
        self.kills = 0
        self.process = None

    def start(self):
        command = [
            Path(sys.executable).with_name("granian"),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", "2", "--blocking-threads", "2", "--log-level", "warning"),
            "pilot.wsgi:application",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        for _try in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(f"The server did not start: {self.log.read_text()[-2000:]}")
            if self.answers():
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError("The server did not start in time")

    def answers(self):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            line.request("GET", "/static/img/icons.svg")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def kill(self):
        """As the kernel does when memory runs out: all of it at once, with no word of warning."""
        self.kills += 1
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while self.listens():  # until its workers, who share the socket, are gone too
            time.sleep(0.01)

    def told(self):
        """What it said, but for the collisions, which are meant."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if "WARNING django.request Conflict:" not in line][-100:]

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


# The officers ----------------------------------------------------------------------------------


class Cell:
    """A cell that an officer enters; `base` is the mark of what they saw there."""

    def __repr__(self):
        return self.path

    def __init__(self, pilot, period, ward, indicator, *, shared):
        self.place = (period, ward, indicator.pk)
        self.path = f"/pilots/{pilot}/returns/{period}/{ward}/cells/{indicator.pk}/"
        self.ratio = indicator.kind == "ratio"
        self.shared = shared
        self.base = ""


@dataclasses.dataclass
class Entry:
    """One save: what was sent, and what came of it."""

    officer: int
    number: int
    cell: Cell
    content: dict | None  # None empties the cell
    base: str
    mark: str = dataclasses.field(default_factory=lambda: secrets.token_hex(16))
    tried: int = 0
    last: float = 0  # when it was sent the last time
    status: int | None = None

    @property
    def body(self):
        content = self.content or {"state": "reported", "numerator": "", "reason": ""}
        return urlencode(content | {"base": self.base, "edit": self.mark})


def headers(host, page, session, csrf):
    """What Chromium and htmx send with a save from the entry form at `page`, cookies included."""
    agent = "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
    return {
        "Host": host,
        "Connection": "keep-alive",
        "sec-ch-ua-platform": '"Windows"',
        "X-CSRFToken": csrf,
        "HX-Current-URL": f"http://{host}{page}",
        "sec-ch-ua": '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
        "sec-ch-ua-mobile": "?0",
        "HX-Request": "true",
        "HX-Target": "status-12",
        "User-Agent": f"Mozilla/5.0 {agent} Safari/537.36",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "*/*",
        "Origin": f"http://{host}",
        "Sec-Fetch-Site": "same-origin",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Dest": "empty",
        "Referer": f"http://{host}{page}",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "vi-VN,vi;q=0.9,en-US;q=0.8,en;q=0.7",
        "Cookie": f"csrftoken={csrf}; sessionid={session}; django_language=vi",
    }


class Officer(threading.Thread):
    def __init__(self, user, session, port, cells):
        super().__init__(daemon=True)
        self.user, self.cells, self.port = user, cells, port
        self.session, self.csrf = session, secrets.token_hex(16)
        self.server = None
        self.line = None  # the connection, kept open as a browser does
        self.stopped = None  # when to give up, once it is time to stop
        self.entries, self.faults, self.times, self.cut = [], [], [], []
        self.hung_up = 0

    def run(self):
        for number, cell in enumerate(itertools.cycle(self.cells)):
            if self.stopped:
                return
            entry = Entry(self.user, number, cell, self.content(number, cell), cell.base)
            self.entries.append(entry)
            self.save(entry, hang_up=number % HANG_UP == self.user % HANG_UP)

    def content(self, number, cell):
        """What is typed: no two are the same. Now and then a cell is emptied."""
        if cell.base and number // 2 % EMPTY == EMPTY - 1:
            return None
        typed = {"state": "reported", "numerator": str(number)}
        if cell.ratio:
            typed["denominator"] = str(number + 1)
        return typed | {"reason": f"cán bộ {self.user}, lần {number}"}

    def save(self, entry, hang_up):
        """Send it until it is answered."""
        while entry.status is None:
            if self.stopped and time.monotonic() > self.stopped:
                return
            entry.tried += 1
            entry.last = time.time()
            hangs_up = hang_up and entry.tried == 1
            answer = self.ask(entry, hangs_up)
            if answer:
                self.answered(entry, *answer)
            elif not hangs_up:
                time.sleep(random.uniform(0.05, 0.15))  # noqa: S311

    def answered(self, entry, status, text):
        if status not in (200, 409):
            self.faults.append(f"{status} for {entry}")
            return time.sleep(0.1)
        entry.status = status
        entry.cell.base = SHOWN.search(text)[1]
        if status == 200 and entry.cell.base != (entry.mark if entry.content else ""):
            self.faults.append(f"acknowledged, but another entry stands there: {entry}")
        if status == 409 and not entry.cell.shared:
            self.faults.append(f"a collision with oneself: {entry}")
        return None

    def ask(self, entry, hang_up):
        """(status, text) of one request, or None where the line broke."""
        kills, begun = self.server.kills, time.monotonic()
        page = entry.cell.path.partition("cells")[0]
        sent = headers(f"127.0.0.1:{self.port}", page, self.session, self.csrf)
        try:
            self.line = self.line or self.connected()
            self.line.request("POST", entry.cell.path, entry.body, sent)
            if hang_up:
                if (
                    entry.number // 2 % 2 == 0
                ):  # when the answer has come, as if it had been lost on the way
                    select.select([self.line.sock], [], [], TIMEOUT)
                self.hung_up += 1
                return self.hang_up()
            answer = self.line.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            if self.server.kills > kills:  # it was under way when the server was killed
                self.cut.append(self.server.kills)
            return self.hang_up()
        now = time.monotonic()
        self.times.append((now, (now - begun) * 1000))
        if answer.headers["Content-Encoding"] == "gzip":
            text = gzip.decompress(text)
        return answer.status, text.decode()

    def connected(self):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        line.connect()
        return line

    def hang_up(self):
        if self.line:
            self.line.close()
        self.line = None


# What is in the database afterwards ------------------------------------------------------------


def faults(entries):
    """What the log and the figures say otherwise than the officers were told, as sentences."""
    from pilot.models import Submission, Value

    sent = {entry.mark: entry for entry in entries}
    log = list(
        Value.history.select_related("submission__period").order_by("history_date", "history_id")
    )
    kept = collections.Counter(row.edit for row in log)
    for entry in entries:
        times = kept[entry.mark]
        if entry.status is None:
            yield f"never answered: {entry}"
        # A cell that somebody else has emptied already cannot be emptied.
        gone = entry.content is None and entry.cell.shared and times == 0
        if entry.status == 200 and times != 1 and not gone:
            yield f"acknowledged, but {times} times in the log: {entry}"
        if times > 1 or (times and entry.status == 409 and entry.tried == 1):
            yield f"{times} times in the log: {entry}"
    cells = collections.defaultdict(list)
    for row in log:
        place = (row.submission.period.code, row.submission.ward_id, row.indicator_id)
        cells[place].append(row)
        if row.edit not in sent:
            yield f"nobody sent {row.edit}"
        elif _content(row) != _sent(sent[row.edit]):
            yield f"kept otherwise than it was sent: {_content(row)}, {sent[row.edit]}"
    standing = {
        (value.submission.period.code, value.submission.ward_id, value.indicator_id): value
        for value in Value.objects.select_related("submission__period")
    }
    for place in cells.keys() | standing.keys():
        yield from _cell_faults(place, cells[place], standing.get(place), sent)
    begun = collections.Counter(Submission.history.values_list("id", flat=True))
    if len(begun) != Submission.objects.count() or set(begun.values()) != {1}:
        yield f"returns were not begun once each: {begun}"


def _content(row):
    """What a row of the log holds, in the form of `_sent`."""
    content = None
    if row.history_type != "-":
        content = (row.state, row.numerator, row.denominator, row.reason)
    place = (row.submission.period.code, row.submission.ward_id, row.indicator_id)
    return row.history_user_id, place, content


def _sent(entry):
    from decimal import Decimal

    content = None
    if entry.content:
        fields = (entry.content.get(name) for name in ("numerator", "denominator"))
        numbers = [None if text is None else Decimal(text) for text in fields]
        content = (entry.content["state"], *numbers, entry.content["reason"])
    return entry.officer, entry.cell.place, content


def _cell_faults(place, rows, value, sent):
    """One cell: its log in order, each entry made upon the one before, the last one standing."""
    if [row.history_id for row in rows] != sorted(row.history_id for row in rows):
        yield f"{place}: the log's times are not in its order"
    before = ""
    for row in rows:
        if row.edit in sent and sent[row.edit].base != before:
            yield f"{place}: entered over {before}, which nobody saw: {sent[row.edit]}"
        before = "" if row.history_type == "-" else row.edit
    orders = collections.defaultdict(list)
    places = {row.edit: number for number, row in enumerate(rows)}
    for entry in sent.values():
        if entry.cell.place == place and entry.status == 200 and entry.mark in places:
            orders[entry.officer].append(places[entry.mark])
    if any(order != sorted(order) for order in orders.values()):
        yield f"{place}: one officer's saves changed their order"
    if (value.edit if value else "") != before:
        yield f"{place}: {value and value.edit} stands there, the log ends with {before}"
    elif value:
        last = rows[-1]
        if value.content() != {name: getattr(last, name) for name in value.content()}:
            yield f"{place}: what stands there is not what the log says"


if __name__ == "__main__":
    sys.exit(main())
