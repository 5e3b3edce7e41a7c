"""What a figure and a score are made of: the cells behind them and the sums. Pure pandas.

The sums themselves are those of `measures` and `scoring`; here they are taken apart again.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import measures


def parts(frames, indicator, period, ward=0):
    """The cells that one figure is made of, by ward and then in time.

    `ward` 0 is the district: all wards, or the district's own return where it reports itself.
    Returns `measures.trends` of the periods that answer for `period`, with columns counted (whether
    the cell enters the sum: reported, and of a stock each ward's last) and small.
    """
    cells = measures.trends(frames, indicator)
    chosen = frames.periods.index[measures.span_of(frames, period)]
    cells = cells[cells["period"].isin(chosen)]
    if ward:
        cells = cells[cells["ward"] == ward]
    place = frames.wards.index.get_indexer(cells["ward"])
    cells = cells.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)
    of = frames.indicators.loc[indicator]
    counted = cells["state"] == "reported"
    if of["over_time"] == "stock":
        # Marked from the end: the first reported cell of each ward met there is its last.
        counted &= ~cells["ward"].where(counted).duplicated(keep="last")
    small = (of["kind"] == "ratio") & (cells["denominator"] < of["smallest_denominator"])
    return cells.assign(counted=counted, small=small)


def left(frames, indicator, periods):
    """How many figures of these periods do not count because their ward has left the pilot."""
    values = frames.values
    stays = values["ward"].isin(frames.wards.index) | (values["ward"] == 0)
    own = (values["indicator"] == indicator) & values["period"].isin(periods)
    return int((own & ~stays).sum())


@dataclass(frozen=True)
class Figure:
    """One figure with what its formula, its coverage and its points are said with.

    NaN stands for what is not there. `mean` is the figure per ward and period, which targets and
    goalposts are stated for; `target_each` is the target as it was set, `times` how often it counts
    in `target`. `points` is None for what has no goalposts of its own: the district.
    """

    state: str
    numerator: float
    denominator: float
    value: float
    mean: float
    small: bool
    reported: int
    due: int
    periods: int
    target_each: float
    times: float
    target: float
    reached: float
    points: float | None


def figure(frames, scores, found, indicator, ward, day):
    """The Figure of one ward, or of the district from `found`, a row of `measures.overview`."""
    target = measures.targets(frames, day, ward)[indicator]
    if not ward:
        row, mean, points = found, found["per_cell"], None
        times = found["target"] / target if target else 1.0
    else:
        cells = scores.cells
        own = cells[(cells["ward"] == ward) & (cells["indicator"] == indicator)]
        if own.empty:
            return None
        row = own.iloc[0]
        mean, points = row["per_period"], row["points"]
        times = _times(frames.indicators.loc[indicator], row)
    of = frames.indicators.loc[[indicator]]
    short = measures.shortfall(of, [mean])[0] - measures.shortfall(of, [target])[0]
    return Figure(
        row["state"], row["numerator"], row["denominator"], row["value"], mean, bool(row["small"]),
        int(row["reported"]), int(row["due"]), int(row["periods"]), target, times, target * times,
        np.nan if np.isnan(short) else float(short <= 1e-9), points,
    )  # fmt: skip


def _times(of, row):
    """How often a ward's target counts over several periods: once for what does not add up."""
    if of["kind"] in {"ratio", "score"} or of["over_time"] == "stock":
        return 1.0
    return float(row["reported"] or row["due"])


def goal(of, value):
    """The two goalposts between which `value` is judged: (worst, best), of a band the nearer side."""
    if not np.isnan(of["best_high"]) and value > of["best_high"]:
        return of["worst_high"], of["best_high"]
    return of["worst"], of["best"]


@dataclass(frozen=True)
class Worked:
    """How a ward's score comes about: points = got / judged x whole.

    parts: a DataFrame indexed by theme (of a total) or by indicator (of a theme), with columns
    points, max and state; got and judged are the sums of points and maxima that are there, whole is
    the sum of all maxima. `published` says that a mark for the whole theme stands in for its parts.
    """

    parts: pd.DataFrame
    got: float
    judged: float
    whole: float
    points: float
    published: bool = False


def total(scores, ward):
    """A ward's total, from its themes."""
    own = scores.themes[scores.themes["ward"] == ward].set_index("theme")
    return _worked(own[["points", "max", "state", "there"]], scores.totals.at[ward, "points"])


def theme(frames, scores, ward, theme):
    """A ward's score in one theme, from its indicators."""
    of = frames.indicators
    scored = of[(of["theme"] == theme) & of["points"].notna() & (of["level"] == "ward")]
    cells = scores.cells[scores.cells["ward"] == ward].set_index("indicator")
    own = cells.reindex(scored.index)[["state", "value", "denominator", "small", "points"]]
    own["state"] = own["state"].fillna("not_due")
    own = own.assign(max=scored["points"], small=own["small"].eq(True))
    themes = scores.themes[(scores.themes["ward"] == ward) & (scores.themes["theme"] == theme)]
    points = themes["points"].iloc[0] if len(themes) else np.nan
    whole = scored["whole_theme"]
    worked = _worked(own[~whole], points)
    published = own[whole]["points"].dropna()
    if published.empty:
        return worked
    return Worked(own[whole], points, points, own[whole]["max"].sum(), points, published=True)


def _worked(parts, points):
    there = parts["points"].notna()
    return Worked(
        parts, parts["points"].sum(), parts["max"][there].sum(), parts["max"].sum(), points
    )


def scored(frames, scores, ward, theme=None):
    """A ward's scored cells with points and maximum, of one theme or of all; indexed by indicator."""
    of = frames.indicators[frames.indicators["points"].notna()]
    cells = scores.cells[scores.cells["ward"] == ward].set_index("indicator")
    cells = cells[cells.index.isin(of.index)]
    return cells if theme is None else cells[cells["theme"] == theme]
