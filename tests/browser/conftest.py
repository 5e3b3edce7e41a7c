"""Real Chromium against a live server. It is never skipped in silence: found, installed, or said."""

import os
import shutil
import subprocess
import threading

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "four-words-and-a-number-7"
expect.set_options(timeout=15_000)  # two processors serve browser, server and another worker


def chromium():
    """The path of a Chromium; installed by the package manager where that is allowed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update", "-q"], **quiet)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-yq", "chromium"], env=environment, **quiet)
        found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.exit(
            "The browser tests need Chromium: install it (Debian: apt install chromium).", 3
        )
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": chromium(), "args": QUIET}


@pytest.fixture
def complaints(page):
    """What the page complains of; a test that provokes some clears the list."""
    found = []
    page.on("console", lambda m: m.type == "error" and found.append(m.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture(autouse=True)
def _answered(transactional_db):
    """Pages are closed, and next the database is emptied: not under a request that is still answered."""
    yield
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(20)


@pytest.fixture
def site(live_server, transactional_db, page, complaints):
    """The demo with its people behind a real address; the test fails on any complaint of the page."""
    from pilot import demo  # not above: this file is read before the settings are

    # Shared with the server's threads, SQLite would crash: see pytest_configure in tests/conftest.py.
    assert not live_server.thread.connections_override
    cache.clear()
    pilot = demo.build()
    demo.accounts(pilot, PASSWORD)
    demo.build_766()
    page.set_default_timeout(15_000)
    yield live_server.url
    assert complaints == []


def log_in(page, site, username):
    page.goto(f"{site}/accounts/login/")
    type_log_in(page, username)
    page.wait_for_url(lambda url: "login" not in url)


def type_log_in(page, username):
    """By keyboard alone, as a person would, once the cursor is there: it may come after the page."""
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
