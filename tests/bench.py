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
    from reports import frames, measures, scoring
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
    ward = pilot.wards.get(name_vi="Phường Mễ Trì").pk
    for path in (
        "",
        "?theme=service",
        "indicators/",
        "indicators/service/dossiers_on_time/",
        f"wards/{ward}/",
        "overview.csv",
        "overview.xlsx",
    ):
        url = f"/pilots/{pilot.slug}/{path}"
        page = reader.get(url).content
        kilobytes = (
            f"{len(page) / 1000:.0f} kB, {len(gzip.compress(page)) / 1000:.0f} kB compressed"
        )
        line(
            f"10 wards, 24 months: {path or 'overview'}"[:34],
            timed(lambda u=url: reader.get(u)),
            bare,
            kilobytes,
        )
    times = timed(lambda: reader.get(f"/pilots/{pilot.slug}/"))
    for other in (small, long):
        size = "1 ward, 1 month" if other == small else "10 wards, 60 months"
        others = timed(lambda o=other: reader.get(f"/pilots/{o.slug}/"))
        line(f"{size}: overview", others, bare, f"{p50(others) / p50(times):.2f} x of 24 months")
    over = p50(times) / p50(query)
    sys.stdout.write(f"overview to bare SQL: {over:.1f} x\n")
    bundle = frames.live(pilot)
    chosen = measures.span_of(bundle, measures.last_period(bundle))
    line("  of it: frames.live", timed(lambda: frames.live(pilot)), bare)
    line("  of it: cells", timed(lambda: measures.cells(bundle, chosen)), bare)
    cells = measures.cells(bundle, chosen)
    line("  of it: scores", timed(lambda: scoring.scores(bundle, cells)), bare)


if __name__ == "__main__":
    main()
