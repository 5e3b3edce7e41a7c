"""The tables of a theme: its score ward by ward and over time, and the figures behind it."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import codes, decimals, outcomes, period_names, sheet, shown, units


def wards(frames, ranked, states, title, notes):
    """Wards from best to worst in one theme, from `scoring.ranked`; `states` by ward."""
    frame = pd.DataFrame(
        {
            _("Unit of government"): words.named(frames.wards).reindex(ranked.index),
            _("Rank"): ranked["rank"],
            _("Points"): ranked["points"],
            _("Maximum"): ranked["max"],
            _("State"): states.reindex(ranked.index).map(words.score_state),
            _("Judged, %"): ranked["there"] * 100,
            _("Code"): frames.wards["code"].reindex(ranked.index),
        }
    )
    return sheet(
        "wards", title, frame, _("Unit of government"), notes, _scored(states, ranked.index),
        decimals={_("Points"): 2}, figures=(_("Points"),),
    )  # fmt: skip


def _scored(states, order):
    """The states as badges know them."""
    return states.reindex(order).replace({"too_few": "missing"})


def cells(frames, scored, title, notes):
    """The theme's indicators ward by ward, from `scoring.Scores.cells` of the theme."""
    order = frames.indicators.index.get_indexer(scored["indicator"])
    scored = scored.assign(order=order).sort_values("order", kind="stable").reset_index(drop=True)
    of = frames.indicators.loc[scored["indicator"]].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            _("Indicator"): words.named(of),
            _("Unit of government"): scored["ward"].map(words.named(frames.wards)),
            _("State"): outcomes(scored),
            _("Numerator"): scored["numerator"],
            _("Denominator"): scored["denominator"],
            _("Value"): shown(scored["value"], of["kind"]),
            _("Unit"): units(of),
            _("Points"): scored["points"],
            _("Maximum"): scored["max"],
        }
    )
    return sheet(
        "figures", title, frame, _("Unit of government"), notes, codes(scored), grouped=True,
        decimals={_("Points"): 2, **decimals([_("Value")], of["kind"])},
    )  # fmt: skip


def history(frames, rows, title, notes):
    """The theme's score by period and ward, from `themes.history`; the latest period first."""
    rows = rows.iloc[::-1].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            _("Period"): rows["period"].map(period_names(frames)),
            _("Unit of government"): rows["ward"].map(words.named(frames.wards)),
            _("State"): rows["state"].map(words.score_state),
            _("Points"): rows["points"],
            _("Maximum"): rows["max"],
            _("Judged, %"): rows["there"] * 100,
        }
    )
    states = rows["state"].replace({"too_few": "missing"})
    return sheet(
        "history", title, frame, _("Unit of government"), notes, states, grouped=True,
        decimals={_("Points"): 2},
    )  # fmt: skip


def series(frames, rows, title, notes):
    """The district's figure of each indicator period by period, from `themes.series`."""
    of = frames.indicators.loc[rows["indicator"]].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            _("Indicator"): words.named(of),
            _("Period"): rows["period"].map(period_names(frames)),
            _("State"): rows["state"].map(words.state_name),
            _("Value"): shown(rows["value"], of["kind"]),
            _("Target"): shown(rows["target"], of["kind"]),
            _("Unit"): units(of),
            _("Reported"): rows["reported"].astype("float64"),
            _("Due"): rows["due"].astype("float64"),
        }
    )
    return sheet(
        "series", title, frame, _("Period"), notes, rows["state"], grouped=True,
        decimals=decimals([_("Value"), _("Target")], of["kind"]),
    )  # fmt: skip
