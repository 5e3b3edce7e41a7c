"""The administrator's pages for places, people and rights, and the roster.

`desk` is what every page is made of, in other apps too; what goes out and in as a file is
described in `wards/exchange.py`.
"""

from . import people, places, roster

__all__ = ["people", "places", "roster"]
