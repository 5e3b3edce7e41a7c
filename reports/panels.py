"""Measured frames to what the fragments draw: tiles, tables and the map, as words and places.

Computes no figure: only positions in a small box and which words stand where. Links come in.
"""

import pandas as pd
from django.utils.translation import gettext as _

from . import words

SPARK_WIDTH, SPARK_HEIGHT, SPARK_PERIODS = 100, 28, 12
TILE_WIDTH, TILE_HEIGHT, TILE_GAP = 120, 84, 8
STEPS = 7


def tile_names(frames, shown, theme):
    """What tiles are called: after their themes, or within one theme after the indicators."""
    if theme is not None:
        return words.named(shown, "short")
    return words.named(frames.themes, "short").reindex(shown["theme"]).set_axis(shown.index)


def tiles(frames, found, shown, *, names, links, sparks, period):
    """The contexts of `_tile.html`, one for each indicator in `shown` (rows of frames.indicators).

    `found` is from `measures.overview`; names, links and sparks go by indicator. A figure of
    another period than the one chosen says which.
    """
    labels, units = words.named(shown, "short"), words.named(shown, "unit")
    wards = words.units(frames.wards)
    contexts = []
    for indicator, of in shown.iterrows():
        row, name = found.loc[indicator], names[indicator]
        label = labels[indicator] if labels[indicator] != name else ""
        stale = row["last"] and row["periods"] == 1 and row["last"] != period
        when = words.period(frames.periods.loc[row["last"]]) if stale else ""
        contexts.append(
            tile(
                row,
                of,
                name=name,
                label=label,
                unit=units[indicator],
                href=links[indicator],
                units=wards,
            )
            | {"period": when}
            | spark(sparks[indicator])
        )
    return contexts


def tile(row, indicator, *, name, label, unit, href, units):
    """The context of `_tile.html`: `row` from `measures.overview`, `indicator` its frame's row."""
    kind, target = indicator["kind"], row["target"]
    has_target = not pd.isna(target)
    value = words.figure(row["value"], kind)
    goal = words.target(target, kind)
    counted = kind in {"count", "amount", "yes_no"} and has_target
    fill, mark = _bar(row["value"], target, kind)
    if kind == "score" and indicator["points"] > 0:
        unit = f"/{words.number(indicator['points'])} {unit}"
        fill = None if not value else row["value"] / indicator["points"] * 100
    return {
        "name": name,
        "label": label,
        "value": value,
        "unit": f"/{goal} {unit}" if counted else words.unit(kind, unit),
        "href": href,
        "fill": fill,
        "mark": mark,
        "reached": row["reached"] == 1,
        "change": words.change(row["change"], kind) if value else "",
        "trend": {1: "good", -1: "bad", 0: "same"}.get(row["better"], ""),
        "arrow": _arrow(row["change"]),
        "target": _("Target %(target)s") % {"target": goal} if goal else "",
        "coverage": _("district") if indicator["level"] == "district" else _coverage(row, units),
        "note": _("small denominator") if value and row["small"] else _nothing(row, value),
    }


def _bar(value, target, kind):
    """How far the bar is filled and where the target stands, in % of the track.

    A rate fills towards 100 %; a count has its target at four fifths, so that it can be passed.
    """
    if pd.isna(value) or (kind != "ratio" and not target > 0):
        return None, None
    full = 1 if kind == "ratio" else target * 1.25
    return min(100.0, value / full * 100), None if pd.isna(target) else min(
        100.0, target / full * 100
    )


def _arrow(change):
    if pd.isna(change):
        return ""
    return "up" if change > 1e-9 else "down" if change < -1e-9 else "same"


def _coverage(row, units):
    """Wards reported of wards due; where periods are added up, returns of returns."""
    if row["periods"] <= 1:
        return words.coverage(row["wards_reported"], row["wards_due"], units)
    return words.coverage(row["reported"], row["due"], _("returns"))


