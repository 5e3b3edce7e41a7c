"""The positions of the law, and the posts, officers, assignments and ratings of each ward."""

import datetime as dt

from wards.models import (
    Assignment,
    Establishment,
    Level,
    Officer,
    Position,
    Rating,
    Theory,
    Training,
)
from wards.vietnamese import fold

from .drawing import FOUNDED, RATINGS, ROSTER, START, chance, dated, keep, moment, pick, read

EVE = START - dt.timedelta(days=1)
ENGLISH = [*["Tiếng Anh B", "Tiếng Anh bậc 2", "Tiếng Anh bậc 3"] * 4, ""]
COMPUTING = ["Ứng dụng CNTT cơ bản", "Tin học văn phòng", "Ứng dụng CNTT nâng cao"]

# How likely each rung is, by who is hired.
LEVELS = [Level.INTERMEDIATE, Level.COLLEGE, Level.UNIVERSITY, Level.MASTER]
LEVEL = {
    "leader": [0.0, 0.0, 0.65, 0.35],
    "military": [0.55, 0.1, 0.35, 0.0],
    "party-front": [0.2, 0.2, 0.55, 0.05],
    "before": [0.05, 0.06, 0.78, 0.11],
    "after": [0.0, 0.02, 0.83, 0.15],
}
THEORIES = [Theory.NONE, Theory.ELEMENTARY, Theory.INTERMEDIATE, Theory.ADVANCED]
THEORY = {True: [0, 0, 0.4, 0.6], False: [0.1, 0.22, 0.64, 0.04]}  # leads or not
TRAININGS = [Training.NONE, Training.OFFICER, Training.SPECIALIST, Training.PRINCIPAL]
TRAINING = {True: [0, 0, 0.6, 0.4], False: [0.1, 0.1, 0.77, 0.03]}


def build(units, periods, history):
    """Draw and keep the roster of all wards; a second pilot of the same wards finds it there."""
    positions = _positions()
    years = sorted({2020, 2021} | {each.start.year for each in periods if each.kind == "year"})
    for unit in units:
        _staff(unit, positions)
        _rate(unit, years)
    taken = set(Establishment.objects.values_list("ward", flat=True).distinct())
    new = [unit for unit in units if unit.ward.pk not in taken]
    keep(Establishment, [row for unit in new for row in _posts(unit, positions)], history)
    keep(Officer, [each for unit in new for each in unit.officers], history)
    keep(Assignment, [each for unit in new for each in unit.assignments], history)
    Rating.objects.bulk_create([each for unit in new for each in unit.ratings])


def _positions():
    """The law's positions by their codes, each with the list `fields` it accepts."""
    positions = {}
    for order, line in enumerate(read("ward-positions.toml")["positions"], 1):
        fields = line | {"order": order, "required_fields": "\n".join(line["required_fields"])}
        position, _new = Position.objects.get_or_create(code=line["code"], defaults=fields)
        position.fields = line["required_fields"]
        positions[position.code] = position
    return positions


def _posts(unit, positions):
    """The establishment: what was assigned when the wards were founded, and what the pilot left."""
    before, after = unit.posts.values()
    for since, posts in unit.posts.items():
        for code in before | after:
            if before.get(code) != after.get(code) or since == FOUNDED:
                row = Establishment(ward=unit.ward, position=positions[code], since=since)
                row.posts, row.decision = posts.get(code, 0), "Số liệu minh họa"
                yield dated(row, moment(since, 8))


def _posts_of_ward(number):
    """Posts by position from the founding and from the pilot's start: 20, then 15 on average."""
    posts = read()["posts"]
    differ = posts["differ"]["pattern"][(number - 1) % 10]
    where = posts["differ"]["more" if differ > 0 else "fewer"]
    spans = [(FOUNDED, posts["before"]), (START, posts["after"])]
    return {since: table | {where: table[where] + differ} for since, table in spans}


def _staff(unit, positions):
    """Who held which post of the ward when: before the pilot, at its start, and since."""
    unit.posts = _posts_of_ward(unit.number)
    cast = Cast(unit, positions)
    cast.reorganise(*unit.posts.values())
    gone = [each for each in read()["vacancies"] if each["ward"] == (unit.number - 1) % 10]
    for vacancy in gone:
        cast.vacate(vacancy)
    cast.turn_over({each["position"] for each in gone})


