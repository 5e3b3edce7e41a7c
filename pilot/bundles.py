"""Files that every page needs together, served as one: on a poor line each request costs a trip.

There is no build step. A bundle is an address like any other, for `{% static %}`, for DEBUG and for
collectstatic; its parts are put behind one another when it is asked for.
"""

import tempfile
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

# What others wrote comes first: a script's "use strict" speaks for all that stands behind it.
BUNDLES = {
    "css/site.css": ["vendor/bootstrap-5.3.9/bootstrap.min.css", "css/app.css"],
    "js/site.js": ["django_htmx/htmx-2.min.js", "js/app.js", "js/charts.js"],
}
BETWEEN = {".css": b"\n", ".js": b"\n;\n"}


@cache
def _folder():
    """A folder of this process alone: the code may lie where nothing can be written."""
    return tempfile.TemporaryDirectory(prefix="so-ket-bundles-")


class BundleFinder(finders.BaseFinder):
    """Finds the bundles, joined anew whenever a part has changed."""

    def find(self, path, find_all=False, **options):
        found = self._joined(path) if path in BUNDLES else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns):
        for path in BUNDLES:
            if not matches_patterns(Path(path).name, ignore_patterns):
                self._joined(path)
                yield path, FileSystemStorage(location=_folder().name)

    def check(self, **kwargs):
        return []

    def _joined(self, path):
        """Where the bundle stands as a file."""
        whole = Path(_folder().name) / path
        parts = [Path(finders.find(part)) for part in BUNDLES[path]]
        newest = max(part.stat().st_mtime_ns for part in parts)
        if not whole.exists() or whole.stat().st_mtime_ns < newest:
            whole.parent.mkdir(exist_ok=True)
            content = BETWEEN[whole.suffix].join(part.read_bytes() for part in parts)
            with tempfile.NamedTemporaryFile(dir=_folder().name, delete=False) as file:
                file.write(content)
            Path(file.name).replace(whole)  # at once: another thread may be reading it
        return str(whole)
