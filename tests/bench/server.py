"""What the server takes for each screen: by the test client, DEBUG off, one request at a time."""

import gzip
import itertools
import os
import subprocess
import sys

from django.db import connection
from django.test import Client
from django.urls import reverse

from pilot.models import Pilot
from reports import frames, measures
from wards.models import User

from .clock import aim, line, p50, say, timed

SUMS = """
    select v.indicator_id, s.period_id, sum(v.numerator), sum(v.denominator), count(*)
    from pilot_value v join pilot_submission s on s.id = v.submission_id
    join pilot_period p on p.id = s.period_id
    where p.pilot_id = %s and s.state = 'approved' and v.state = 'reported'
    group by v.indicator_id, s.period_id
"""
AIMS = {"M": ("roll-up of all districts", 150), "L": ("roll-up of the nation", 1000)}


def screens(pilot):
    """The addresses of the first pilot's screens by name."""
    ward = pilot.wards.first().pk
    places = [
        *(("overview", []), ("indicators", []), ("indicator", ["t1", "t1-i1"]), ("ward", [ward])),
        *(("theme", ["t1"]), ("origin", ["t1", "t1-i1"]), ("evaluation", []), ("workforce", [])),
        *(("quality", []), ("schedule", []), ("milestones", []), ("queue", [])),
        ("overview_file", ["xlsx"]),
    ]
    return {name: reverse(name, args=[pilot.slug, *args]) for name, args in places}


def measure(size):
    """Print all times of a loaded database; returns those that sizes are compared by."""
    pilot = Pilot.objects.select_related("district").get(slug="pilot-1")
    reader = Client()
    reader.force_login(User.objects.get(username="reviewer"))
    say(f"  {'server':<44}{'p50':>9}{'p95':>9}")
    sql = timed(lambda: sums(pilot))
    line("bare SQL: the same sums", sql)
    found = {"sql": p50(sql)}
    for name, url in screens(pilot).items():
        found[name] = screen(reader, name, url)
    aim("overview uncached", found["overview"], 6 * found["sql"] + 15)
    parts(pilot)
    fragments(reader, pilot, size)
    everything(pilot, size)
    if size.name == "S":
        ranks(pilot)
    memory(size)
    return found


def sums(pilot):
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [pilot.pk])
        return cursor.fetchall()


def screen(client, name, url):
    """Uncached, with the figures kept, and unchanged; returns the first."""
    client.get(url)  # the first answer brings a cookie that later ones are known by
    answer = client.get(url)
    if answer.status_code != 200:
        say(f"  {name}: answered with {answer.status_code}")
        return 0.0
    size = f"{len(answer.content) / 1000:.0f} kB, {len(gzip.compress(answer.content)) / 1000:.0f} kB gz"
    cold = timed(lambda: client.get(url), 20, frames.forget)
    line(name, cold, size)
    line("  with the figures kept", timed(lambda: client.get(url), 20))
    if tag := answer.headers.get("ETag"):
        same = timed(lambda: client.get(url, headers={"If-None-Match": tag}), 20)
        line("  unchanged (304)", same)
        if name == "overview":
            aim("unchanged answered", p50(same), 5)
    return p50(cold)


def parts(pilot):
    """What the overview's time is made of."""
    from reports import scoring

    bundle = frames.live(pilot, including_submitted=True)
    chosen = measures.span_of(bundle, measures.last_period(bundle))
    cells = measures.cells(bundle, chosen)
    line("of it: frames.live", timed(lambda: frames.live(pilot, True), 10))
    line("of it: cube", timed(lambda: measures.cube(bundle), 10))
    line("of it: cells", timed(lambda: measures.cells(bundle, chosen), 10))
    line("of it: scores", timed(lambda: scoring.scores(bundle, cells), 10))


def fragments(client, pilot, size):
    """What a filter changes, for a choice that was not worked out before; nothing of it is kept."""
    codes = pilot.periods.order_by("-end").values_list("code", flat=True)[:20]
    wards = pilot.wards.values_list("pk", flat=True)
    chart = reverse("indicator", args=[pilot.slug, "t1", "t1-i1"])
    asked = {
        "all of the overview, another period": (
            reverse("overview", args=[pilot.slug]), "screen", "period", codes,
        ),
        "one chart, another ward to compare": (chart, "trend", "ward", wards),
    }  # fmt: skip
    for name, (url, target, field, choices) in asked.items():
        choice = itertools.cycle(choices)

        def ask(url=url, target=target, field=field, choice=choice):
            headers = {"HX-Request": "true", "HX-Target": target}
            assert client.get(url, {field: next(choice)}, headers=headers).status_code == 200

        frames.forget()
        ask()
        warm = timed(ask, min(len(choices), 18) - 3)  # each choice is asked for once
        line(name, warm)
        line("  with nothing read yet", timed(ask, 16, frames.forget))
        if size.name == "M" and target == "trend":
            aim("a fragment after a filter change", p50(warm), 10)


def everything(pilot, size):
    """What an administrator who sees all pilots waits for."""
    admin = Client()
    admin.force_login(User.objects.get(username="admin"))
    screen(admin, "overview, administrator", reverse("overview", args=[pilot.slug]))
    line("home, administrator", timed(lambda: admin.get("/", {"q": ""}), 10))
    url = reverse("districts")
    answer = admin.get(url)
    times = timed(lambda: admin.get(url), 10)
    line("roll-up over all districts", times, f"{len(answer.content) / 1000:.0f} kB")
    if size.name in AIMS:
        name, most = AIMS[size.name]
        aim(name, p50(times), most)


def ranks(pilot):
    from reports.evaluation import index

    bundle = frames.live(pilot)
    period = measures.last_period(bundle)
    times = timed(lambda: index.rank_ranges(frames.live(pilot), period), 5)
    read = timed(lambda: frames.live(pilot), 5)
    line("rank ranges, 2,000 draws, with frames.live", times)
    aim("rank ranges", p50(times) - p50(read), 300)


def memory(size):
    """The memory of a worker of its own that has shown every screen."""
    command = [sys.executable, "-m", "tests.bench", "--memory"]
    run = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    if run.returncode:
        say(run.stderr)
        return
    begun, ended, most = map(float, run.stdout.splitlines()[-1].split())
    say(f"  memory of one worker: {begun:.0f} MB begun, {ended:.0f} MB, at most {most:.0f} MB")
    if size.name == "L":
        aim("memory of one worker after every screen", ended, 250, "MB")


def visit():
    """Print MB of memory before and after every screen was shown, and the most there was."""
    import re
    from pathlib import Path

    def used(name="VmRSS"):
        text = Path("/proc/self/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+)", text).group(1)) / 1000

    client = Client()
    client.force_login(User.objects.get(username="reviewer"))
    client.get("/accounts/login/")
    begun = used()
    for url in screens(Pilot.objects.get(slug="pilot-1")).values():
        client.get(url)
    admin = Client()
    admin.force_login(User.objects.get(username="admin"))
    for pilot in Pilot.objects.order_by("slug")[:10]:
        admin.get(reverse("overview", args=[pilot.slug]))
    sys.stdout.write(f"{begun} {used()} {used('VmHWM')}\n")
