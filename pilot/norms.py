"""How many officials a ward is meant to have, and had elsewhere: reference figures by framework."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache

from wards.models import Named

from .frameworks import REFERENCE


@dataclass(frozen=True)
class Norm:
    """Officials per ward from `day` on, what the figure is called and where it comes from."""

    code: str  # norm: what is meant to be; before: what was before the pilot
    day: dt.date
    per_ward: float
    name_vi: str
    name_en: str
    source_vi: str
    source_en: str
    url: str

    said = Named.said

    def holds(self, day):
        """Whether wards are to be held against it on `day`."""
        return self.day <= day


@cache
def of(framework):
    """The Norms of a framework by its code, in time; none for one that has none."""
    text = (REFERENCE / "staff-norms.toml").read_text(encoding="utf-8")
    rows = [row for row in tomllib.loads(text)["norms"] if row["framework"] == framework]
    names = Norm.__dataclass_fields__
    return [Norm(**{name: row[name] for name in names}) for row in rows]
