"""Spans of time that are reported on: their codes, days and names. Knows no database.

The code of a period is what stands in addresses and files: 2022-06, 2022-Q2, 2022-H1, 2022-9M,
2022, and 2022-06-20 for the year up to a day.
"""

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MONTHS = {"month": 1, "quarter": 3, "half": 6, "nine_months": 9, "year": 12}
SUFFIXES = {
    "month": "-{0:02}",
    "quarter": "-Q{0}",
    "half": "-H{0}",
    "nine_months": "-9M",
    "year": "",
}
PATTERNS = {
    "month": r"(20\d\d)-(0[1-9]|1[0-2])",
    "quarter": r"(20\d\d)-Q([1-4])",
    "half": r"(20\d\d)-H([12])",
    "nine_months": r"(20\d\d)-9M()",
    "year": r"(20\d\d)()",
}


@dataclass(frozen=True)
class Span:
    kind: str
    code: str
    start: dt.date
    end: dt.date


def numbered(kind, year, number=1):
    """The Span of the year's first, second, … period of `kind`."""
    last = number * MONTHS[kind]
    first = last - MONTHS[kind] + 1
    end = dt.date(year, last, monthrange(year, last)[1])
    return Span(kind, f"{year}{SUFFIXES[kind].format(number)}", dt.date(year, first, 1), end)


def parse(code):
    """The Span that `code` names; ValueError for anything else."""
    for kind, pattern in PATTERNS.items():
        if found := re.fullmatch(pattern, code):
            return numbered(kind, int(found[1]), int(found[2] or 1))
    if not re.fullmatch(r"20\d\d-\d\d-\d\d", code):
        raise ValueError(code)
    end = dt.date.fromisoformat(code)
    return Span("to_date", code, end.replace(month=1, day=1), end)


def calendar(first, last, kinds):
    """The Spans of the given kinds that lie within the days `first` to `last`."""
    for kind in kinds:
        count = 1 if kind == "nine_months" else 12 // MONTHS[kind]
        for year in range(first.year, last.year + 1):
            for number in range(1, count + 1):
                span = numbered(kind, year, number)
                if first <= span.start and span.end <= last:
                    yield span


def name(kind, start, end):
    """What a period is called in the language of the page: «Tháng 6/2022», «Quý II/2022»."""
    year = end.year
    if kind == "month":
        return _("Month %(month)s/%(year)s") % {"month": end.month, "year": year}
    if kind == "quarter":
        quarter = ["I", "II", "III", "IV"][(end.month - 1) // 3]
        return _("Quarter %(quarter)s/%(year)s") % {"quarter": quarter, "year": year}
    if kind == "half":
        half = _("First half of %(year)s") if end.month == 6 else _("Second half of %(year)s")
        return half % {"year": year}
    if kind == "nine_months":
        return _("Nine months of %(year)s") % {"year": year}
    if kind == "year":
        return _("Year %(year)s") % {"year": year}
    return _("Year to %(day)s") % {"day": date_format(end, "SHORT_DATE_FORMAT")}


def in_sentence(name):
    """A period's name as it stands inside a sentence: «tháng 6/2022»."""
    return name[:1].lower() + name[1:]


def due_words(due, today):
    """When something is or was due, as part of a sentence; days are counted while they matter."""
    day = date_format(due, "SHORT_DATE_FORMAT")
    left = (due - today).days
    if left == 0:
        return _("due today, %(day)s") % {"day": day}
    if left < -31:
        return _("overdue since %(day)s") % {"day": day}
    if left < 0:
        said = ngettext(
            "%(count)s day overdue (due %(day)s)", "%(count)s days overdue (due %(day)s)", -left
        )
        return said % {"count": -left, "day": day}
    weekday = date_format(due, "l")
    weekday = weekday.lower() if get_language() == "vi" else weekday
    if left > 14:
        return _("due %(weekday)s, %(day)s") % {"weekday": weekday, "day": day}
    said = ngettext(
        "due %(weekday)s, %(day)s, %(count)s day left",
        "due %(weekday)s, %(day)s, %(count)s days left",
        left,
    )
    return said % {"weekday": weekday, "day": day, "count": left}
