"""The table of a ward."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import codes, decimals, names, outcomes, sheet, shown, units


def ward(frames, cells, found, targets, places, title, notes):
    """One ward's cells beside the district's figures; `cells` scored, indexed by indicator."""
    of = frames.indicators.reindex(cells.index)
    frame = pd.DataFrame(
        {
            _("Theme"): names(frames.themes, of["theme"], "short"),
            _("Indicator"): words.named(of),
            _("State"): outcomes(cells),
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
    return sheet(
        "ward", title, frame, _("Indicator"), notes, codes(cells), grouped=True,
        decimals={_("Points"): 2, **decimals(rates, of["kind"])}, figures=(_("Value"), _("Points")),
    )  # fmt: skip


def themes(frames, found, title, notes):
    """One ward's points of each theme beside the mean share of all; `found` is indexed by theme."""
    frame = pd.DataFrame(
        {
            _("Theme"): words.named(frames.themes, "short").reindex(found.index),
            _("Points"): found["points"],
            _("Maximum"): found["max"],
            _("Share, %"): found["ours"] * 100,
            _("Mean share of all, %"): found["all"] * 100,
        },
        index=found.index,
    )
    return sheet(
        "themes", title, frame, _("Theme"), notes,
        decimals={_("Points"): 2, _("Share, %"): 1, _("Mean share of all, %"): 1},
    )  # fmt: skip
