"""Places, people and rights: who works where, and what each may do. Knows nothing of pilots."""

from .people import Membership, User, UserManager
from .places import District, Named, Place, PlaceQuerySet, Ward, shown
from .staff import (
    Assignment,
    Establishment,
    Level,
    Officer,
    Position,
    Rating,
    Theory,
    Training,
)

__all__ = [
    "Assignment",
    "District",
    "Establishment",
    "Level",
    "Membership",
    "Named",
    "Officer",
    "Place",
    "PlaceQuerySet",
    "Position",
    "Rating",
    "Theory",
    "Training",
    "User",
    "UserManager",
    "Ward",
    "shown",
]
