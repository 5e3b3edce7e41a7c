"""The one catalogue of translations: `make messages` collects and compiles, the tests compare.

Works without the gettext programs: Babel reads Python, Django turns its templates into Python first.
"""

import io
import re
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "pilot" / "locale" / "vi" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
CALL = re.compile(r"""\b(?:n?p?gettext|_)\((?:[^()'"]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")*\)""")
KEYWORDS = {
    "_": None,
    "_t": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def sources():
    """(path, Python text) of every file that may hold a text for people."""
    from django.utils.translation.template import templatize

    for app in ("wards", "pilot", "reports"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text(encoding="utf-8")
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]
    for path in sorted(pages):
        text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # Between the calls stand rows of letters that are no Python: keep the calls alone.
        yield path, "\n".join(CALL.findall(text))


def messages():
    """A Catalog of all texts in the sources, with the files they stand in."""
    found = Catalog()
    for path, text in sources():
        file = io.BytesIO(text.encode())
        for _line, message, _comments, context in extract("python", file, KEYWORDS):
            found.add(message, locations=[(str(path.relative_to(ROOT)), 0)], context=context)
    return found


def kept():
    """The catalogue as it is in the repository."""
    with PO.open("rb") as file:
        return pofile.read_po(file, locale="vi", domain="django")


def compiled(catalog):
    """The bytes that Django reads."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def collect():
    """Bring the catalogue in line with the sources, keep what is translated, and compile."""
    catalog = kept() if PO.exists() else Catalog(locale="vi", domain="django")
    catalog.update(messages(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        pofile.write_po(
            file, catalog, width=100, sort_output=True, omit_header=False, include_lineno=False
        )
    MO.write_bytes(compiled(kept()))
    return [message.id for message in catalog if message.id and not complete(message)]


def complete(message):
    """Whether every form of a message is translated and nobody doubts it."""
    forms = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(forms) and not message.fuzzy


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilot.settings")
    django.setup()
    left = collect()
    print(f"{len(left)} texts without a translation in {PO.relative_to(ROOT)}")  # noqa: T201
    for text in left:
        print(f"  {text}")  # noqa: T201
