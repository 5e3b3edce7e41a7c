"""A whole pilot, invented but plausible, and the same for the same seed: the demo, and test data.

Levels, posts and names come from `reference/demo.toml`, the law's positions from
`reference/ward-positions.toml`; everything else is drawn. No person and no figure here is real,
except the published figures that `build_766` imports.
"""

import copy
import csv
import datetime as dt
import functools
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from wards.models import (
    Assignment,
    District,
    Establishment,
    Level,
    Membership,
    Officer,
    Position,
    Rating,
    Theory,
    Training,
    User,
    Ward,
)
from wards.vietnamese import fold

from . import figures, frameworks
from .frameworks import REFERENCE
from .models import Indicator, Milestone, Period, Pilot, Progress, Submission, Value
from .periods import MONTHS

START = dt.date(2021, 7, 1)
FOUNDED, DISSOLVED = dt.date(2013, 12, 27), dt.date(2025, 6, 30)
LOCKDOWN = (dt.date(2021, 7, 1), dt.date(2021, 9, 30))
HOME = "00631"  # Mễ Trì: the ward whose people log in at the demo
SEASON = {1: 1.05, 2: 0.72, 3: 1.12, 8: 1.05, 12: 1.1}  # Tết empties February
DOSSIERS = 520  # a month, in an average ward
ENGLISH = [*["Tiếng Anh B", "Tiếng Anh bậc 2", "Tiếng Anh bậc 3"] * 4, ""]
COMPUTING = ["Ứng dụng CNTT cơ bản", "Tin học văn phòng", "Ứng dụng CNTT nâng cao"]
DISTRICT_PEOPLE = {
    "phongnoivu": ("Đặng Thị Minh Châu", "Phòng Nội vụ quận Nam Từ Liêm", Membership.Role.REVIEW),
    "lanhdao": ("Phạm Quang Bình", "Thường trực Quận ủy Nam Từ Liêm", Membership.Role.BROWSE),
}
ADMINISTRATOR = "quantri"
USERNAMES = ["nhap.metri", "chutich.metri", *DISTRICT_PEOPLE, ADMINISTRATOR]

# One stream of chance for each purpose, so that a change in one leaves the others as they were.
ROSTER, RATINGS, SKILLS, FIGURES, RETURNS, FATES, CORRECTIONS = range(7)


def _rng(seed, stream, number=0):
    return np.random.default_rng([seed, stream, number])


def _pick(rng, choices, weights=None):
    """One of `choices`, as it is and not as a numpy type."""
    if weights is None:
        return choices[int(rng.integers(len(choices)))]
    return choices[int(rng.choice(len(choices), p=weights))]


@functools.cache
def _read(name):
    """The content of a reference file; nobody may change it."""
    return tomllib.loads((REFERENCE / name).read_text(encoding="utf-8"))


@dataclass(eq=False)
class Unit:
    """A ward (None: the district) while it is drawn, and what makes it differ from the others."""

    number: int  # 0 is the district
    ward: Ward | None
    seed: int
    skill: float = 0.0  # 1 is a good ward, -3 a weak one
    posts: dict = field(default_factory=dict)  # day they hold from -> {position: posts}
    officers: list = field(default_factory=list)
    assignments: list = field(default_factory=list)
    ratings: list = field(default_factory=list)
    late: dict = field(default_factory=dict)  # period -> dossiers settled late
    outlier: Period | None = None
    enters: User | None = None
    submits: User | None = None

    def __post_init__(self):
        self.rng = _rng(self.seed, FIGURES, self.number)
        self.size = float(self.rng.uniform(0.6, 1.45))
        self.bent = defaultdict(lambda: float(self.rng.normal(0, 0.35)))  # indicator -> own skill
        self.dossiers = {}  # period -> dossiers of the month

    def posts_on(self, day):
        return self.posts[max(since for since in self.posts if since <= day)]

    def in_post(self, day, concurrent=False):
        """The assignments in force on `day`; concurrent posts only when asked for."""
        return [
            each
            for each in self.assignments
            if each.start <= day
            and (each.end is None or each.end >= day)
            and (concurrent or not each.concurrent)
        ]


# The whole -------------------------------------------------------------------------------------


@transaction.atomic
def build(wards=10, months=24, seed=1, slug="nam-tu-liem", history=True):
    """Build the pilot of Nam Từ Liêm with its people, roster, returns and milestones; the Pilot.

    The first ten wards are the real ones, further ones are invented. Of `months` of figures half
    lie before the pilot's start. `history=False` leaves the change log out, which is faster.
    """
    pilot = _pilot(slug, months)
    units = [
        Unit(n, ward, seed, skill)
        for n, (ward, skill) in enumerate(
            zip(_wards(pilot, wards), _skills(seed, wards), strict=True), 1
        )
    ]
    frameworks.load(pilot, frameworks.read("urban-government"))
    periods = _periods(pilot, months)
    _roster(units, periods, history)
    reviewer = _people(pilot, units)
    _returns(pilot, [Unit(0, None, seed), *units], periods, reviewer, history)
    _milestones(pilot, units, reviewer, history)
    return pilot