def _nothing(row, value):
    """Why there is no value: the state of the cells, or that nothing arose."""
    said = "" if value else words.outcome(row["state"], row["denominator"])
    return said[:1].upper() + said[1:]


def spark(values):
    """Polylines in a 100 x 28 box from the figures of consecutive periods; NaN splits the line."""
    values = list(values)[-SPARK_PERIODS:]
    there = [value for value in values if value == value]
    if len(there) < 2:
        return {"spark": [], "last": None}
    low, high = min(there), max(there)
    step, room = (SPARK_WIDTH - 8) / max(len(values) - 1, 1), SPARK_HEIGHT - 8
    places, lines = [], [[]]
    for n, value in enumerate(values):
        if value != value:
            lines.append([])
            continue
        height = (value - low) / (high - low) if high > low else 0.5
        places.append((round(4 + n * step, 1), round(SPARK_HEIGHT - 4 - height * room, 1)))
        lines[-1].append("{},{}".format(*places[-1]))
    x, y = places[-1]
    return {"spark": [" ".join(line) for line in lines if len(line) > 1], "last": {"x": x, "y": y}}


def ranking(ranked, names, links, mine):
    """What `charts.dots` draws of scores: wards from best to worst."""
    return _rows(
        ranked, ranked["points"], names, links, mine, small=False,
        text=[words.number(value, 1) or _("no score") for value in ranked["points"]],
    )  # fmt: skip


def by_ward(cells, names, links, mine, kind):
    """What `charts.dots` or `charts.bars` draws of one indicator, from `scoring.compared`."""
    said = zip(cells["value"], cells["state"], cells["denominator"], strict=True)
    text = [
        words.with_unit(value, kind, "") or words.outcome(state, denominator)
        for value, state, denominator in said
    ]
    return _rows(cells, cells["value"], names, links, mine, cells["small"], text)


def _rows(frame, values, names, links, mine, small, text):
    return pd.DataFrame(
        {
            "name": names.reindex(frame.index),
            "text": text,
            "value": values,
            "mine": frame.index.isin(list(mine)),
            "small": small,
            "href": [links.get(ward, "") for ward in frame.index],
        }
    )


def tilemap(wards, points, names, links, mine, label):
    """The context of `_map.html`, or None when no ward has a place on the map.

    `points` by ward, NaN for no score. Colour steps are sevenths of the span between the lowest
    and the highest score, never less than ten points wide in all, so that equals look equal.
    """
    placed = wards[wards["row"].notna() & wards["column"].notna()]
    if placed.empty:
        return None
    low, high = points.min(), points.max()
    middle, width = (low + high) / 2, max(high - low, 10)
    tiles = []
    for ward, row in placed.iterrows():
        score = points[ward]
        has = not pd.isna(score)
        step = min(STEPS - 1, int((score - middle + width / 2) / width * STEPS)) if has else None
        tiles.append(
            {
                "x": int(row["column"] * (TILE_WIDTH + TILE_GAP)),
                "y": int(row["row"] * (TILE_HEIGHT + TILE_GAP)),
                "w": TILE_WIDTH,
                "h": TILE_HEIGHT,
                "name": names[ward],
                "text": words.number(score, 1) if has else _("no score"),
                "step": step,
                "href": links.get(ward, ""),
                "mine": ward in mine,
            }
        )
    return {
        "width": int((placed["column"].max() + 1) * (TILE_WIDTH + TILE_GAP) - TILE_GAP),
        "height": int((placed["row"].max() + 1) * (TILE_HEIGHT + TILE_GAP) - TILE_GAP),
        "tiles": tiles,
        "label": label,
        "caption": _("Tiles, not to scale."),
    }


def theme_bars(shares, names):
    """What `charts.themes` draws, from `scoring.theme_shares`."""
    said = shares.map(lambda share: words.with_unit(share, "ratio", "") or _("no score"))
    return pd.DataFrame(
        {
            "name": names.reindex(shares.index),
            "ours": shares["ours"],
            "ours_text": said["ours"],
            "all": shares["all"],
            "all_text": said["all"],
        }
    )


