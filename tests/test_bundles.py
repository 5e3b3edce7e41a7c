"""What a page asks the line for: few files, light ones, and on the pages of entry no charts."""

import gzip
import os
import re
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from pilot import bundles
from pilot.models import Submission
from wards.models import User

MOST_FILES, MOST_BYTES = 8, 700_000
# What a browser fetches of a page without being asked again; files to download are links.
FETCHED = re.compile(r'<(?:link|script|use|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
OF_STYLE = re.compile(r'url\("?(?!data:)([^")]+)"?\)')


def fetched(page):
    """Static files that a page and its style sheets make a browser fetch: paths by address."""
    asked = [urldefrag(url).url for url in FETCHED.findall(page)]
    for url in [each for each in asked if each.endswith(".css")]:
        style = Path(finders.find(url.removeprefix("/static/"))).read_text(encoding="utf-8")
        asked += [urldefrag(urljoin(url, found)).url for found in OF_STYLE.findall(style)]
    return {url: Path(finders.find(url.removeprefix("/static/"))) for url in asked}


def weight(path):
    """Bytes on the line; brotli, which browsers get, is lighter still."""
    content = path.read_bytes()
    return len(content if path.suffix == ".woff2" else gzip.compress(content))


@pytest.fixture
def pages(client, pilot):
    """(name, text) of pages that show figures and of pages to enter them."""
    client.force_login(User.objects.get(username="nhap.metri"))
    ward = User.objects.get(username="nhap.metri").memberships.get().ward
    draft = Submission.objects.filter(ward=ward, period__pilot=pilot).latest("period__end")
    indicator = [pilot.slug, "service", "dossiers_on_time"]
    places = {
        "overview": [pilot.slug],
        "indicator": indicator,
        "ward": [pilot.slug, ward.pk],
        "desk": [],
        "entry": [pilot.slug, draft.period.code, ward.pk],
    }
    return {
        name: client.get(reverse(name, args=args)).content.decode() for name, args in places.items()
    }


def test_a_page_asks_for_at_most_eight_files_of_at_most_700_kilobytes(pages):
    for name, page in pages.items():
        files = fetched(page)
        assert len(files) + 1 <= MOST_FILES, (name, sorted(files))
        assert len(gzip.compress(page.encode())) + sum(map(weight, files.values())) <= MOST_BYTES


def test_a_page_of_entry_carries_no_charts_and_weighs_less_than_150_kilobytes(pages):
    for name in ("desk", "entry"):
        files = fetched(pages[name])
        assert not [url for url in files if "plotly" in url], name
        assert sum(map(weight, files.values())) < 150_000, name


def test_a_bundle_is_its_parts_in_order_and_is_joined_anew_when_one_of_them_changes(tmp_path):
    for path, parts in bundles.BUNDLES.items():
        whole = Path(finders.find(path)).read_bytes()
        contents = [Path(finders.find(part)).read_bytes() for part in parts]
        assert whole == bundles.BETWEEN[Path(path).suffix].join(contents)
        newest = Path(finders.find(parts[-1]))
        joined = Path(finders.find(path))
        joined.write_bytes(b"old")
        os.utime(joined, ns=(0, newest.stat().st_mtime_ns - 1))
        assert Path(finders.find(path)).read_bytes() == whole