class Cast:
    """Hires, moves and retires the officers of one ward."""

    def __init__(self, unit, positions):
        self.unit, self.positions = unit, positions
        self.rng = chance(unit.seed, ROSTER, unit.number)
        self.fields = sorted({each for place in positions.values() for each in place.fields})
        self.taken = set()
        self.leavers = []

    def assign(self, officer, code, start, end=None, concurrent=False):
        post = {"ward": self.unit.ward, "position": self.positions[code], "officer": officer}
        assignment = Assignment(**post, start=start, end=end, concurrent=concurrent)
        self.unit.assignments.append(dated(assignment, moment(start, 8)))
        return officer

    def hire(self, code, start):
        """A new officer fit, more or less, for the position."""
        rng, position = self.rng, self.positions[code]
        officer = Officer(sex="m" if rng.random() < (0.98 if code == "military" else 0.45) else "f")
        officer.full_name = self._name(officer.sex)
        older = int(rng.integers(0, 14 if start >= START or position.leads else 21))
        officer.birth_year = start.year - (33 if position.leads else 23) - older
        officer.foreign_language, officer.it = pick(rng, ENGLISH), pick(rng, COMPUTING)
        self._train(officer, position, start)
        # Only while the demo is drawn: since when the officer counts as trained.
        officer.gained = {
            what: START + dt.timedelta(days=int(rng.integers(-330, 350)))
            for what in ("political_theory", "state_management", "it_language")
            if rng.random() < 0.22
        }
        officer.fill_keys()
        self.unit.officers.append(dated(officer, moment(start, 8)))
        return officer

    def _name(self, sex):
        """A full name that nobody in the ward has yet, and with no word twice."""
        names = read()["names"]
        parts = [names[key] for key in ("family", f"{sex}_middle", f"{sex}_given")]
        while True:
            name = " ".join(pick(self.rng, choices) for choices in parts)
            words = [fold(word) for word in name.split()]
            if name not in self.taken and len(set(words)) == len(words):
                self.taken.add(name)
                return name

    def _train(self, officer, position, start):
        rng, who = self.rng, "leader" if position.leads else position.code
        fields = position.fields if rng.random() < 0.96 else self.fields
        usual = LEVEL["before" if start < START else "after"]
        officer.level = pick(rng, LEVELS, LEVEL.get(who, usual))
        officer.field = pick(rng, fields)
        officer.theory = pick(rng, THEORIES, THEORY[position.leads])
        officer.training = pick(rng, TRAININGS, TRAINING[position.leads])

    def reorganise(self, before, after):
        """The pilot's start: posts that end, that go on and that are new; then the surplus."""
        for code in before | after:
            for _post in range(before.get(code, 0) - after.get(code, 0)):
                # Of Hà Nội's 175 wards 59 had no deputy chair of the council.
                if code != "council-deputy" or self.rng.random() >= 1 / 3:
                    self.leavers.append(self.old_hand(code, end=EVE))
        for code in after:
            kept = min(before.get(code, 0), after[code])
            for _post in range(kept):
                self.stay(code)
            for _post in range(after[code] - kept):
                moves = self.leavers and self.rng.random() < 0.6
                officer = self.leavers.pop() if moves else self.hire(code, START)
                self.assign(officer, code, START)
        if self.unit.number % 10 in {2, 5, 0} and self.leavers:
            # Surplus beyond the posts, until milestone m08 settled it.
            self.assign(self.leavers.pop(0), "culture", START, dt.date(2021, 11, 14))

    def old_hand(self, code, end=None):
        """Somebody who has held the post for years."""
        year = int(self.rng.integers(2015 if self.positions[code].leads else 2014, 2019))
        start = dt.date(year, int(self.rng.integers(1, 13)), 1)
        return self.assign(self.hire(code, start), code, start, end)

    def stay(self, code):
        """A post that goes on. Leaders are appointed anew by the district, not always the same."""
        if not self.positions[code].leads:
            self.old_hand(code)
            return
        officer = self.old_hand(code, end=EVE)
        if self.leavers and self.rng.random() < 0.35:
            trained = [each for each in self.leavers if each.theory >= Theory.ADVANCED]
            officer = (trained or self.leavers)[0]
            self.leavers.remove(officer)
        self.assign(officer, code, START)

    def _holders(self, code, day):
        """Open-ended main posts in the position that had begun by `day`."""
        posts = [each for each in self.unit.assignments if each.position.code == code]
        main = [each for each in posts if each.end is None and not each.concurrent]
        return [each for each in main if each.start < day]

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
        codes = [code for code, position in self.positions.items() if not position.leads]
        codes = [code for code in codes if code in self.unit.posts[START].keys() - untouched]
        for _leaving in range(3):
            code = pick(self.rng, codes)
            end = START + dt.timedelta(days=int(self.rng.integers(-300, 230)))
            holders = self._holders(code, min(end, dt.date(2020, 1, 1)))
            if holders:
                min(holders, key=lambda each: each.officer.level).end = end
                start = end + dt.timedelta(days=int(self.rng.integers(30, 100)))
                self.assign(self.hire(code, start), code, start)


def _rate(unit, years):
    """The yearly classes of everybody who was in post at the end of the year."""
    rng = chance(unit.seed, RATINGS, unit.number)
    good = 0.78 + 0.02 * unit.skill
    weights = [0.11, good, 0.98 - 0.11 - good, 0.02]
    for year in years:
        for each in unit.in_post(dt.date(year, 12, 31)):
            grade = pick(rng, list(Rating.Grade), weights)
            unit.ratings.append(Rating(officer=each.officer, year=year, grade=grade))
