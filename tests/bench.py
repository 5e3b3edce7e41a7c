"""`make bench`: what each screen costs, as ratios in one run. A timing never decides a test.

Every screen is asked by the test client with DEBUG off, uncached, and held against a bare page (the
log-in page), against the same sums as bare SQL, and against a pilot of one ward and one month.
"""

import gzip
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

RUNS = 40
SUMS = """
    select v.indicator_id, s.period_id, sum(v.numerator), sum(v.denominator), count(*)
    from pilot_value v join pilot_submission s on s.id = v.submission_id
    join pilot_period p on p.id = s.period_id
    where p.pilot_id = %s and s.state = 'approved' and v.state = 'reported'
    group by v.indicator_id, s.period_id
"""


def timed(action, runs=RUNS):
    """Milliseconds of each run, after two that are not counted."""
    action(), action()
    found = []
    for _run in range(runs):
        begun = time.perf_counter()
        action()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def p50(times):
    return statistics.median(times)


def p95(times):
    return sorted(times)[int(len(times) * 0.95) - 1]


def line(name, times, bare, *more):
    sys.stdout.write(
        f"{name:<34}{p50(times):>8.1f}{p95(times):>8.1f}{p50(times) / bare:>9.1f} x  {'  '.join(more)}\n"
    )


def main():
    folder = tempfile.TemporaryDirectory(prefix="so-ket-bench-")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "pilot.settings",
        "DEBUG": "0",
        "SECRET_KEY": "bench",
        "SITE_URL": "http://testserver",
        "DATABASE_URL": f"sqlite:///{Path(folder.name) / 'db.sqlite3'}",
        "STATIC_ROOT": str(Path(folder.name) / "static"),
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("collectstatic", interactive=False, verbosity=0)
    measure()


def measure():
    from django.db import connection
    from django.test import Client

    from pilot import demo
    from wards.models import User

    small = demo.build(wards=1, months=1, slug="small", history=False)
    pilot = demo.build(history=False)
    long = demo.build(wards=10, months=60, slug="long", history=False)
    anybody, reader = Client(), Client()
    reader.force_login(User.objects.create_superuser("reader"))

    def sql():
        with connection.cursor() as cursor:
            cursor.execute(SUMS, [pilot.pk])
            return cursor.fetchall()

    sys.stdout.write(f"{'':<34}{'p50 ms':>8}{'p95 ms':>8}{'to bare page':>15}\n")
    bare = p50(timed(lambda: anybody.get("/accounts/login/")))
    line("bare page (log in)", timed(lambda: anybody.get("/accounts/login/")), bare)
    query = timed(sql)
    line("bare SQL of the same sums", query, bare)
    for path in screens(pilot):
        url = f"/pilots/{pilot.slug}/{path}"
        page = reader.get(url).content
        size = f"{len(page) / 1000:.0f} kB, {len(gzip.compress(page)) / 1000:.0f} kB compressed"
        line((path or "overview")[:33], timed(lambda u=url: reader.get(u)), bare, size)
    times = timed(lambda: reader.get(f"/pilots/{pilot.slug}/"))
    sys.stdout.write(f"overview to bare SQL: {p50(times) / p50(query):.1f} x\n")
    for other, size in ((small, "1 ward, 1 month"), (long, "10 wards, 60 months")):
        others = timed(lambda o=other: reader.get(f"/pilots/{o.slug}/"))
        line(f"overview of {size}", others, bare, f"{p50(others) / p50(times):.2f} x of 24 months")
    parts(pilot, bare)
    entering(pilot, bare)


def screens(pilot):
    """The addresses measured, below the pilot's own; ten wards, 24 months."""
    ward = pilot.wards.get(name_vi="Phường Mễ Trì").pk
    indicator = "indicators/service/dossiers_on_time/"
    return ["", "?theme=service", "indicators/", indicator, f"wards/{ward}/", "overview.xlsx"]


def parts(pilot, bare):
    """What the overview's time is made of."""
    from reports import frames, measures, scoring

    bundle = frames.live(pilot)
    chosen = measures.span_of(bundle, measures.last_period(bundle))
    cells = measures.cells(bundle, chosen)
    line("of it: frames.live", timed(lambda: frames.live(pilot)), bare)
    line("of it: cells", timed(lambda: measures.cells(bundle, chosen)), bare)
    line("of it: scores", timed(lambda: scoring.scores(bundle, cells)), bare)


def entering(pilot, bare):
    """The pages of a ward, and one cell saved over and over; each save is a row and its log."""
    from django.test import Client

    from pilot.models import Submission
    from wards.models import User

    officer, reviewer = Client(), Client()
    officer.force_login(User.objects.get(username="nhap.metri"))
    reviewer.force_login(User.objects.get(username="phongnoivu"))
    draft = Submission.objects.get(state="draft", period__pilot=pilot)
    value = draft.values.get(indicator__code="dossiers_on_time")
    place = f"/pilots/{pilot.slug}/returns/{draft.period.code}/{draft.ward_id}/"
    for name, client, url in (
        ("desk", officer, "/desk/"),
        ("a return to enter", officer, place),
        ("what it would change", officer, f"{place}effect/"),
        ("its form in Excel", officer, f"{place}form.xlsx"),
        ("review queue", reviewer, f"/pilots/{pilot.slug}/review/"),
        ("roster", officer, f"/wards/{draft.ward_id}/staff/"),
        ("milestones", officer, f"/pilots/{pilot.slug}/milestones/"),
    ):
        size = len(gzip.compress(client.get(url).content)) / 1000
        line(name, timed(lambda c=client, u=url: c.get(u)), bare, f"{size:.0f} kB compressed")

    def save():
        value.refresh_from_db()
        fields = {"numerator": int(value.numerator) % 600 + 1, "denominator": 618}
        marks = {"base": value.edit, "edit": os.urandom(16).hex()}
        answer = officer.post(f"{place}cells/{value.indicator_id}/", fields | marks)
        assert answer.status_code == 200, answer.content

    line("a cell saved", timed(save), bare)


if __name__ == "__main__":
    main()
