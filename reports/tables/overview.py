"""The tables of the overview: wards ranked, and all indicators."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import codes, decimals, names, outcomes, sheet, shown, units


def indicators(frames, found, title, notes, before="", outlook=None, flags=None):
    """Indicators for the district: rows of `measures.overview`, compared with the time `before`.

    `outlook` are classes of forecasts and `flags` numbers of flagged cells, both by indicator.
    """
    of = frames.indicators.loc[found.index]
    kind = of["kind"]
    before = before or _("Before the pilot")
    frame = pd.DataFrame(
        {
            _("Theme"): names(frames.themes, of["theme"], "short"),
            _("Indicator"): words.named(of),
            _("State"): outcomes(found),
            _("Numerator"): found["numerator"],
            _("Denominator"): found["denominator"],
            _("Value"): shown(found["value"], kind),
            _("Unit"): units(of),
            _("Target"): shown(found["target"], kind),
            before: shown(found["baseline"], kind),
            _("Change"): shown(found["change"], kind),
            _("Reported"): found["reported"].astype("float64"),
            _("Due"): found["due"].astype("float64"),
            **_watched(outlook, flags, of.index),
        },
        index=of.index,
    )
    rates = [_("Value"), _("Target"), before, _("Change")]
    return sheet(
        "indicators", title, frame, _("Indicator"), notes, codes(found),
        decimals=decimals(rates, kind), signed=(_("Change"),), grouped=True,
        figures=(_("Numerator"), _("Denominator"), _("Value"), before, _("Change")),
    )  # fmt: skip


def _watched(outlook, flags, indicators):
    """What may come of the target, and how much a person should look at; nothing where not asked."""
    if outlook is None:
        return {}
    return {
        _("Forecast"): outlook.reindex(indicators).map(words.outlook),
        _("Number of flags"): flags.reindex(indicators),
    }


def ranking(frames, ranked, title, notes, ranges=None):
    """Wards from best to worst, from `scoring.ranked`, with `ranges` from `index.rank_ranges`."""
    firm = {}
    if ranges is not None:
        own = ranges.reindex(ranked.index)
        firm = {_("Rank at best (5 %)"): own["low"], _("Rank at worst (95 %)"): own["high"]}
    frame = pd.DataFrame(
        {
            _("Unit of government"): words.named(frames.wards).reindex(ranked.index),
            _("Rank"): ranked["rank"],
            **firm,
            _("Points"): ranked["points"],
            _("Class"): _classes(ranked),
            _("State"): _scored(ranked["state"]),
            _("Judged, %"): ranked["there"] * 100,
            _("Maximum"): ranked["max"],
            _("Code"): frames.wards["code"].reindex(ranked.index),
        }
    )
    return sheet(
        "ranking", title, frame, _("Unit of government"), notes, ranked["state"],
        decimals={_("Points"): 2}, figures=(_("Points"),),
    )  # fmt: skip


def _scored(states):
    """A ward may have reported much and still have too little for a score."""
    return states.map({"reported": _("scored"), "missing": _("too few figures")})


def _classes(ranked):
    key = f"name_{words.language()}"
    return ["" if each is None else each.get(key) or each["name_vi"] for each in ranked["class"]]
