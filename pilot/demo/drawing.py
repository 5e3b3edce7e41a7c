"""What the rooms of the demo share: its days, its chance, and a ward while it is drawn."""

import datetime as dt
import functools
import tomllib
from collections import defaultdict

import numpy as np
from django.utils import timezone

from pilot.frameworks import REFERENCE

START, FOUNDED = dt.date(2021, 7, 1), dt.date(2013, 12, 27)
LOCKDOWN = (dt.date(2021, 7, 1), dt.date(2021, 9, 30))

# One stream of chance for each purpose, so that a change in one leaves the others as they were.
ROSTER, RATINGS, SKILLS, FIGURES, RETURNS, FATES, CORRECTIONS = range(7)


def chance(seed, stream, number=0):
    return np.random.default_rng([seed, stream, number])


def pick(rng, choices, weights=None):
    """One of `choices`, as it is and not as a numpy type."""
    if weights is None:
        return choices[int(rng.integers(len(choices)))]
    return choices[int(rng.choice(len(choices), p=weights))]


@functools.cache
def read(name="demo.toml"):
    """The content of a reference file; nobody may change it."""
    return tomllib.loads((REFERENCE / name).read_text(encoding="utf-8"))


def moment(day, hour, minute=0):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def dated(row, when, user=None):
    """`row`, with what its change log will say of when and by whom it was made."""
    row._history_date, row._history_user = when, user
    return row


def keep(model, rows, history):
    """Insert in bulk, with the first line of each row's change log where wanted."""
    rows = model.objects.bulk_create(rows, batch_size=1000)
    if history:
        model.history.bulk_history_create(rows, batch_size=1000)


class Unit:
    """A ward (None: the district) while it is drawn, and what makes it differ from the others."""

    def __init__(self, number, seed, ward=None, skill=0.0):
        self.number, self.seed, self.ward = number, seed, ward  # the district is number 0
        self.skill = skill  # 1 is a good ward, -3 a weak one
        self.rng = chance(seed, FIGURES, number)
        self.size = float(self.rng.uniform(0.6, 1.45))
        self.bent = defaultdict(lambda: float(self.rng.normal(0, 0.35)))  # indicator -> own skill
        self.posts = {}  # day they hold from -> {position: posts}
        self.officers, self.assignments, self.ratings = [], [], []
        self.dossiers, self.late = {}, {}  # period -> those of the month, those settled late
        self.outlier = self.enters = self.submits = None  # a period and two users

    def posts_on(self, day):
        return self.posts[max(since for since in self.posts if since <= day)]

    def in_post(self, day, concurrent=False):
        """The assignments in force on `day`; concurrent posts only when asked for."""
        posts = [each for each in self.assignments if concurrent or not each.concurrent]
        return [each for each in posts if each.start <= day <= (each.end or day)]
