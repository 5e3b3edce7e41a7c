"""How much there is: a district, a city, the nation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Districts with one pilot each, wards in all, months and indicators of each, the database."""

    name: str
    districts: int
    wards: int
    months: int
    indicators: int
    postgres: bool


SIZES = {
    # One district of a city, in a file.
    "S": Size("S", 1, 10, 24, 30, False),
    # All of Hà Nội before 2025, by district: each has as many wards as one pilot would have.
    "M": Size("M", 12, 175, 60, 60, True),
    # All wards and communes of the nation since July 2025.
    "L": Size("L", 300, 3321, 60, 60, True),
}
