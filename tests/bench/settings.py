"""The production settings with the page of twelve figures."""

from pathlib import Path

from pilot.settings import *  # noqa: F403
from pilot.settings import TEMPLATES

ROOT_URLCONF = "tests.bench.urls"
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
