"""Measured frames to Sheets: one table for the screen, the CSV and the workbook.

Rates stand as percentages, with numerator and denominator beside them. Imports Django's
translation and nothing else of Django; computes nothing.
"""

import pandas as pd
from django.utils.translation import gettext as _

from . import words
from .exports.sheet import Sheet


def indicators(frames, found, title, notes):
    """All indicators for the district, from `measures.overview`."""
    of = frames.indicators
    kind = of["kind"]
    frame = pd.DataFrame(
        {
            _("Theme"): _names(frames.themes, of["theme"], "short"),
            _("Indicator"): words.named(of),
            _("State"): _outcomes(found),
            _("Numerator"): found["numerator"],
            _("Denominator"): found["denominator"],
            _("Value"): shown(found["value"], kind),
            _("Unit"): units(of),
            _("Target"): shown(found["target"], kind),
            _("Before the pilot"): shown(found["baseline"], kind),
            _("Change"): shown(found["change"], kind),
            _("Reported"): found["reported"].astype("float64"),
            _("Due"): found["due"].astype("float64"),
        },
        index=of.index,
    )
    rates = [_("Value"), _("Target"), _("Before the pilot"), _("Change")]
    return _sheet(
        "indicators", title, frame, _("Indicator"), notes, _codes(found),
        decimals=_decimals(rates, kind), signed=(_("Change"),), grouped=True,
    )  # fmt: skip


def ranking(frames, ranked, title, notes):
    """Wards from best to worst, from `scoring.ranked`."""
    frame = pd.DataFrame(
        {
            _("Unit of government"): words.named(frames.wards).reindex(ranked.index),
            _("Rank"): ranked["rank"],
            _("Points"): ranked["points"],
            _("Class"): _classes(ranked),
            _("State"): _scored(ranked["state"]),
            _("Judged, %"): ranked["there"] * 100,
            _("Maximum"): ranked["max"],
            _("Code"): frames.wards["code"].reindex(ranked.index),
        }
    )
    return _sheet(
        "ranking", title, frame, _("Unit of government"), notes, ranked["state"],
        decimals={_("Points"): 2},
    )  # fmt: skip


def ward(frames, cells, found, targets, places, title, notes):
    """One ward's cells beside the district's figures; `cells` scored, indexed by indicator."""
    of = frames.indicators.reindex(cells.index)
    frame = pd.DataFrame(
        {
            _("Theme"): _names(frames.themes, of["theme"], "short"),
            _("Indicator"): words.named(of),
            _("State"): _outcomes(cells),
            _("Numerator"): cells["numerator"],
            _("Denominator"): cells["denominator"],
            _("Value"): shown(cells["value"], of["kind"]),
            _("Unit"): units(of),
            _("Target"): shown(targets.reindex(cells.index), of["kind"]),
            _("Overall"): shown(found["per_cell"].reindex(cells.index), of["kind"]),
            _("Place"): places,
            _("Points"): cells["points"],
            _("Maximum"): cells["max"],
        },
        index=cells.index,
    )
    rates = [_("Value"), _("Target"), _("Overall")]
    return _sheet(
        "ward", title, frame, _("Indicator"), notes, _codes(cells), grouped=True,
        decimals={_("Points"): 2, **_decimals(rates, of["kind"])},
    )  # fmt: skip


def by_ward(frames, cells, indicator, title, notes):
    """One indicator by ward, with its place and how far it is off the mean; indexed by ward."""
    of = frames.indicators.loc[indicator]
    kinds = pd.Series(of["kind"], index=cells.index)
    frame = pd.DataFrame(
        {
            _("Unit of government"): words.named(frames.wards).reindex(cells.index),
            _("Place"): cells["place"],
            _("State"): _outcomes(cells),
            _("Numerator"): cells["numerator"],
            _("Denominator"): cells["denominator"],
            _("Value"): shown(cells["value"], kinds),
            _("Unit"): units(frames.indicators.loc[[indicator]]).iloc[0],
            _("Off the mean, %"): cells["off_mean"] * 100,
        },
        index=cells.index,
    )
    return _sheet(
        "wards", title, frame, _("Unit of government"), notes, _codes(cells),
        decimals=_decimals([_("Value")], kinds), signed=(_("Off the mean, %"),),
    )  # fmt: skip


def history(frames, cells, indicator, title, notes):
    """One indicator by period and ward, from `measures.trends`; the latest period first."""
    of = frames.indicators.loc[indicator]
    cells = cells.iloc[::-1].reset_index(drop=True)
    kinds = pd.Series(of["kind"], index=cells.index)
    names = words.named(frames.wards)
    frame = pd.DataFrame(
        {
            _("Period"): cells["period"].map(period_names(frames)),
            _("Unit of government"): cells["ward"].map(names).fillna(_("district")),
            _("State"): _outcomes(cells),
            _("Numerator"): cells["numerator"],
            _("Denominator"): cells["denominator"],
            _("Value"): shown(cells["value"], kinds),
            _("Unit"): units(frames.indicators.loc[[indicator]]).iloc[0],
        }
    )
    return _sheet(
        "history", title, frame, _("Unit of government"), notes, _codes(cells), grouped=True,
        decimals=_decimals([_("Value")], kinds),
    )  # fmt: skip


def _sheet(name, title, frame, head, notes, states=(), **more):
    state = _("State") if len(states) else ""
    return Sheet(
        name, title, frame, head, state, list(states), notes=notes, notes_name=_("Note"), **more
    )


def _decimals(columns, kinds):
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
    return {period: words.period(row) for period, row in frames.periods.iterrows()}


def _names(frame, ids, column):
    return words.named(frame, column).reindex(ids).to_numpy()


def _scored(states):
    """A ward may have reported much and still have too little for a score."""
    return states.map({"reported": _("scored"), "missing": _("too few figures")})


def _outcomes(cells):
    """What to say of each cell: its state, and that nothing arose or that its denominator is small."""
    small = cells.get("small", pd.Series(False, index=cells.index))
    said = zip(cells["state"], cells["denominator"], small, strict=True)
    return [words.remarked(*each) for each in said]


def _codes(cells):
    """The states as badges know them: a small denominator is flagged."""
    small = cells.get("small", pd.Series(False, index=cells.index))
    return cells["state"].where(~(small & (cells["denominator"] != 0)), "flag")


def _classes(ranked):
    key = f"name_{words.language()}"
    return ["" if each is None else each.get(key) or each["name_vi"] for each in ranked["class"]]
