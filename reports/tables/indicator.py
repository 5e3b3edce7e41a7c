"""The tables of an indicator: ward by ward, period by period, how the wards lie apart."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import codes, decimals, outcomes, period_names, sheet, shown, units


def by_ward(frames, cells, indicator, title, notes, compared=""):
    """One indicator by ward, with its interval, place and distance off the mean; indexed by ward.

    `cells` are from `scoring.compared` with columns low and high, and with then where they are
    `compared` with an earlier period of that name.
    """
    of = frames.indicators.loc[indicator]
    kinds = pd.Series(of["kind"], index=cells.index)
    earlier = {}
    if "then" in cells:
        change = cells["value"] - cells["then"]
        earlier = {compared: shown(cells["then"], kinds), _("Change"): shown(change, kinds)}
    frame = pd.DataFrame(
        {
            _("Unit of government"): words.named(frames.wards).reindex(cells.index),
            _("Place"): cells["place"],
            _("State"): outcomes(cells),
            _("Numerator"): cells["numerator"],
            _("Denominator"): cells["denominator"],
            _("Value"): shown(cells["value"], kinds),
            _("Unit"): units(frames.indicators.loc[[indicator]]).iloc[0],
            **_bounds(cells, of["kind"]),
            **earlier,
            _("Off the mean, %"): cells["off_mean"] * 100,
        },
        index=cells.index,
    )
    return sheet(
        "wards", title, frame, _("Unit of government"), notes, codes(cells),
        decimals=decimals([_("Value"), *_bounds(cells, of["kind"]), *earlier], kinds),
        signed=(_("Off the mean, %"), _("Change")), figures=(_("Value"),),
    )  # fmt: skip


def _bounds(found, kind):
    """The columns of a 95 % interval, where there is any."""
    if found["low"].isna().all():
        return {}
    return {
        _("95 %, lower"): _scaled(found["low"], kind),
        _("95 %, upper"): _scaled(found["high"], kind),
    }


def _scaled(values, kind):
    """`shown` for figures of one indicator."""
    return values * 100 if kind == "ratio" else values


def trend(frames, whole, beside, indicator, title, notes):
    """The district period by period, from `history.pooled` with columns low, high and target.

    `beside` are Series by period, by the name of the line they draw. Indexed by period, the latest
    first.
    """
    whole = whole.iloc[::-1]
    kind = frames.indicators.at[indicator, "kind"]
    rates = {
        _("Value"): _scaled(whole["value"], kind),
        **_bounds(whole, kind),
        _("Target"): _scaled(whole["target"], kind),
        **{name: _scaled(each.reindex(whole.index), kind) for name, each in beside.items()},
    }
    frame = pd.DataFrame(
        {
            _("Period"): whole.index.map(period_names(frames)),
            _("State"): outcomes(whole),
            _("Numerator"): whole["numerator"],
            _("Denominator"): whole["denominator"],
            **rates,
            _("Unit"): units(frames.indicators.loc[[indicator]]).iloc[0],
            _("Reported"): whole["reported"].astype("float64"),
            _("Due"): whole["due"].astype("float64"),
        },
        index=whole.index,
    )
    return sheet(
        "trend", title, frame, _("Period"), notes, codes(whole), figures=(_("Value"),),
        decimals=decimals(rates, [kind] * len(whole)),
    )  # fmt: skip


def history(frames, cells, flagged, indicator, title, notes):
    """One indicator by period and ward, from `history.cells`; the latest period first.

    `flagged` are words by (ward, period).
    """
    of = frames.indicators.loc[indicator]
    cells = cells.iloc[::-1].reset_index(drop=True)
    kinds = pd.Series(of["kind"], index=cells.index)
    names = words.named(frames.wards)
    keys = zip(cells["ward"], cells["period"], strict=True)
    frame = pd.DataFrame(
        {
            _("Period"): cells["period"].map(period_names(frames)),
            _("Unit of government"): cells["ward"].map(names).fillna(_("district")),
            _("State"): outcomes(cells),
            _("Numerator"): cells["numerator"],
            _("Denominator"): cells["denominator"],
            _("Value"): shown(cells["value"], kinds),
            _("Unit"): units(frames.indicators.loc[[indicator]]).iloc[0],
            _("Flag"): [flagged.get(key, "") for key in keys],
        }
    )
    return sheet(
        "history", title, frame, _("Unit of government"), notes, codes(cells), grouped=True,
        decimals=decimals([_("Value")], kinds),
    )  # fmt: skip


def spread(frames, quartiles, indicator, title, notes, name="spread"):
    """How the wards lie apart, from `history.quartiles`; indexed by period, the latest first."""
    quartiles = quartiles.iloc[::-1]
    kinds = pd.Series(frames.indicators.at[indicator, "kind"], index=quartiles.index)
    rates = {
        _("Lower quartile"): shown(quartiles["low"], kinds),
        _("Median"): shown(quartiles["median"], kinds),
        _("Upper quartile"): shown(quartiles["high"], kinds),
        _("Distance between the quartiles"): shown(quartiles["spread"], kinds),
    }
    frame = pd.DataFrame(
        {
            _("Period"): quartiles.index.map(period_names(frames)),
            **rates,
            _("Unit"): units(frames.indicators.loc[[indicator]]).iloc[0],
            _("With a figure"): quartiles["wards"].astype("float64"),
        },
        index=quartiles.index,
    )
    return sheet(name, title, frame, _("Period"), notes, decimals=decimals(rates, kinds))


def flags(frames, flagged, cells, indicator, title, notes):
    """What a person should look at, from `evaluation.flags.flagged`; the latest first."""
    kind = frames.indicators.at[indicator, "kind"]
    kinds = pd.Series(kind, index=flagged.index)
    values = cells.set_index(["ward", "period"])["value"]
    keys = pd.MultiIndex.from_frame(flagged[["ward", "period"]])
    value = pd.Series(values.reindex(keys).to_numpy("float64"), flagged.index)
    names = words.named(frames.wards)
    said = zip(flagged["kind"], flagged["sign"], strict=True)
    frame = pd.DataFrame(
        {
            _("Period"): flagged["period"].map(period_names(frames)),
            _("Unit of government"): flagged["ward"].map(names).fillna(_("whole district")),
            _("Flag"): [words.flag(*each) for each in said],
            _("Why"): [words.flag_means(each) for each in flagged["kind"]],
            _("Value"): shown(value, kinds),
            _("Unit"): units(frames.indicators.loc[[indicator]]).iloc[0],
        },
        index=flagged.index,
    )
    return sheet(
        "flags", title, frame, _("Unit of government"), notes,
        decimals=decimals([_("Value")], kinds),
    )  # fmt: skip


def forecast(frames, outlook, end, indicator, title, notes):
    """A forecast step by step; `outlook` is a row of `forecast.forecasts`."""
    kind = frames.indicators.at[indicator, "kind"]
    unit = units(frames.indicators.loc[[indicator]]).iloc[0]
    day = {"day": words.day(end)}
    steps = {
        "now": (_("Now"), unit),
        "rate": (_("Change per period"), unit),
        "periods_left": (_("Periods left until %(day)s") % day, ""),
        "expected": (_("Expected on %(day)s") % day, unit),
        "low": (_("Expected at least"), unit),
        "high": (_("Expected at most"), unit),
        "target": (_("Target"), unit),
        "needed": (_("Change per period that would reach the target"), unit),
    }
    values = outlook[list(steps)].astype("float64")
    rate = pd.Series([kind if name != "periods_left" else "" for name in steps], values.index)
    frame = pd.DataFrame(
        {
            _("Step"): [name for name, _unit in steps.values()],
            _("Value"): shown(values, rate),
            _("Unit"): [of for _name, of in steps.values()],
        },
        index=values.index,
    )
    places = {
        _("Value"): [
            2 if name in ("rate", "needed") else each
            for name, each in zip(steps, decimals(["x"], rate)["x"], strict=True)
        ]
    }
    return sheet("forecast", title, frame, _("Step"), notes, decimals=places)