def lines(frames, trends, district, indicator, mine):
    """What `charts.trend` draws: a line for each ward, and the district's on top.

    `trends` is from `measures.trends`, `district` the indicator's column of `measures.series`;
    `mine` are wards to stand out.
    """
    kind = frames.indicators.at[indicator, "kind"]
    unit = words.named(frames.indicators.loc[[indicator]], "unit").iloc[0]
    periods = frames.periods[frames.periods["kind"] == frames.indicators.at[indicator, "frequency"]]
    ticks = [words.short_period(row) for _id, row in periods.iterrows()]
    names = words.named(frames.wards, "bare")

    def line(name, values, rank):
        values = values.reindex(periods.index)
        return {
            "name": name,
            "x": ticks,
            "y": [words.finite(value) for value in values],
            "text": [words.with_unit(value, kind, unit) for value in values],
            "rank": rank,
        }

    drawn = [
        line(names[ward], own.set_index("period")["value"], "mine" if ward in mine else "other")
        for ward, own in trends[trends["ward"] != 0].groupby("ward", sort=False)
    ]
    if kind in {"ratio", "score"} or not drawn:
        return [*drawn, line(_("whole district"), district, "main")], ticks
    # A sum of wards would dwarf each of them, so beside counts stands the mean of those reported.
    mean = trends.groupby("period")["value"].mean()
    return [
        *drawn,
        line(_("mean of the %(units)s") % {"units": words.units(frames.wards)}, mean, "main"),
    ], ticks


def heat(frames, trends, kind, caption, links, mine):
    """The context of `_heat.html`: wards by the last periods, from `measures.trends` with a column share.

    Seven shades from the worst goalpost to the best; what was not reported is hatched and says why.
    """
    names = words.named(frames.wards, "bare")
    periods = list(dict.fromkeys(trends["period"]))[-SPARK_PERIODS:]
    rows = []
    for ward, own in trends[trends["period"].isin(periods)].groupby("ward", sort=False):
        cells = {row.period: _heat_cell(row, kind) for row in own.itertuples()}
        rows.append(
            {
                "name": names.get(ward, _("district")),
                "href": links.get(ward, ""),
                "mine": ward in mine,
                "cells": [cells[period] for period in periods],
            }
        )
    columns = [words.short_period(frames.periods.loc[period]) for period in periods]
    return {"id": "heat", "caption": caption, "columns": columns, "rows": rows}


def _heat_cell(row, kind):
    if row.state != "reported" or row.denominator == 0:
        return {"text": words.outcome(row.state, row.denominator), "step": None}
    step = None if row.share != row.share else min(STEPS - 1, int(row.share * STEPS))
    return {"text": words.figure(row.value, kind), "step": 3 if step is None else step}


def first_tick(frames, indicator, day):
    """The label on the time axis of the first period that begins on or after `day`; None without."""
    kind = frames.indicators.at[indicator, "frequency"]
    periods = frames.periods[frames.periods["kind"] == kind]
    after = periods[periods["start"] >= pd.Timestamp(day)]
    # A pilot that has run from the first period on has no before to part from.
    if after.empty or len(after) == len(periods):
        return None
    return words.short_period(after.iloc[0])


def facts(indicator):
    """What may be asked about an indicator: (question, answer) for those that have an answer."""
    said = indicator.said
    asked = [
        (_("Definition"), said("definition")),
        (_("Numerator"), said("numerator")),
        (_("Denominator"), said("denominator")),
        (_("Why it matters"), said("why")),
        (_("Frequency"), indicator.get_frequency_display()),
        (_("Direction"), indicator.get_direction_display()),
        (_("Points"), _goalposts(indicator)),
        (_("When nothing was due"), indicator.get_nothing_due_display()),
        (_("Entered by"), said("owner")),
        (_("Source"), said("source")),
    ]
    if indicator.kind != "ratio":
        asked = [each for each in asked if each[0] != _("When nothing was due")]
    return [(question, answer) for question, answer in asked if answer]


