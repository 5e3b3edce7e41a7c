"""The tables behind one figure: its parts, the returns they stand in, and a score taken apart."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import codes, decimals, names, outcomes, period_names, sheet, shown, units


def parts(frames, cells, indicator, title, notes):
    """The cells of `sums.parts`: grouped by period, or by ward where there are several periods."""
    of = frames.indicators.loc[indicator]
    kinds = pd.Series(of["kind"], index=cells.index)
    wards = cells["ward"].map(words.named(frames.wards)).fillna(_("district"))
    named = {
        _("Period"): cells["period"].map(period_names(frames)),
        _("Unit of government"): wards,
    }
    one_period = cells["period"].nunique() < 2
    head = _("Unit of government") if one_period else _("Period")
    if not one_period:
        named = dict(reversed(named.items()))
    value = _("Value")
    if unit := units(frames.indicators.loc[[indicator]]).iloc[0]:
        value = f"{value}, {unit}"
    frame = pd.DataFrame({**named, _("State"): _states(cells)})
    if of["kind"] == "ratio":
        frame[_("Numerator")] = cells["numerator"]
        frame[_("Denominator")] = cells["denominator"]
    frame[value] = shown(cells["value"], kinds)
    return sheet(
        "parts", title, frame, head, notes, codes(cells), grouped=True,
        decimals=decimals([value], kinds), figures=(value,),
    )  # fmt: skip


def _states(cells):
    """As elsewhere; and of a stock which figure counts no more, as a later one is there."""
    passed = (cells["state"] == "reported") & ~cells["counted"]
    said = zip(outcomes(cells), passed, strict=True)
    return [_("replaced by a later one") if old else word for word, old in said]


def returns(frames, sources, inside, title):
    """The returns of `pilot.sources`, by (ward, period); `inside` shows who entered.

    Times are told to the minute, people by name where the source knows them.
    """
    columns = {
        _("Return"): [_place(frames, *key) for key in sources],
        _("State"): [words.submission_state(each.submission.state) for each in sources.values()],
    }
    if inside:
        columns[_("Entered")] = [done(each.entered) for each in sources.values()]
    columns[_("Submitted")] = [done(each.submitted) for each in sources.values()]
    columns[_("Approved")] = [done(each.approved) for each in sources.values()]
    if any(each.file for each in sources.values()):
        columns[_("Imported from")] = [each.file for each in sources.values()]
    frame = pd.DataFrame(columns, index=list(sources), dtype=object)
    states = [each.submission.state for each in sources.values()]
    return sheet("returns", title, frame, _("Return"), [], states)


def _place(frames, ward, period):
    names = words.named(frames.wards, "bare")
    when = words.short_period(frames.periods.loc[period])
    return f"{names.get(ward, _('district'))} · {when}"


def done(step):
    """(who, when) as «Đặng Thị Minh Châu, 05/07/2022 14:20»; nothing for None."""
    if step is None:
        return ""
    who, when = step
    told = f"{when:%d/%m/%Y %H:%M}"
    return f"{who}, {told}" if who else told


def themes(frames, worked, title, notes):
    """A total by theme, from `sums.total`."""
    rows = worked.parts
    frame = pd.DataFrame(
        {
            _("Theme"): words.named(frames.themes).reindex(rows.index),
            _("Points"): rows["points"],
            _("Maximum"): rows["max"],
            _("State"): rows["state"].map(
                {"reported": _("scored"), "missing": _("too few figures")}
            ),
            _("Judged, %"): rows["there"] * 100,
        },
        index=rows.index,
    )
    return sheet(
        "themes", title, frame, _("Theme"), notes, rows["state"],
        decimals={_("Points"): 2}, figures=(_("Points"),),
    )  # fmt: skip


def scored(frames, cells, title, notes):
    """The scored indicators of a ward, from `sums.scored`; indexed by indicator."""
    of = frames.indicators.reindex(cells.index)
    frame = pd.DataFrame(
        {
            _("Theme"): names(frames.themes, of["theme"], "short"),
            _("Indicator"): words.named(of, "short"),
            _("State"): outcomes(cells),
            _("Value"): shown(cells["value"], of["kind"]),
            _("Unit"): units(of),
            _("Points"): cells["points"],
            _("Maximum"): cells["max"],
        },
        index=cells.index,
    )
    return sheet(
        "indicators", title, frame, _("Indicator"), notes, codes(cells), grouped=True,
        decimals={_("Points"): 2, **decimals([_("Value")], of["kind"])}, figures=(_("Points"),),
    )  # fmt: skip
