"""Taking times, and saying what misses its aim."""

import statistics
import sys
import time

MISSED = []


def say(text=""):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def timed(action, runs=40, before=None):
    """Milliseconds of each run, after two that are not counted; `before` each is not counted."""
    found = []
    for _run in range(runs + 2):
        if before:
            before()
        begun = time.perf_counter()
        action()
        found.append((time.perf_counter() - begun) * 1000)
    return found[2:]


def p50(times):
    return statistics.median(times)


def p95(times):
    return sorted(times)[max(int(len(times) * 0.95) - 1, 0)]


def line(name, times, *more):
    say(f"  {name:<44}{p50(times):>9.1f}{p95(times):>9.1f} ms  {'  '.join(more)}")


def aim(name, found, most, unit="ms"):
    """Say whether an aim is reached."""
    reached = found <= most
    said = f"{name}: {found:,.1f} {unit}, aim {most:,.1f}"
    say(f"  {'reached' if reached else 'MISSED '}  {said}")
    if not reached:
        MISSED.append(said)