@transaction.atomic
def build_766():
    """The published figures of eleven communes of Đắk Lắk under Decision 766, as a second pilot."""
    path = REFERENCE / "qd766-communes.csv"
    pilot = figures.import_figures(path, "qd766", "2026-10-05", slug="chi-so-766").pilot
    pilot.name_vi = "Chỉ số 766: mười một xã, phường của Đắk Lắk"
    pilot.name_en = "Index 766: eleven communes and wards of Đắk Lắk"
    pilot.source_vi = (
        "Số liệu công khai trên hệ thống đánh giá của Cổng Dịch vụ công quốc gia, lũy kế đến ngày"
        " 05/10/2026, qua kho dữ liệu hauphanquoc/766-Analyze trên GitHub."
    )
    pilot.source_en = (
        "Public figures of the evaluation service of the National Public Service Portal, year to"
        " 5 October 2026, through the GitHub repository hauphanquoc/766-Analyze."
    )
    pilot.illustrative = False
    pilot.save()
    _district_people(pilot.district)
    return pilot


def accounts(pilot, password):
    """Give the demo's people `password`; rows of (username, what they may do, the same in English)."""
    home = _home(pilot.wards.order_by("code"))
    place = home.bare_name if home else "-"
    rows = [
        ("nhap.metri", f"nhập số liệu, phường {place}", f"enters figures, {place} ward"),
        ("chutich.metri", f"kiểm tra và trình, phường {place}", f"checks and submits, {place}"),
        ("phongnoivu", "duyệt hoặc trả lại phiếu của quận", "reviews the district's returns"),
        ("lanhdao", "xem toàn quận, trình chiếu hội nghị", "browses and presents"),
        (ADMINISTRATOR, "quản trị hệ thống", "administers the system"),
    ]
    usernames = [username for ward in pilot.wards.all() for username in _usernames(ward, home)]
    usernames += [username for username, *_rights in rows]
    # PBKDF2 is slow on purpose: one hash serves all.
    User.objects.filter(username__in=usernames).update(password=make_password(password))
    return rows


def _create(model, rows, history):
    """Insert in bulk, with the first line of each row's change log where wanted.

    A row's `_history_date` and `_history_user` say when and by whom.
    """
    rows = model.objects.bulk_create(rows, batch_size=1000)
    if history:
        model.history.bulk_history_create(rows, batch_size=1000)
    return rows


def _moment(day, hour, minute=0):
    return timezone.make_aware(dt.datetime(day.year, day.month, day.day, hour, minute))


# The programme and its places ------------------------------------------------------------------


def _month(day, after):
    """The first day of the month that comes `after` months after the month of `day`."""
    years, month = divmod(day.year * 12 + day.month - 1 + after, 12)
    return dt.date(years, month + 1, 1)


