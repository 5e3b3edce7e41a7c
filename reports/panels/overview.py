"""What the overview draws: tiles, the ranked wards and the map."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import STEPS, rows, spark

TILE_WIDTH, TILE_HEIGHT, TILE_GAP = 120, 84, 8


def tile_names(frames, shown, theme):
    """What tiles are called: after their themes, or within one theme after the indicators."""
    if theme is not None:
        return words.named(shown, "short")
    return words.named(frames.themes, "short").reindex(shown["theme"]).set_axis(shown.index)


def tiles(frames, found, shown, *, names, links, origins, sparks, period, themes=None):
    """The contexts of `_tile.html`, one for each indicator in `shown` (rows of frames.indicators).

    `found` is from `measures.overview`; names, links, origins and sparks go by indicator, `themes`
    are the addresses of the themes that tiles are named after. A figure of
    another period than the one chosen says which.
    """
    themes = themes or {}
    labels, units = words.named(shown, "short"), words.named(shown, "unit")
    wards = words.units(frames.wards)
    contexts = []
    for indicator, of in shown.iterrows():
        row, name = found.loc[indicator], names[indicator]
        above = themes.get(of["theme"], "")
        label = labels[indicator] if above or labels[indicator] != name else ""
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
            | {"period": when, "above": above, "origin": origins[indicator]}
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


def ranking(ranked, names, links, mine, ranges=None):
    """What `charts.dots` draws of scores: wards from best to worst.

    With `ranges` (from `index.rank_ranges`) the range of its rank stands behind each score.
    """
    text = [words.number(value, 1) or _("no score") for value in ranked["points"]]
    if ranges is not None:
        own = ranges.reindex(ranked.index)
        said = map(words.ranks, own["low"], own["high"])
        text = [" · ".join(filter(None, pair)) for pair in zip(text, said, strict=True)]
    return rows(ranked, ranked["points"], names, links, mine, small=False, text=text)


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
