"""A whole pilot, invented but plausible, and the same for the same seed: the demo, and test data.

Levels, posts and names come from `reference/demo.toml`, the law's positions from
`reference/ward-positions.toml`; everything else is drawn. No person and no figure here is real,
except the published figures that `build_766` imports.
"""

from django.db import transaction

from pilot import frameworks
from pilot.figures import import_figures

from . import milestones, people, programme, returns, roster
from .drawing import Unit
from .people import HOME, USERNAMES, accounts

__all__ = ["HOME", "USERNAMES", "accounts", "build", "build_766"]

PUBLISHED = {
    "name_vi": "Chỉ số 766: mười một xã, phường của Đắk Lắk",
    "name_en": "Index 766: eleven communes and wards of Đắk Lắk",
    "source_vi": "Số liệu công khai trên hệ thống đánh giá của Cổng Dịch vụ công quốc gia, lũy kế đến"
    " ngày 05/10/2026, qua kho dữ liệu hauphanquoc/766-Analyze trên GitHub.",
    "source_en": "Public figures of the evaluation service of the National Public Service Portal,"
    " year to 5 October 2026, through the GitHub repository hauphanquoc/766-Analyze.",
    "illustrative": False,
}


@transaction.atomic
def build(wards=10, months=24, seed=1, slug="nam-tu-liem", history=True):
    """Build the pilot of Nam Từ Liêm with its people, roster, returns and milestones; the Pilot.

    The first ten wards are the real ones, further ones are invented. Of `months` of figures half
    lie before the pilot's start. `history=False` leaves the change log out, which is faster.
    """
    pilot = programme.pilot(slug, months)
    drawn = zip(programme.wards(pilot, wards), programme.skills(seed, wards), strict=True)
    units = [Unit(n, seed, ward, skill) for n, (ward, skill) in enumerate(drawn, 1)]
    frameworks.load(pilot, frameworks.read("urban-government"))
    periods = programme.periods(pilot, months)
    roster.build(units, periods, history)
    district = Unit(0, seed)
    reviewer = people.build(pilot, district, units)
    returns.build(pilot, [district, *units], periods, reviewer, history)
    milestones.build(pilot, units, reviewer, history)
    return pilot


@transaction.atomic
def build_766():
    """The published figures of eleven communes of Đắk Lắk under Decision 766, as a second pilot."""
    path = frameworks.REFERENCE / "qd766-communes.csv"
    pilot = import_figures(path, "qd766", "2026-10-05", slug="chi-so-766").pilot
    for field, content in PUBLISHED.items():
        setattr(pilot, field, content)
    pilot.save()
    people.of_district(pilot.district)
    return pilot