def _pilot(slug, months):
    district, _new = District.objects.get_or_create(
        code="019",
        valid_from=FOUNDED,
        defaults={
            "name_vi": "Quận Nam Từ Liêm",
            "name_en": "Nam Từ Liêm district",
            "valid_to": DISSOLVED,
            "source": "Danh mục mã đơn vị hành chính của Tổng cục Thống kê, 01/3/2025",
        },
    )
    before = min(12, months // 2)
    return Pilot.objects.create(
        slug=slug,
        district=district,
        name_vi="Chính quyền đô thị quận Nam Từ Liêm",
        name_en="Urban government of Nam Từ Liêm district",
        legal_basis_vi="Nghị quyết số 97/2019/QH14; Nghị định số 32/2021/NĐ-CP",
        legal_basis_en="Resolution 97/2019/QH14; Decree 32/2021/NĐ-CP",
        start=START,
        baseline_start=_month(START, -before) if before else None,
        baseline_end=START - dt.timedelta(days=1) if before else None,
        illustrative=True,
        source_vi="Số liệu minh họa do chương trình tạo ra, không phải số liệu thật của quận.",
        source_en="Illustrative figures drawn by the program, not the district's own.",
    )


def _wards(pilot, count):
    """The first `count` wards, taking part in the pilot: ten real ones, then invented ones."""
    with (REFERENCE / "wards-2021.csv").open(encoding="utf-8") as file:
        real = list(csv.DictReader(file))
    with (REFERENCE / "tilemap-2021.csv").open(encoding="utf-8") as file:
        places = {
            line["code"]: (int(line["row"]), int(line["col"])) for line in csv.DictReader(file)
        }
    lines = real[:count]
    for n in range(len(real) + 1, count + 1):
        code, name = f"MH{n:03}", f"Minh họa {n}"
        lines.append({"code": code, "name_vi": f"Phường {name}", "name_en": f"{name} Ward"})
        places[code] = divmod(n - len(real) - 1 + 60, 10)  # below the real ones
    wards = [_ward(pilot.district, line, places[line["code"]]) for line in lines]
    pilot.wards.set(wards)
    return wards


def _ward(district, line, place):
    ward, _new = Ward.objects.get_or_create(
        code=line["code"],
        valid_from=FOUNDED,
        defaults={
            "district": district,
            "name_vi": line["name_vi"],
            "name_en": line["name_en"],
            "valid_to": DISSOLVED,
            "source": line.get("source", "Đơn vị minh họa, không có thật."),
            "area_km2": line.get("area_km2") or None,
            "population": line.get("population") or None,
            "population_year": line.get("year") or None,
            "map_row": place[0],
            "map_column": place[1],
        },
    )
    return ward


def _skills(seed, count):
    """How good each ward is: of the first ten one is clearly weaker than the others."""
    rng = _rng(seed, SKILLS)
    ten = np.array([-2.8, *np.linspace(-0.5, 1.1, 9)])
    rng.shuffle(ten)
    further = rng.normal(0, 0.6, max(count - len(ten), 0))
    return [*ten, *further][:count]


def _periods(pilot, months):
    """The periods of every frequency that the framework reports by; half lie before the start."""
    first = _month(START, -(months // 2))
    last = _month(first, months) - dt.timedelta(days=1)
    asked = Indicator.objects.filter(theme__pilot=pilot).values_list("frequency", flat=True)
    kinds = [kind for kind in MONTHS if kind in set(asked)]
    periods = Period.objects.calendar(pilot, first, last, kinds)
    periods = sorted(periods, key=lambda each: (each.end, each.start))
    return Period.objects.bulk_create(periods)


# People ----------------------------------------------------------------------------------------


def _people(pilot, units):
    """Everybody who logs in: two of each ward, two of the district, the administrator; the reviewer."""
    reviewer = _district_people(pilot.district)
    administrator = _user(
        ADMINISTRATOR, "Quản trị hệ thống", "Tổ công nghệ thông tin quận Nam Từ Liêm"
    )
    administrator.is_staff = administrator.is_superuser = True
    administrator.save()
    home = _home([unit.ward for unit in units])
    for unit in units:
        unit.enters, unit.submits = _ward_people(unit, home)
    if not units:
        for username in _usernames(None, None):
            _user(username, "", "")
    return reviewer


def _home(wards):
    """The ward whose people log in at the demo: Mễ Trì, or the first."""
    wards = list(wards)
    return next((ward for ward in wards if ward.code == HOME), wards[0] if wards else None)


def _usernames(ward, home):
    """A ward's two names, which are their rights; those at home are the same in every build."""
    place = "metri" if ward == home else fold(ward.bare_name).replace(" ", "")
    return f"nhap.{place}", f"chutich.{place}"


def _ward_people(unit, home):
    """The ward's statistics officer enters, its chair submits: the ones of the roster."""
    last = max(each.start for each in unit.assignments)
    holders = {each.position.code: each.officer for each in reversed(unit.in_post(last))}
    roles = zip(
        _usernames(unit.ward, home),
        (holders["office"], holders["chair"]),
        (Membership.Role.ENTER, Membership.Role.SUBMIT),
        strict=True,
    )
    users = []
    for username, officer, role in roles:
        users.append(_user(username, officer.full_name, f"UBND phường {unit.ward.bare_name}"))
        Membership.objects.get_or_create(user=users[-1], role=role, ward=unit.ward)
    return users


def _district_people(district):
    """Rights at `district` for the demo's reviewer and leader; returns the reviewer."""
    users = []
    for username, (name, office, role) in DISTRICT_PEOPLE.items():
        users.append(_user(username, name, office))
        Membership.objects.get_or_create(user=users[-1], role=role, district=district)
    return users[0]


def _user(username, name, office):
    """The user, made without a password that could be used until `accounts` gives one."""
    defaults = {"full_name": name, "office": office, "password": make_password(None)}
    return User.objects.get_or_create(username=username, defaults=defaults)[0]


# The roster ------------------------------------------------------------------------------------


def _roster(units, periods, history):
    """Positions, posts, officers, assignments and ratings of all wards."""
    demo = _read("demo.toml")
    positions = _positions()
    years = {2020, 2021} | {each.start.year for each in periods if each.kind == "year"}
    for unit in units:
        _staff(unit, positions, demo, _rng(unit.seed, ROSTER, unit.number))
        _rate(unit, sorted(years), _rng(unit.seed, RATINGS, unit.number))
    # A second pilot of the same wards finds their roster there.
    taken = set(Establishment.objects.values_list("ward", flat=True).distinct())
    new = [unit for unit in units if unit.ward.pk not in taken]
    _create(Establishment, [row for unit in new for row in _posts(unit, positions)], history)
    _create(Officer, [each for unit in new for each in unit.officers], history)
    _create(Assignment, [each for unit in new for each in unit.assignments], history)
    Rating.objects.bulk_create([each for unit in new for each in unit.ratings])


def _positions():
    """The law's positions by their codes, each with the list `fields` it accepts."""
    positions = {}
    for order, line in enumerate(_read("ward-positions.toml")["positions"], 1):
        position, _new = Position.objects.get_or_create(
            code=line["code"],
            defaults=line | {"order": order, "required_fields": "\n".join(line["required_fields"])},
        )
        position.fields = line["required_fields"]
        positions[position.code] = position
    return positions


def _posts(unit, positions):
    """The establishment: what was assigned when the wards were founded, and what the pilot left."""
    before, after = unit.posts.values()
    for since, posts in unit.posts.items():
        for code in before | after:
            if before.get(code) != after.get(code) or since == FOUNDED:
                row = Establishment(
                    ward=unit.ward,
                    position=positions[code],
                    posts=posts.get(code, 0),
                    since=since,
                    decision="Số liệu minh họa",
                )
                row._history_date = _moment(since, 8)
                yield row


def _staff(unit, positions, demo, rng):
    """Who held which post of the ward when: before the pilot, at its start, and since."""
    unit.posts = _posts_of_ward(unit.number, demo["posts"])
    before, after = unit.posts.values()
    cast = Cast(unit, positions, demo, rng)
    leavers = []
    for code in before | after:
        for _post in range(before.get(code, 0) - after.get(code, 0)):
            if code == "council-deputy" and rng.random() < 1 / 3:
                continue  # of Hà Nội's 175 wards 59 had none
            leavers.append(cast.old_hand(code, end=START - dt.timedelta(days=1)))
    for code in after:
        kept = min(before.get(code, 0), after[code])
        for _post in range(kept):
            cast.stay(code, leavers)
        for _post in range(after[code] - kept):
            officer = leavers.pop() if leavers and rng.random() < 0.6 else cast.hire(code, START)
            cast.assign(officer, code, START)
    if unit.number % 10 in {2, 5, 0} and leavers:
        # Surplus beyond the posts, until milestone m08 settled it.
        cast.assign(leavers.pop(0), "culture", START, dt.date(2021, 11, 14))
    gone = [each for each in demo["vacancies"] if each["ward"] == (unit.number - 1) % 10]
    for vacancy in gone:
        cast.vacate(vacancy)
    cast.turn_over({each["position"] for each in gone})


def _posts_of_ward(number, posts):
    """Posts by position from the founding and from the pilot's start: 20, then 15 on average."""
    differ = posts["differ"]["pattern"][(number - 1) % 10]
    where = posts["differ"]["more" if differ > 0 else "fewer"]
    return {
        since: table | {where: table[where] + differ}
        for since, table in ((FOUNDED, posts["before"]), (START, posts["after"]))
    }


class Cast:
    """Hires, moves and retires the officers of one ward."""

    def __init__(self, unit, positions, demo, rng):
        self.unit, self.positions, self.rng = unit, positions, rng
        self.names = demo["names"]
        self.fields = sorted({each for place in positions.values() for each in place.fields})
        self.taken = set()

    def assign(self, officer, code, start, end=None, concurrent=False):
        assignment = Assignment(
            officer=officer,
            ward=self.unit.ward,
            position=self.positions[code],
            start=start,
            end=end,
            concurrent=concurrent,
        )
        assignment._history_date = _moment(start, 8)
        self.unit.assignments.append(assignment)
        return officer

    def hire(self, code, start):
        """A new officer fit, more or less, for the position."""
        rng, position = self.rng, self.positions[code]
        sex = "m" if rng.random() < (0.98 if code == "military" else 0.45) else "f"
        youngest = start.year - (33 if position.leads else 23)
        officer = Officer(
            full_name=self._name(sex),
            sex=sex,
            birth_year=youngest
            - int(rng.integers(0, 14 if start >= START or position.leads else 21)),
            foreign_language=_pick(rng, ENGLISH),
            it=_pick(rng, COMPUTING),
            **self._training(position, start),
        )
        # Only while the demo is drawn: since when the officer counts as trained.
        officer.gained = {
            what: START + dt.timedelta(days=int(rng.integers(-330, 350)))
            for what in ("political_theory", "state_management", "it_language")
            if rng.random() < 0.22
        }
        officer._history_date = _moment(start, 8)
        officer.fill_keys()
        self.unit.officers.append(officer)
        return officer

    def _name(self, sex):
        """A full name that nobody in the ward has yet."""
        while True:
            parts = [self.names[key] for key in ("family", f"{sex}_middle", f"{sex}_given")]
            name = " ".join(_pick(self.rng, choices) for choices in parts)
            words = [fold(word) for word in name.split()]
            if name not in self.taken and len(set(words)) == len(words):
                self.taken.add(name)
                return name

    def _training(self, position, start):
        rng = self.rng
        levels = [Level.INTERMEDIATE, Level.COLLEGE, Level.UNIVERSITY, Level.MASTER]
        weights = [0.05, 0.06, 0.78, 0.11] if start < START else [0.0, 0.02, 0.83, 0.15]
        if position.leads:
            weights = [0.0, 0.0, 0.65, 0.35]
        elif position.code == "military":
            weights = [0.55, 0.1, 0.35, 0.0]
        elif position.code == "party-front":
            weights = [0.2, 0.2, 0.55, 0.05]
        fields = position.fields if rng.random() < 0.96 else self.fields
        theories = [Theory.NONE, Theory.ELEMENTARY, Theory.INTERMEDIATE, Theory.ADVANCED]
        trainings = [Training.NONE, Training.OFFICER, Training.SPECIALIST, Training.PRINCIPAL]
        leads = position.leads
        return {
            "level": _pick(rng, levels, weights),
            "field": _pick(rng, fields),
            "theory": _pick(rng, theories, [0, 0, 0.4, 0.6] if leads else [0.1, 0.22, 0.64, 0.04]),
            "training": _pick(
                rng, trainings, [0, 0, 0.6, 0.4] if leads else [0.1, 0.1, 0.77, 0.03]
            ),
        }

    def old_hand(self, code, end=None):
        """Somebody who has held the post for years."""
        leads = self.positions[code].leads
        year = int(self.rng.integers(*((2015, 2019) if leads else (2014, 2019))))
        start = dt.date(year, int(self.rng.integers(1, 13)), 1)
        return self.assign(self.hire(code, start), code, start, end)

    def stay(self, code, leavers):
        """A post that goes on. Leaders are appointed anew by the district, not always the same."""
        if not self.positions[code].leads:
            self.old_hand(code)
            return
        officer = self.old_hand(code, end=START - dt.timedelta(days=1))
        if leavers and self.rng.random() < 0.35:
            leading = [each for each in leavers if each.theory >= Theory.ADVANCED] or leavers
            officer = leading[0]
            leavers.remove(officer)
        self.assign(officer, code, START)

    def _holders(self, code, day):
        """Open-ended main posts in the position that had begun by `day`."""
        return [
            each
            for each in self.unit.assignments
            if each.position.code == code
            and each.end is None
            and not each.concurrent
            and each.start < day
        ]

    def vacate(self, vacancy):
        """Somebody leaves; the post stays vacant, is filled later, or is covered concurrently."""
        code, since = vacancy["position"], vacancy["since"]
        self._holders(code, since)[-1].end = since
        if "until" in vacancy:
            start = vacancy["until"] + dt.timedelta(days=1)
            self.assign(self.hire(code, start), code, start)
        if "covered_by" in vacancy:
            stand_in = self._holders(vacancy["covered_by"], since)[0].officer
            self.assign(stand_in, code, since + dt.timedelta(days=4), concurrent=True)

    def turn_over(self, untouched):
        """Three officers leave, the less qualified first, and are replaced after some weeks."""
        codes = [
            code
            for code, position in self.positions.items()
            if not position.leads and code not in untouched and code in self.unit.posts[START]
        ]
        for _leaving in range(3):
            code = _pick(self.rng, codes)
            end = START + dt.timedelta(days=int(self.rng.integers(-300, 230)))
            holders = self._holders(code, min(end, dt.date(2020, 1, 1)))
            if holders:
                min(holders, key=lambda each: each.officer.level).end = end
                start = end + dt.timedelta(days=int(self.rng.integers(30, 100)))
                self.assign(self.hire(code, start), code, start)


def _rate(unit, years, rng):
    """The yearly classes of everybody who was in post at the end of the year."""
    good = 0.78 + 0.02 * unit.skill
    weights = [0.11, good, 0.98 - 0.11 - good, 0.02]
    for year in years:
        for each in unit.in_post(dt.date(year, 12, 31)):
            grade = _pick(rng, list(Rating.Grade), weights)
            unit.ratings.append(Rating(officer=each.officer, year=year, grade=grade))


# Figures ---------------------------------------------------------------------------------------


def _overlap(period, first, last):
    """Which share of the period's days lies between two days."""
    days = (min(period.end, last) - max(period.start, first)).days + 1
    return max(days, 0) / ((period.end - period.start).days + 1)


def _since_start(period):
    """How far the pilot has come by the end of the period: 0 before it, 1 after a year."""
    return min(max((period.end - START).days / 365, 0), 1.3)


def _probability(unit, indicator, period, rate):
    """The chance behind a ratio: from before to after, by the ward's skill, lockdown and luck."""
    before, after = (np.log(rate[when] / (1 - rate[when])) for when in ("before", "after"))
    odds = before + (after - before) * _since_start(period)
    odds += 0.32 * (unit.skill + unit.bent[indicator.code])
    odds += rate.get("dip", -0.3) * _overlap(period, *LOCKDOWN)
    return 1 / (1 + np.exp(-odds - unit.rng.normal(0, 0.12)))


def _work_left(period, rate):
    """The share of the usual work that the lockdown left."""
    return 1 - _overlap(period, *LOCKDOWN) * (1 - rate.get("lockdown", 1))


def _dossiers(unit, period):
    """The dossiers of the month, which several ratios have in common."""
    if period.pk not in unit.dossiers:
        mean = DOSSIERS * unit.size * SEASON.get(period.start.month, 1)
        mean *= _work_left(period, {"lockdown": 0.6})
        unit.dossiers[period.pk] = int(np.clip(unit.rng.normal(mean, mean * 0.06), 200, 900))
    return unit.dossiers[period.pk]


def _ratio(unit, indicator, period, rate):
    """Numerator and denominator: a binomial draw."""
    if "of_dossiers" in rate:
        due = round(_dossiers(unit, period) * rate["of_dossiers"])
    elif "of_staff" in rate:
        due = len(unit.in_post(period.end))
    else:
        due = min(int(unit.rng.poisson(rate["due"] * _work_left(period, rate))), rate["most"])
    done = int(unit.rng.binomial(due, _probability(unit, indicator, period, rate)))
    if indicator.code == "dossiers_on_time":
        unit.late[period.pk] = due - done
    return {"numerator": done, "denominator": due}


def _count(unit, indicator, period, count):
    """A Poisson draw; good wards do more of what is good and less of what is not."""
    if count.get("exact"):
        return {"numerator": count["after" if period.end >= START else "before"]}
    mean = count["before"] + (count["after"] - count["before"]) * _since_start(period)
    better = 1 if indicator.direction == "higher" else -1
    mean *= _work_left(period, count) * np.exp(0.15 * better * unit.skill)
    return {"numerator": min(int(unit.rng.poisson(mean)), count["most"])}


def _overdue(unit, _indicator, period):
    """Dossiers still open at the end of the month: some of those that are late."""
    return {"numerator": int(unit.rng.binomial(unit.late.get(period.pk, 8), 0.3))}


def _made_public(unit, indicator, period):
    """A stock: the pilot brought more tasks, and the list of those made public only grows."""
    due = 30 + (16 if period.end >= START else 0) + round(6 * _since_start(period))
    share = 0.66 + 0.27 * _since_start(period) + 0.04 * (unit.skill + unit.bent[indicator.code])
    return {"numerator": round(due * min(max(share, 0.3), 1)), "denominator": due}


def _spent(unit, _indicator, period):
    """Millions of đồng; the last quarter catches up, and a plan may be exceeded."""
    last_quarter = period.end.month == 12
    planned = 2400 * unit.size * {3: 0.85, 6: 0.97, 9: 0.98, 12: 1.2}.get(period.end.month, 1)
    share = unit.rng.normal(0.9 + 0.03 * unit.skill + 0.06 * last_quarter, 0.05)
    share -= 0.12 * _overlap(period, *LOCKDOWN)
    return {
        "numerator": Decimal(f"{planned * max(share, 0.2):.1f}"),
        "denominator": Decimal(f"{planned:.1f}"),
    }


def _regulations(unit, _indicator, period):
    """Yes with the day of issue, once the working regulations are issued."""
    known = _read("demo.toml")["regulations"]
    issued = known.get(unit.ward.code)
    if issued is None:
        issued = dt.date(2021, 8, 16) + dt.timedelta(days=9 * (unit.number * 7 % 9))
        if unit.skill < -2:
            issued = dt.date(2022, 2, 11)
    there = issued <= period.end
    return {"numerator": int(there), "happened_on": issued if there else None}


def _filled(unit, _indicator, period):
    """Posts held by somebody; whoever is there beyond the posts fills none."""
    posts = unit.posts_on(period.end)
    held = Counter(each.position.code for each in unit.in_post(period.end))
    filled = sum(min(held[code], posts[code]) for code in posts)
    return {"numerator": filled, "denominator": sum(posts.values())}


def _staff_number(unit, _indicator, period):
    return {"numerator": len(unit.in_post(period.end))}


def _vacant_titles(unit, _indicator, period):
    """Titles that nobody answers for, not even concurrently."""
    held = {each.position.code for each in unit.in_post(period.end, concurrent=True)}
    return {"numerator": sum(code not in held for code in unit.posts_on(period.end))}


def _matched(each):
    officer, position = each.officer, each.position
    return officer.level >= position.required_level and officer.field in position.fields


HAS = {
    "matched_to_post": _matched,
    "university": lambda each: each.officer.level >= Level.UNIVERSITY,
    "political_theory": lambda each: each.officer.theory >= Theory.INTERMEDIATE,
    "state_management": lambda each: each.officer.training >= Training.OFFICER,
    "it_language": lambda each: bool(each.officer.foreign_language and each.officer.it),
}


def _staff_share(unit, indicator, period):
    """Those in post who have what is asked, each since the day they gained it."""
    there, has = unit.in_post(period.end), HAS[indicator.code]
    having = [
        each
        for each in there
        if has(each) and each.officer.gained.get(indicator.code, FOUNDED) <= period.end
    ]
    return {"numerator": len(having), "denominator": len(there)}


def _rated_good(unit, _indicator, period):
    grades = [each.grade for each in unit.ratings if each.year == period.start.year]
    good = sum(grade in {"excellent", "good"} for grade in grades)
    return {"numerator": good, "denominator": len(grades)}


DRAWN = {
    "posts_filled": _filled,
    "staff_per_ward": _staff_number,
    "title_vacancies": _vacant_titles,
    "delegated_public": _made_public,
    "budget_spent": _spent,
    "dossiers_overdue": _overdue,
    "regulations_current": _regulations,
    "rated_good": _rated_good,
    **dict.fromkeys(HAS, _staff_share),
}
# What the framework may name one day and this file does not know.
OTHER_RATE = {"due": 20, "most": 60, "before": 0.85, "after": 0.92}
OTHER_COUNT = {"before": 1, "after": 1, "most": 1}


class Figures:
    """Draws the cells of returns."""

    def __init__(self):
        demo = _read("demo.toml")
        self.rates, self.counts, self.reasons = demo["rates"], demo["counts"], demo["reasons"]

    def cell(self, unit, indicator, period):
        """The fields of a Value, other than its return and indicator."""
        if unit.outlier == period and indicator.code == "dossiers_overdue":
            return {"numerator": 80 + int(unit.rng.integers(20)), "reason": self.reasons["outlier"]}
        state, reason = self._unreported(unit, indicator, period)
        if state:
            return {"state": state, "reason": reason}
        if indicator.code in DRAWN:
            return DRAWN[indicator.code](unit, indicator, period)
        if indicator.kind == Indicator.Kind.RATIO:
            rate = self.rates.get(indicator.code, OTHER_RATE)
            return _ratio(unit, indicator, period, rate)
        return _count(unit, indicator, period, self.counts.get(indicator.code, OTHER_COUNT))

    def _unreported(self, unit, indicator, period):
        """A state without a figure and its reason, or two empty texts."""
        if indicator.code == "regulations_current" and period.end < START:
            return Value.State.NOT_APPLICABLE, self.reasons["before_the_pilot"]
        locked = _overlap(period, *LOCKDOWN) == 1
        if indicator.code == "satisfaction" and locked and unit.rng.random() < 0.5:
            return Value.State.NOT_APPLICABLE, self.reasons["no_survey"]
        if unit.ward and indicator.code not in DRAWN and unit.rng.random() < 0.007:
            return Value.State.NOT_AVAILABLE, _pick(unit.rng, self.reasons["not_available"])
        return "", ""


# Returns ---------------------------------------------------------------------------------------


def _returns(pilot, units, periods, reviewer, history):
    """All returns with their figures, and the blemishes of real ones."""
    asked = defaultdict(list)
    for indicator in Indicator.objects.filter(theme__pilot=pilot).order_by("theme__order", "order"):
        asked[indicator.level, indicator.frequency].append(indicator)
    fates = _fates(units, periods)
    figures_of = Figures()
    returns, values = [], []
    for unit in units:
        rng = _rng(unit.seed, RETURNS, unit.number)
        for period in periods:
            indicators = asked["ward" if unit.ward else "district", period.kind]
            fate = fates.get((unit.number, period.pk), Submission.State.APPROVED)
            if not indicators or fate == MISSING:
                continue
            submission = _submission(unit, period, fate, reviewer, rng)
            returns.append(submission)
            cells = [(each, figures_of.cell(unit, each, period)) for each in indicators]
            if fate == Submission.State.DRAFT:
                cells = cells[: len(cells) * 2 // 3]
            values += [Value(submission=submission, indicator=i, **cell) for i, cell in cells]
    _keep_returns(returns, history)
    _keep_values(values, history, units[0].seed)


MISSING = "missing"


def _fates(units, periods):
    """What became of the returns that were not simply approved: (unit, period) -> state or MISSING.

    In the last month one ward reported nothing and one each is returned, waiting and half typed (a
    draft, of the ward that logs in); before that 4 % of the returns never came, most from weak wards.
    """
    wards = [unit for unit in units if unit.ward]
    months = [period for period in periods if period.kind == "month"]
    if not wards or not months:
        return {}
    rng = _rng(units[0].seed, FATES)
    last, home = months[-1], _home([unit.ward for unit in wards])
    others = [unit for unit in wards if unit.ward != home]
    rng.shuffle(others)
    states = [MISSING, Submission.State.SUBMITTED, Submission.State.RETURNED]
    fates = {(unit.number, last.pk): state for unit, state in zip(others, states, strict=False)}
    if len(wards) > len(states) + 1:
        at_home = next(unit for unit in wards if unit.ward == home)
        fates[at_home.number, last.pk] = Submission.State.DRAFT
    earlier = [
        (unit, each.pk)
        for unit in wards
        for each in periods
        # Nobody forgets the year's return.
        if each.end < last.end and each.kind != "year"
    ]
    never = round(0.04 * len(wards) * len(periods)) - 1
    if never > 0 and earlier:
        weights = np.exp([-0.5 * unit.skill for unit, _period in earlier])
        chosen = rng.choice(len(earlier), never, replace=False, p=weights / weights.sum())
        fates |= {(earlier[n][0].number, earlier[n][1]): MISSING for n in chosen}
    _place_outlier(wards, months, fates, rng)
    return fates


def _place_outlier(wards, months, fates, rng):
    """One gross outlier, some months before the last, in an approved return of a decent ward."""
    month = months[max(len(months) - 4, 0)]
    sound = [unit for unit in wards if (unit.number, month.pk) not in fates]
    decent = [unit for unit in sound if unit.skill > -1] or sound
    if decent:
        _pick(rng, decent).outlier = month


def _submission(unit, period, fate, reviewer, rng):
    """A return in the state that `fate` says, with everything that happened to it on the way."""
    late = rng.random() < (0.05 if unit.skill > -1 else 0.18)
    days = int(rng.integers(1, 8)) if late else -int(rng.integers(0, 6))
    submission = Submission(period=period, ward=unit.ward, state=fate)
    submission.entered_by = unit.enters or reviewer
    submitted = _moment(period.due + dt.timedelta(days=days), *_working_time(rng))
    submission.entered_at = submitted - dt.timedelta(days=int(rng.integers(0, 3)), hours=2)
    if fate == Submission.State.DRAFT:
        return submission
    submission.submitted_at = submitted
    submission.submitted_by = unit.submits or reviewer
    if fate != Submission.State.SUBMITTED:
        decided = timezone.localdate(submitted) + dt.timedelta(days=int(rng.integers(1, 5)))
        submission.decided_at = _moment(decided, *_working_time(rng))
        submission.decided_by = reviewer
    if fate == Submission.State.RETURNED:
        submission.reason = _read("demo.toml")["reasons"]["returned"]
    return submission


def _working_time(rng):
    return int(rng.integers(8, 17)), int(rng.integers(0, 60))


def _keep_returns(returns, history):
    """Insert the returns and, as their log, the steps: begun, submitted, decided."""
    Submission.objects.bulk_create(returns, batch_size=1000)
    if not history:
        return
    begun = [
        _step(
            each,
            each.entered_at,
            each.entered_by,
            state="draft",
            submitted_at=None,
            submitted_by_id=None,
            decided_at=None,
            decided_by_id=None,
            reason="",
        )
        for each in returns
    ]
    submitted = [
        _step(
            each,
            each.submitted_at,
            each.submitted_by,
            state="submitted",
            decided_at=None,
            decided_by_id=None,
            reason="",
        )
        for each in returns
        if each.submitted_at
    ]
    decided = [_step(each, each.decided_at, each.decided_by) for each in returns if each.decided_at]
    Submission.history.bulk_history_create(begun, batch_size=1000)
    Submission.history.bulk_history_create(submitted + decided, batch_size=1000, update=True)


def _step(submission, moment, user, **then):
    """The return as it stood at a moment of its life, for the log."""
    past = copy.copy(submission)
    past.__dict__.update(then)
    past._history_date, past._history_user = moment, user
    return past


def _keep_values(values, history, seed):
    """Insert the figures and their log; one in a hundred was first entered wrong and corrected."""
    Value.objects.bulk_create(values, batch_size=1000)
    if not history:
        return
    rng = _rng(seed, CORRECTIONS)
    corrected = []
    for value in values:
        value._history_date = value.submission.entered_at
        value._history_user = value.submission.entered_by
        if value.numerator and rng.random() < 0.01:
            corrected.append(value)
            value.numerator -= 1
    Value.history.bulk_history_create(values, batch_size=1000)
    for value in corrected:
        value.numerator += 1
        value._history_date += dt.timedelta(hours=1)
        value._change_reason = _read("demo.toml")["reasons"]["corrected"]
    Value.history.bulk_history_create(corrected, batch_size=1000, update=True)


# Milestones ------------------------------------------------------------------------------------


def _milestones(pilot, units, reviewer, history):
    """The milestones of the reference file with their log; a ward's own only where it takes part."""
    themes = {theme.code: theme for theme in pilot.themes.all()}
    by_code = {unit.ward.code: unit for unit in units}
    milestones, progress = [], []
    for line in _read("nam-tu-liem-milestones.toml")["milestones"]:
        unit = by_code.get(line.get("ward"))
        if "ward" in line and unit is None:
            continue
        fields = {key: line[key] for key in line.keys() - {"date_known", "progress"}}
        fields |= {"theme": themes[line["theme"]], "ward": unit and unit.ward}
        milestone = Milestone(pilot=pilot, **fields)
        milestone._history_date = _moment(milestone.start, 8)
        milestones.append(milestone)
        log = [*line.get("progress", [])]
        if milestone.done:
            log.append({"on": milestone.done, "percent": 100})
        author = unit.enters if unit else reviewer
        progress += [_progress(milestone, author, **entry) for entry in log]
    _create(Milestone, milestones, history)
    _create(Progress, progress, history)


def _progress(milestone, author, on, percent, note_vi=""):
    entry = Progress(milestone=milestone, day=on, percent=percent, note=note_vi, author=author)
    entry._history_date, entry._history_user = _moment(on, 16), author
    return entry
