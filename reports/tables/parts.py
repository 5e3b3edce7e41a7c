"""How every table says states, units and decimals."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words
from reports.exports.sheet import Sheet


def sheet(name, title, frame, head, notes, states=(), **more):
    state = _("State") if len(states) else ""
    return Sheet(
        name, title, frame, head, state, list(states), notes=notes, notes_name=_("Note"), **more
    )


def decimals(columns, kinds):
    """Rates have one decimal everywhere, so that they can be read down a column."""
    by_row = [1 if kind == "ratio" else None for kind in kinds]
    return dict.fromkeys(columns, by_row)


def shown(values, kinds):
    """Values in the units of the screen: rates times 100, everything else as it is."""
    return values.where(kinds != "ratio", values * 100)


def units(indicators):
    """What the value column counts: % for rates, else the indicator's own unit."""
    own = words.named(indicators, "unit")
    return own.where(indicators["kind"] != "ratio", "%")


def period_names(frames):
    """Names of periods by id."""
    rows = zip(frames.periods.index, frames.periods.to_dict("records"), strict=True)
    return {period: words.period(row) for period, row in rows}


def names(frame, ids, column):
    return words.named(frame, column).reindex(ids).to_numpy()


def outcomes(cells):
    """What to say of each cell: its state, and that nothing arose or that its denominator is small."""
    small = cells.get("small", pd.Series(False, index=cells.index))
    said = zip(cells["state"], cells["denominator"], small, strict=True)
    return [words.remarked(*each) for each in said]


def codes(cells):
    """The states as badges know them: a small denominator is flagged."""
    small = cells.get("small", pd.Series(False, index=cells.index))
    return cells["state"].where(~(small & (cells["denominator"] != 0)), "flag")
