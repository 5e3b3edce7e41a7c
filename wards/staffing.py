"""Posts against the people in them: how a ward stands on a day, and how that moved over time.

Filled is who holds a main post; concurrent posts are told apart and fill none. Whoever is there
beyond the posts of a position is surplus there and fills no vacancy elsewhere.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Assignment, Establishment, Level, Officer, Position, Rating, Theory, Training
from .vietnamese import fold

CHANGES = 12  # the latest so many are shown


@dataclass(frozen=True)
class Line:
    """One position on a day: its posts, the main assignments in them, the concurrent ones."""

    position: Position
    posts: int
    holders: list[Assignment]
    concurrent: list[Assignment]

    @property
    def filled(self):
        return len(self.holders)

    @property
    def vacant(self):
        return max(self.posts - self.filled, 0)

    @property
    def surplus(self):
        return max(self.filled - self.posts, 0)

    @property
    def held(self):
        """Everybody in the position, those who hold it concurrently last."""
        return [*self.holders, *self.concurrent]


@dataclass(frozen=True)
class Standing:
    """A ward on a day: a Line for each position that has posts or people."""

    day: dt.date
    lines: list[Line]

    @property
    def posts(self):
        return sum(line.posts for line in self.lines)

    @property
    def filled(self):
        return sum(line.filled for line in self.lines)

    @property
    def vacant(self):
        return sum(line.vacant for line in self.lines)

    @property
    def surplus(self):
        return sum(line.surplus for line in self.lines)

    @property
    def concurrent(self):
        return sum(len(line.concurrent) for line in self.lines)

    @property
    def holders(self):
        return [each for line in self.lines for each in line.holders]

    def numbers(self):
        return self.posts, self.filled, self.vacant, self.surplus, self.concurrent

    def sentence(self):
        """How the ward stands, in words."""
        if not self.lines:
            return _("No posts have been assigned")
        numbers = {"posts": self.posts, "held": self.posts - self.vacant, "count": self.vacant}
        said = _("All %(posts)s posts are filled")
        if self.vacant:
            said = ngettext(
                "%(held)s of %(posts)s posts are filled; %(count)s is vacant",
                "%(held)s of %(posts)s posts are filled; %(count)s are vacant",
                self.vacant,
            )
        beyond = ngettext(
            "%(count)s officer is beyond the posts",
            "%(count)s officers are beyond the posts",
            self.surplus,
        )
        parts = [said % numbers, beyond % {"count": self.surplus} if self.surplus else ""]
        return "; ".join(filter(None, parts))


@dataclass(frozen=True)
class Sums:
    """The posts of a ward on a day, without the people: how many there are, filled and vacant."""

    posts: int
    filled: int
    vacant: int


def vacancies(wards, day):
    """The Sums of each of `wards` that has posts, by ward id: two queries for all of them.

    As in `Standing`: concurrent posts fill none, a surplus elsewhere fills no vacancy. A ward that
    is not in force on `day` counts as of its first or last day.
    """
    days = {ward.pk: ward.nearest(day) for ward in wards}
    rows = Establishment.objects.filter(ward__in=days).order_by("since")
    posts = {  # the last row of a position holds
        (ward, position): count
        for ward, position, count, since in rows.values_list("ward", "position", "posts", "since")
        if since <= days[ward]
    }
    held = Assignment.objects.filter(ward__in=days, concurrent=False).order_by()
    filled = Counter(
        (ward, position)
        for ward, position, start, end in held.values_list("ward", "position", "start", "end")
        if start <= days[ward] and (end is None or end >= days[ward])
    )
    found = {}
    for ward in days:
        own = {place for place in posts.keys() | filled.keys() if place[0] == ward}
        counts = [(posts.get(place, 0), filled[place]) for place in own]
        if any(count for count, _there in counts):
            found[ward] = Sums(
                posts=sum(count for count, _there in counts),
                filled=sum(there for _count, there in counts),
                vacant=sum(max(count - there, 0) for count, there in counts),
            )
    return found


@dataclass(frozen=True)
class Person:
    """An officer on a day: the posts held then or, when there are none, those held before or after."""

    officer: Officer
    posts: list[Assignment]
    there: bool
    rating: Rating | None  # the latest by that day


class Staffing:
    """The whole roster of a ward, in three queries; every day of it costs none."""

    def __init__(self, ward):
        rows = ward.establishment.select_related("position").order_by("since")
        held = ward.assignments.select_related("officer", "position")
        held = held.prefetch_related("officer__ratings")
        self.establishment = list(rows)
        self.assignments = list(held.order_by("officer__sort_key", "start", "pk"))

    def on(self, day):
        """The Standing of the ward on `day`."""
        begun = [row for row in self.establishment if row.since <= day]
        posts = {row.position: row.posts for row in begun}  # the last row of a position holds
        there = [each for each in self.assignments if each.on(day)]
        positions = {place for place, count in posts.items() if count}
        positions |= {each.position for each in there}
        lines = [
            Line(
                position=place,
                posts=posts.get(place, 0),
                holders=[x for x in there if x.position == place and not x.concurrent],
                concurrent=[x for x in there if x.position == place and x.concurrent],
            )
            for place in sorted(positions, key=lambda place: (place.order, place.code))
        ]
        return Standing(day, lines)

    def over_time(self, day):
        """Standings on the days by `day` on which posts or people became more or fewer, latest first."""
        days = {row.since for row in self.establishment}
        days |= {each.start for each in self.assignments}
        ends = [each.end for each in self.assignments if each.end and each.end < day]
        days |= {end + dt.timedelta(days=1) for end in ends}
        found = [self.on(each) for each in sorted(days) if each <= day]
        pairs = zip([None, *found], found, strict=False)
        moved = [new for old, new in pairs if old is None or new.numbers() != old.numbers()]
        return moved[::-1][:CHANGES]

    def people(self, day, text="", former=False):
        """Persons in post on `day`, or with `former` everybody ever, by given name.

        With `text` only those in whose name it is found, tones and capitals aside.
        """
        posts = {}
        for each in self.assignments:
            if fold(text) in each.officer.search_key:
                posts.setdefault(each.officer, []).append(each)
        found = [_person(officer, held, day) for officer, held in posts.items()]
        return [each for each in found if each.there or former]


def _person(officer, held, day):
    now = [each for each in held if each.on(day)]
    rated = (each for each in officer.ratings.all() if each.year <= day.year)
    return Person(officer, now or held, bool(now), next(rated, None))


def counting_day(day):
    """The last 30 June or 31 December by `day`, the days on which staff are counted officially.

    Those who see no names get figures of people on these days alone: two days next to each other
    would show what the one who came or left between them has.
    """
    days = [dt.date(day.year, 12, 31), dt.date(day.year, 6, 30), dt.date(day.year - 1, 12, 31)]
    return next(each for each in days if each <= day)


# What the officers are -------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """How many officers have something."""

    name: str
    count: int
    percent: int


def qualities(standing):
    """[(title, Shares)] of those in main posts, for those who may see who they are.

    To all others they are told for all wards at once, by reports/withholding.py, and there alone:
    two tables that withhold each for itself would give away together what neither tells.
    """
    officers = [each.officer for each in standing.holders]
    meets = {True: _("meets all requirements"), False: _("lacks something")}
    counted = [
        (_("Requirements of the position"), meets, [not x.lacking for x in standing.holders]),
        (_("Professional qualification"), dict(Level.choices), [x.level for x in officers]),
        (_("Political theory"), dict(Theory.choices), [x.theory for x in officers]),
        (_("State-management training"), dict(Training.choices), [x.training for x in officers]),
        (_("Sex"), dict(Officer.Sex.choices), [x.sex for x in officers]),
        (_("Age"), ages(), [age(x, standing.day) for x in officers]),
    ]
    return [(title, shares(names, has)) for title, names, has in counted]


def shares(names, has):
    """Shares by the keys of `names`, from one key per officer; what is not recorded comes last."""
    found = Counter(has)
    names = dict(names)
    if unknown := sum(count for key, count in found.items() if key not in names):
        names[None], found[None] = _("not recorded"), unknown
    total = sum(found[key] for key in names)
    return [
        Share(name, found[key], int(100 * found[key] / total + 0.5))
        for key, name in names.items()
        if found[key]
    ]


def ages():
    """The age bands of the official staff statistics, by key."""
    return {
        "30": _("30 or younger"),
        "40": _("31 to 40"),
        "50": _("41 to 50"),
        "working": _("51 to the age of retirement"),
        "beyond": _("beyond the age of retirement"),
    }


def age(officer, day):
    """The officer's band on `day`, a key of `ages`, from the year of birth; None without one."""
    if officer.birth_year is None:
        return None
    years = day.year - officer.birth_year
    if years <= 50:
        return next(band for band in ("30", "40", "50") if years <= int(band))
    limit = settings.RETIREMENT_AGES.get(officer.sex, max(settings.RETIREMENT_AGES.values()))
    return "working" if years <= limit else "beyond"
