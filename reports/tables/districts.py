"""The tables of many districts: one headline in full, and all headlines side by side."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import decimals, outcomes, sheet, shown


def chosen(found, figures, of, title, notes):
    """One headline by pilot, best first, from `rollup.figures`; `of` is the headline's row."""
    kinds = pd.Series(of["kind"], index=figures.index)
    pilots = found.pilots.loc[figures.index]
    frame = pd.DataFrame(
        {
            _("District"): words.named(pilots, "district"),
            _("Pilot programme"): words.named(pilots),
            _("Place"): figures["place"],
            _("State"): outcomes(figures),
            _("Numerator"): figures["numerator"],
            _("Denominator"): figures["denominator"],
            _("Value"): shown(figures["value"], kinds),
            _("Unit"): "%"
            if of["kind"] == "ratio"
            else words.named(of.to_frame().T, "unit").iloc[0],
            _("A year before"): shown(figures["before"], kinds),
            _("Change"): shown(figures["change"], kinds),
            _("Reported"): figures["reported"],
            _("Due"): figures["due"],
        },
        index=figures.index,
    )
    rates = [_("Value"), _("A year before"), _("Change")]
    return sheet(
        "districts", title, frame, _("District"), notes, figures["state"],
        decimals=decimals(rates, kinds), signed=(_("Change"),), figures=(_("Value"),),
    )  # fmt: skip


def headlines(found, values, reported, due, names, title, notes):
    """The district's figure of every headline, pilots x headlines, from `rollup.matrix`.

    `names` are what pilots are called, by id.
    """
    kind = found.headlines["kind"]
    columns = {
        _("District"): names,
        _("Coverage, %"): reported.sum(axis=1) / due.sum(axis=1).where(lambda all_: all_ > 0) * 100,
    }
    heads = words.named(found.headlines, "theme") + ": " + words.named(found.headlines, "short")
    for key, name in heads.items():
        ratio = kind[key] == "ratio"
        columns[f"{name}, %" if ratio else name] = values[key] * 100 if ratio else values[key]
    frame = pd.DataFrame(columns, index=found.pilots.index)
    rates = [name for name in frame if name.endswith(", %")]
    return sheet("headlines", title, frame, _("District"), notes, decimals=dict.fromkeys(rates, 1))
