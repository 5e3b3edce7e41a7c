"""A framework file (TOML, reviewed by people) into Theme, Indicator and Target rows of a pilot.

Safe to run twice: rows are found by their codes and changed only where the file differs. A faulty
file is refused whole, with the line and the fault. Indicators that the file no longer names stay,
because figures may hang on them.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from wards.models import District

from .models import Indicator, Target, Theme

FOLDER = Path(__file__).parent / "frameworks"
REFERENCE = Path(__file__).parent / "reference"

INDICATOR_KEYS = {field.name for field in Indicator._meta.concrete_fields} - {
    "id",
    "theme",
    "order",
}
INDICATOR_KEYS = INDICATOR_KEYS - {"plausible_low", "plausible_high"} | {
    "plausible",
    "target",
    "figures",
}
THEME_KEYS = {"code", "name_vi", "name_en", "short_vi", "short_en", "indicators"}
FILE_KEYS = {
    "code",
    "version",
    "name_vi",
    "name_en",
    "source_vi",
    "source_en",
    "note_vi",
    "note_en",
    "minimum_weight",
    "decimals",
    "classes",
    "figures",
    "themes",
}
FILE_NEEDS = FILE_KEYS - {"figures", "name_en", "source_en", "note_en", "decimals"}
THEME_NEEDS = {"code", "name_vi", "short_vi", "indicators"}
INDICATOR_NEEDS = {"code", "name_vi", "short_vi", "kind", "frequency"}


class FaultyFramework(ValueError):
    """The file cannot be used; `faults` are sentences, each with its line."""

    def __init__(self, path, faults):
        self.faults = faults
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))


def available():
    """The codes of the frameworks that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read(code):
    """The framework `code` as the checked content of its file (a dict as in the TOML).

    Raises FaultyFramework, with all faults at once; LookupError when there is no such file.
    """
    path = FOLDER / f"{code}.toml"
    if code not in available():
        raise LookupError(f"no framework {code!r}; there are: {', '.join(available())}")
    return parse(path.read_text(encoding="utf-8"), path.name)


@cache
def title(code, language):
    """The name of the framework in a language, else in Vietnamese; its code where there is no file.

    Unchecked, as checking asks the database about every indicator.
    """
    if code not in available():
        return code
    content = tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    return content.get(f"name_{language}") or content.get("name_vi") or code


def parse(text, name):
    """The checked content of a framework file given as text; raises FaultyFramework."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultyFramework(name, [str(error)]) from None
    faults = sorted(_faults(content, Lines(text)))
    if faults:
        raise FaultyFramework(name, [f"line {line}: {fault}" for line, fault in faults])
    return content


class Lines:
    """Finds the line of a key: tomllib tells none once a file is read."""

    def __init__(self, text):
        self.lines = text.splitlines()
        self.themes = self._headers("[[themes]]")
        self.indicators = self._headers("[[themes.indicators]]")

    def _headers(self, header):
        return [n for n, line in enumerate(self.lines) if line.strip() == header]

    def find(self, key, start=0):
        """The line number of `key = …` in the table that starts at index `start`, else the table's."""
        for n in range(start + (1 if start else 0), len(self.lines)):
            line = self.lines[n].strip()
            if line.startswith("[[") and start:
                break
            if re.match(rf"{re.escape(key)}\s*=|\[+{re.escape(key)}\]+$", line):
                return n + 1
        return start + 1


def _faults(content, lines):
    """Yields (line, sentence) for everything that is wrong."""
    for key in content.keys() - FILE_KEYS:
        yield lines.find(key), f"unknown key {key!r}"
    for key in FILE_NEEDS - content.keys():
        yield 1, f"{key!r} is missing"
    thresholds = [each.get("from") for each in content.get("classes", [])]
    if thresholds != sorted(thresholds, reverse=True) or len(set(thresholds)) < len(thresholds):
        yield lines.find("classes"), "the thresholds of the classes must fall from one to the next"
    numbered = iter(lines.indicators)
    codes = set()
    for theme, start in zip(content.get("themes", []), lines.themes, strict=False):
        yield from _key_faults(theme, THEME_KEYS, THEME_NEEDS, lines, start)
        if theme.get("code") in codes:
            yield lines.find("code", start), f"a second theme {theme['code']!r}"
        codes.add(theme.get("code"))
        yield from _theme_faults(theme, lines, start, numbered)


