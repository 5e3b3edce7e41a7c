"""The figures of the returns. Stocks come from the roster, all else from chance."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import numpy as np

from pilot.models import Indicator, Value
from wards.models import Level, Theory, Training

from .drawing import FOUNDED, LOCKDOWN, START, pick, read

SEASON = {1: 1.05, 2: 0.72, 3: 1.12, 8: 1.05, 12: 1.1}  # Tết empties February
SPENDING = {3: 0.85, 6: 0.97, 9: 0.98, 12: 1.2}
DOSSIERS = 520  # a month, in an average ward
# For what the framework may name one day and demo.toml does not know.
OTHER_RATE = {"due": 20, "most": 60, "before": 0.85, "after": 0.92}
OTHER_COUNT = {"before": 1, "after": 1, "most": 1}

# What shares of the staff ask for.
HAS = {
    "matched_to_post": lambda officer, post: (
        officer.level >= post.required_level and officer.field in post.fields
    ),
    "university": lambda officer, _post: officer.level >= Level.UNIVERSITY,
    "political_theory": lambda officer, _post: officer.theory >= Theory.INTERMEDIATE,
    "state_management": lambda officer, _post: officer.training >= Training.OFFICER,
    "it_language": lambda officer, _post: bool(officer.foreign_language and officer.it),
}


class Cell:
    """Draws one figure: a method named after an indicator draws that one, `rate` and `count` others.

    Each returns the numerator, or numerator and denominator.
    """

    def __init__(self, unit, indicator, period):
        self.unit, self.indicator, self.period = unit, indicator, period
        self.rng, self.code = unit.rng, indicator.code
        days = (period.end - period.start).days + 1
        locked = min(period.end, LOCKDOWN[1]) - max(period.start, LOCKDOWN[0])
        self.locked = max(locked.days + 1, 0) / days  # the share of the period in lockdown
        # How far the pilot has come by the end of the period: 0 before it, 1 after a year.
        self.since_start = min(max((period.end - START).days / 365, 0), 1.3)
        self.piloted = period.end >= START

    def fields(self):
        """The fields of a Value, other than its return and indicator."""
        reasons, own = read()["reasons"], getattr(self, self.code, None)
        if self.unit.outlier == self.period and self.code == "dossiers_overdue":
            return {"numerator": 80 + int(self.rng.integers(20)), "reason": reasons["outlier"]}
        if self.code == "regulations_current" and not self.piloted:
            return self._without("not_applicable", reasons["before_the_pilot"])
        if self.code == "satisfaction" and self.locked == 1 and self.rng.random() < 0.5:
            return self._without("not_applicable", reasons["no_survey"])
        chance = not own and self.code not in HAS
        if self.unit.ward and chance and self.rng.random() < 0.007:
            return self._without("not_available", pick(self.rng, reasons["not_available"]))
        if self.code in HAS:
            own = self.staff_share
        elif not own:
            own = self.rate if self.indicator.kind == Indicator.Kind.RATIO else self.count
        return own()

    def _without(self, state, reason):
        return {"state": Value.State(state), "reason": reason}

    # Chance

    def work_left(self, rate):
        """The share of the usual work that the lockdown left."""
        return 1 - self.locked * (1 - rate.get("lockdown", 1))

    def rate(self):
        """A binomial draw."""
        rate = read()["rates"].get(self.code, OTHER_RATE)
        if "of_dossiers" in rate:
            due = round(self.dossiers() * rate["of_dossiers"])
        elif "of_staff" in rate:
            due = len(self.unit.in_post(self.period.end))
        else:
            due = min(int(self.rng.poisson(rate["due"] * self.work_left(rate))), rate["most"])
        done = int(self.rng.binomial(due, self.probability(rate)))
        if self.code == "dossiers_on_time":
            self.unit.late[self.period.pk] = due - done
        return {"numerator": done, "denominator": due}

    def probability(self, rate):
        """From before to after, by the ward's skill, lockdown and luck."""
        before, after = (np.log(rate[when] / (1 - rate[when])) for when in ("before", "after"))
        odds = before + (after - before) * self.since_start
        odds += 0.32 * (self.unit.skill + self.unit.bent[self.code])
        odds += rate.get("dip", -0.3) * self.locked
        return 1 / (1 + np.exp(-odds - self.rng.normal(0, 0.12)))

    def dossiers(self):
        """The dossiers of the month, which several ratios have in common."""
        drawn = self.unit.dossiers
        if self.period.pk not in drawn:
            mean = DOSSIERS * self.unit.size * SEASON.get(self.period.start.month, 1)
            mean *= self.work_left({"lockdown": 0.6})
            drawn[self.period.pk] = int(np.clip(self.rng.normal(mean, mean * 0.06), 200, 900))
        return drawn[self.period.pk]

    def count(self):
        """A Poisson draw; good wards do more of what is good and less of what is not."""
        count = read()["counts"].get(self.code, OTHER_COUNT)
        if count.get("exact"):
            return {"numerator": count["after" if self.piloted else "before"]}
        mean = count["before"] + (count["after"] - count["before"]) * self.since_start
        better = 1 if self.indicator.direction == "higher" else -1
        mean *= self.work_left(count) * np.exp(0.15 * better * self.unit.skill)
        return {"numerator": min(int(self.rng.poisson(mean)), count["most"])}

    def dossiers_overdue(self):
        """Dossiers still open at the end of the month: some of those that are late."""
        late = self.unit.late.get(self.period.pk, 8)
        return {"numerator": int(self.rng.binomial(late, 0.3))}

    def delegated_public(self):
        """A stock: the pilot brought more tasks, and the list of those made public only grows."""
        due = 30 + 16 * self.piloted + round(6 * self.since_start)
        share = 0.66 + 0.27 * self.since_start
        share += 0.04 * (self.unit.skill + self.unit.bent[self.code])
        return {"numerator": round(due * min(max(share, 0.3), 1)), "denominator": due}

    def budget_spent(self):
        """Millions of đồng; the last quarter catches up, and a plan may be exceeded."""
        month = self.period.end.month
        planned = 2400 * self.unit.size * SPENDING.get(month, 1)
        share = self.rng.normal(0.9 + 0.03 * self.unit.skill + 0.06 * (month == 12), 0.05)
        spent = planned * max(share - 0.12 * self.locked, 0.2)
        return {"numerator": Decimal(f"{spent:.1f}"), "denominator": Decimal(f"{planned:.1f}")}

    def regulations_current(self):
        """Yes with the day of issue, once the working regulations are issued."""
        issued = dt.date(2021, 8, 16) + dt.timedelta(days=9 * (self.unit.number * 7 % 9))
        issued = dt.date(2022, 2, 11) if self.unit.skill < -2 else issued
        issued = read()["regulations"].get(self.unit.ward.code, issued)
        there = issued <= self.period.end
        return {"numerator": int(there), "happened_on": issued if there else None}

    # The roster

    def posts_filled(self):
        """Posts held by somebody; whoever is there beyond the posts fills none."""
        posts = self.unit.posts_on(self.period.end)
        held = Counter(each.position.code for each in self.unit.in_post(self.period.end))
        filled = sum(min(held[code], posts[code]) for code in posts)
        return {"numerator": filled, "denominator": sum(posts.values())}

    def staff_per_ward(self):
        return {"numerator": len(self.unit.in_post(self.period.end))}

    def title_vacancies(self):
        """Titles that nobody answers for, not even concurrently."""
        there = self.unit.in_post(self.period.end, concurrent=True)
        held = {each.position.code for each in there}
        return {"numerator": len(self.unit.posts_on(self.period.end).keys() - held)}

    def staff_share(self):
        """Those in post who have what is asked, each since the day they gained it."""
        day, there = self.period.end, self.unit.in_post(self.period.end)
        having = [each for each in there if HAS[self.code](each.officer, each.position)]
        gained = [each.officer.gained.get(self.code, FOUNDED) <= day for each in having]
        return {"numerator": sum(gained), "denominator": len(there)}

    def rated_good(self):
        year = self.period.start.year
        grades = [each.grade for each in self.unit.ratings if each.year == year]
        good = sum(grade in {"excellent", "good"} for grade in grades)
        return {"numerator": good, "denominator": len(grades)}