def _goalposts(indicator):
    """«0 điểm tại 70 %, đủ 6 điểm từ 98 %»."""
    if indicator.points is None:
        return _("watched, not scored")
    points = words.number(indicator.points, words.decimals_of(indicator.points))
    if indicator.kind == "score":
        return _("taken as published, at most %(points)s") % {"points": points}
    edges = {
        name: words.target(getattr(indicator, name), indicator.kind) if value is not None else ""
        for name in ("worst", "best", "best_high", "worst_high")
        if (value := getattr(indicator, name)) is not None
    }
    if indicator.direction == "band":
        text = _(
            "%(points)s points between %(best)s and %(best_high)s, none beyond %(worst)s and %(worst_high)s"
        )
    else:
        text = _("none at %(worst)s, all %(points)s points from %(best)s")
    return text % {"points": points, **edges}


def returns(frames, found, link):
    """The returns of a ward for the list on its page, from `measures.returns`.

    `link` is the address of a return by the code of its period and its state, "" for none.
    """
    listed = []
    for period, row in found.iterrows():
        unbegun = row["state"] in {"missing", "not_due"}
        late = (
            ""
            if pd.isna(row["late"]) or row["late"] == 0
            else _("%(days)s days late") % {"days": int(row["late"])}
        )
        listed.append(
            {
                "period": words.period(frames.periods.loc[period]),
                "href": link(frames.periods.at[period, "code"], row["state"]),
                "state": row["state"],
                "word": words.state_name(row["state"])
                if unbegun
                else words.submission_state(row["state"]),
                "late": late,
            }
        )
    return listed


def effect(before, after, better, indicators):
    """The district's figures that a return would change, as lines {name, before, after, step}.

    `before` and `after` are figures by indicator, `better` says which of them gain (1) or lose (-1).
    What reads the same before and after is left out.
    """
    names = words.named(indicators, "short")
    units = words.named(indicators, "unit")
    lines = []
    for key, kind in indicators["kind"].items():
        then, now = (words.with_unit(each[key], kind, units[key]) for each in (before, after))
        if then != now:
            step = {1: "better", -1: "worse"}.get(better[key], "")
            lines.append({"name": names[key], "before": then, "after": now, "step": step})
    return lines


def table(sheet, links=None, mine=()):
    """The context of `_table.html` from a Sheet; `links` and `mine` go by the index of its frame.

    In a grouped Sheet the first column becomes a line of its own above each group.
    """
    links = links or {}
    numeric = {name: pd.api.types.is_numeric_dtype(sheet.frame[name]) for name in sheet.frame}
    columns = list(sheet.frame)[1 if sheet.grouped else 0 :]
    rows, group = [], None
    for n, (key, *values) in enumerate(sheet.frame.itertuples(index=True, name=None)):
        if sheet.grouped and values[0] != group:
            group = values[0]
            rows.append({"group": group, "span": len(columns)})
        cells = [
            _cell(sheet, name, value, numeric[name], n, links.get(key, ""))
            for name, value in zip(columns, values[-len(columns) :], strict=True)
        ]
        rows.append({"cells": cells, "mine": key in mine})
    return {
        "id": f"{sheet.name}-table",
        "caption": sheet.title,
        "columns": [{"name": name, "numeric": numeric[name]} for name in columns],
        "rows": rows,
    }


def _cell(sheet, name, value, numeric, n, href):
    if name == sheet.state and sheet.states[n] != "reported":
        return {"text": value, "state": sheet.states[n]}
    if not numeric:
        is_head = name == sheet.head
        return {"text": value, "head": is_head, "href": href if is_head else ""}
    return {"text": _number(sheet, name, value, n), "numeric": True}


def _number(sheet, name, value, n):
    if pd.isna(value):
        return ""
    decimals = sheet.decimals.get(name)
    decimals = decimals[n] if isinstance(decimals, list) else decimals
    text = words.number(value, words.decimals_of(value) if decimals is None else decimals)
    return f"+{text}" if name in sheet.signed and value > 0 else text