def _theme_faults(theme, lines, start, numbered):
    codes, headlines = set(), 0
    for indicator, line in zip(theme.get("indicators", []), numbered, strict=False):
        yield from _key_faults(indicator, INDICATOR_KEYS, INDICATOR_NEEDS, lines, line)
        if indicator.get("code") in codes:
            yield lines.find("code", line), f"a second indicator {indicator['code']!r}"
        codes.add(indicator.get("code"))
        headlines += bool(indicator.get("headline"))
        if INDICATOR_NEEDS <= indicator.keys() <= INDICATOR_KEYS:
            yield from _indicator_faults(indicator, lines, line)
    if headlines != 1:
        yield start + 1, f"theme {theme.get('code')!r} needs one headline, not {headlines}"


def _key_faults(table, known, needed, lines, start):
    for key in table.keys() - known:
        yield lines.find(key, start), f"unknown key {key!r}"
    for key in needed - table.keys():
        yield start + 1, f"{key!r} is missing"


def _indicator_faults(table, lines, start):
    """The model is the schema: what it refuses is refused here, and goalposts must point the right way."""
    try:
        row = Indicator(**_fields(table))
        row.clean_fields(exclude=["theme"])
        row.validate_constraints(exclude=["theme", "code"])
    except ValidationError as error:
        for key, messages in getattr(error, "message_dict", {"code": error.messages}).items():
            where = "points" if key == "__all__" else key
            yield lines.find(where, start), f"{where}: {' '.join(messages)}"
        return
    except (TypeError, ValueError) as error:
        yield start + 1, str(error)
        return
    name = f"indicator {row.code!r}"
    if row.kind == "ratio" and not (row.numerator_vi and row.denominator_vi):
        yield start + 1, f"{name}: a ratio says what its numerator and denominator are"
    aimed = row.worst is not None and row.best is not None and row.direction != "band"
    if aimed and (row.best > row.worst) != (row.direction == "higher"):
        yield lines.find("best", start), f"{name}: the goalposts point against the direction"
    if row.direction == "band" and row.points is not None:
        edges = [row.worst, row.best, row.best_high, row.worst_high]
        if None in edges or edges != sorted(edges):
            yield lines.find("best", start), f"{name}: a band needs four edges in rising order"
    for target in table.get("target", []):
        if target.keys() != {"since", "value"}:
            yield lines.find("target", start), f"{name}: a target has 'since' and 'value'"


def _fields(table):
    """The model's fields out of an indicator's table."""
    fields = {
        key: value for key, value in table.items() if key not in {"plausible", "target", "figures"}
    }
    fields["plausible_low"], fields["plausible_high"] = table.get("plausible", (None, None))
    return fields


@transaction.atomic
def load(pilot, framework):
    """Write the content of `framework` (from `read`) to `pilot`. Returns how many rows changed."""
    pilot.framework = framework["code"]
    pilot.framework_version = framework["version"]
    pilot.framework_note_vi = framework["note_vi"]
    pilot.framework_note_en = framework.get("note_en", "")
    pilot.minimum_weight = framework["minimum_weight"]
    pilot.classes = framework["classes"]
    pilot.save()
    changed = 0
    for order, table in enumerate(framework["themes"], 1):
        fields = {key: value for key, value in table.items() if key not in {"code", "indicators"}}
        theme, new = _keep(
            Theme, {"pilot": pilot, "code": table["code"]}, {**fields, "order": order}
        )
        changed += new
        # The old headline steps back before the new one comes forward: there is one per theme.
        headline = next(each["code"] for each in table["indicators"] if each.get("headline"))
        theme.indicators.exclude(code=headline).filter(headline=True).update(headline=False)
        for number, each in enumerate(table["indicators"], 1):
            fields = {**_fields(each), "order": number}
            key = {"theme": theme, "code": fields.pop("code")}
            indicator, new = _keep(Indicator, key, fields)
            changed += new
            for target in each.get("target", []):
                key = {"indicator": indicator, "ward": None, "since": target["since"]}
                changed += _keep(Target, key, {"value": target["value"]})[1]
    District.objects.filter(pilots=pilot).revise()
    return changed


def _keep(model, key, fields):
    """The row with this key, made or changed where it differs, and whether anything was written."""
    row = model.objects.filter(**key).first()
    if row is None:
        return model.objects.create(**key, **fields), 1
    # What the file leaves out is the model's default, so that taking a line out has an effect.
    for field in model._meta.concrete_fields:
        if field.name not in key and not field.primary_key and field.name not in fields:
            fields[field.name] = field.get_default()
    wanted = {name: model._meta.get_field(name).to_python(value) for name, value in fields.items()}
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return row, 0
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    return row, 1
