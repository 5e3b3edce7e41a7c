"""Real Chromium against a live server. It is never skipped in silence: found, installed, or said."""

import os
import shutil
import subprocess
import threading
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import expect

from tests.again import again

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
    left = [each for each in threading.enumerate() if "process_request_thread" in each.name]
    end = time.monotonic() + 20
    for thread in left:
        thread.join(max(0, end - time.monotonic()))
    # A context that a test made and did not close keeps its connections, and every test would wait.
    assert not any(thread.is_alive() for thread in left), "a page of this test is still open"


@pytest.fixture
def site(live_server, transactional_db, page, complaints):
    """The demo with its people behind a real address; the test fails on any complaint of the page."""
    # Shared with the server's threads, SQLite would crash: see pytest_configure in tests/conftest.py.
    assert not live_server.thread.connections_override
    cache.clear()
    again(_demo)
    page.set_default_timeout(15_000)
    yield live_server.url
    assert complaints == []


def _demo():
    from pilot import demo  # not above: this file is read before the settings are

    demo.accounts(demo.build(), PASSWORD)
    demo.build_766()


def fits(page, path=""):
    """The open page fits a phone, a desk and the hall, and a phone again."""
    for width in (360, 1366, 1920, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for _try in range(30):  # charts are drawn anew in their own time
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wider <= 0:
                break
            page.wait_for_timeout(100)
        assert wider <= 0, f"{path} at {width} is {wider} px too wide"


def accessible(page, path=""):
    """Axe finds nothing amiss."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == [], path


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
