"""What was changed on a roster, by whom and when: the history's records told as sentences."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Assignment, Establishment, Officer, Rating, User

MOST = 100  # the latest so many of each kind are read
UNTOLD = {"id", "officer", "ward", "sort_key", "search_key"}
NAMED = {"position", "year"}  # told by the name of the entry already
WHAT = {
    "+": gettext_lazy("Recorded"),
    "~": gettext_lazy("Changed"),
    "-": gettext_lazy("Deleted"),
}


@dataclass(frozen=True)
class Change:
    when: dt.datetime
    who: User | None
    what: str  # recorded, changed or deleted
    name: str  # which entry
    lines: list[str]  # «from: 01/07/2021 → 01/08/2021»
    reason: str


def of_officer(officer, ward=None):
    """Changes to an officer's record, assignments and ratings, the latest first.

    With `ward` only the assignments there are told.
    """
    posts = Assignment.history.filter(officer_id=officer.pk)
    if ward:
        posts = posts.filter(ward_id=ward.pk)
    told = [
        *_told(Officer.history.filter(id=officer.pk), lambda row: _("Personal record")),
        *_told(posts.select_related("position"), _position),
        *_told(Rating.history.filter(officer_id=officer.pk), _rating),
    ]
    return sorted(told, key=lambda change: change.when, reverse=True)


def of_posts(ward):
    """Changes to the establishment of a ward, the latest first."""
    rows = Establishment.history.filter(ward_id=ward.pk).select_related("position")
    return _told(rows, _position)


def _position(row):
    # The history outlives what it speaks of.
    return str(row.position or NOTHING)


def _rating(row):
    return _("Rating of %(year)s") % {"year": row.year}


def _told(rows, name):
    """A Change for each record that changed something, told against the one before it."""
    rows = list(rows.select_related("history_user").order_by("-history_date", "-history_id")[:MOST])
    before = {}
    for row in reversed(rows):
        before.setdefault(row.id, [None]).append(row)
    earlier = {new.pk: old for each in before.values() for old, new in pairwise(each)}
    found = [(row, _lines(earlier[row.pk], row)) for row in rows]
    return [
        Change(
            when=row.history_date,
            who=row.history_user,
            what=WHAT[row.history_type],
            name=name(row),
            lines=lines,
            reason=row.history_change_reason or "",
        )
        for row, lines in found
        if lines or row.history_type != "~"
    ]


def _lines(old, new):
    fields = [field for field in new.tracked_fields if field.name not in UNTOLD]
    if new.history_type == "~" and old:
        both = [(field, _text(old, field), _text(new, field)) for field in fields]
        return [
            f"{f.verbose_name}: {before} → {after}" for f, before, after in both if before != after
        ]
    kept = [f for f in fields if f.name not in NAMED and not _blank(getattr(new, f.attname))]
    return [f"{field.verbose_name}: {_text(new, field)}" for field in kept]


NOTHING = "—"


def _blank(value):
    return value is None or value is False or value == ""


def _text(row, field):
    """A field of a record as people read it."""
    if field.is_relation:
        return str(getattr(row, field.name) or NOTHING)
    value = getattr(row, field.name)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")()) or NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return NOTHING if _blank(value) else str(value)
