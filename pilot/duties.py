"""What a district has to look after by a day: late returns, the plan, posts without people."""

from dataclasses import dataclass

from wards.staffing import vacancies

from .obligations import owed

LATE = ("returned", "overdue")


@dataclass(frozen=True)
class Duties:
    """How a pilot stands on a day.

    late: Obligations past their due day. standings: of every milestone, the most urgent first.
    posts: by ward id its `staffing.Sums`.
    """

    late: list
    standings: list
    posts: dict


def duties(pilot, day):
    """The Duties of `pilot` on `day`: ten queries, however many wards, returns and milestones."""
    wards = list(pilot.wards.order_by("sort_key", "code"))
    open_returns = owed([pilot], wards, day, [pilot.district_id])
    return Duties(
        late=[each for each in open_returns if each.state in LATE and each.due < day],
        standings=pilot.milestones.standings(day),
        posts=vacancies(wards, day),
    )
