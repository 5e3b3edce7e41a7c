"""Goalposts to points, classes, index and ranks. Pure numpy and pandas: no Django, no database.

Goalposts are fixed in the framework beforehand and never taken from the wards at hand: with the
minimum and maximum of the sample, the OECD handbook's ranking of 23 countries matches for 11 only.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Scores:
    """How wards stand over a span of time.

    cells: as from `measures.cells`, ward level only, with columns theme, points and max (NaN: not
    scored). themes: ward, theme, points, max, state, there (share of the points that could be
    judged). totals: indexed by ward, with points, max, state, there, rank and name of the class
    (a dict with name_vi and name_en, or None). State is `reported`, or `missing` where too little
    is there for a score.
    """

    cells: pd.DataFrame
    themes: pd.DataFrame
    totals: pd.DataFrame


def shares(values, worst, best, best_high=None, worst_high=None):
    """Where values lie between goalposts, 0 (worst or beyond) to 1 (best or beyond).

    Arrays or scalars alike. With the high edges given and not NaN it is a band: 1 from best to
    best_high, falling to 0 at worst and at worst_high. Source: OECD/JRC Handbook on Constructing
    Composite Indicators (2008), min-max with fixed goalposts.
    """
    values = np.asarray(values, dtype="float64")
    share = np.clip((values - worst) / (np.asarray(best) - worst), 0, 1)
    if best_high is None:
        return share
    high = np.clip((values - worst_high) / (np.asarray(best_high) - worst_high), 0, 1)
    return np.where(np.isnan(high), share, np.minimum(share, high))


def points(cells, indicators):
    """Points of each cell as a Series, rounded half up to 2 decimals; NaN where it has none.

    points = max x share between the goalposts. A published score is taken as it is. Where nothing
    was due (denominator 0) the indicator's own rule says full, none or left out.
    """
    of = indicators.reindex(cells["indicator"]).set_axis(cells.index)
    share = shares(cells["per_period"], of["worst"], of["best"], of["best_high"], of["worst_high"])
    exact = of["points"] * share
    found = pd.Series(_half_up(exact.to_numpy(), cells, of), index=cells.index)
    nothing_due = cells["denominator"] == 0
    found = found.mask(nothing_due & (of["nothing_due"] == "full"), of["points"])
    found = found.mask(nothing_due & (of["nothing_due"] == "none"), 0.0)
    found = found.mask(of["kind"] == "score", cells["numerator"])
    return found.where((cells["state"] == "reported") & of["points"].notna())


def _half_up(exact, cells, of):
    """Rounds half up to 2 decimals; where a float cannot tell, by exact fractions.

    Published scores lie on such ties: Python's round() and half-even both miss some.
    """
    cents = exact * 100
    rounded = np.floor(cents + 0.5)
    for n in np.flatnonzero(np.abs(cents - np.floor(cents) - 0.5) < 1e-6):
        rounded[n] = _cents(cells.iloc[n], of.iloc[n])
    return rounded / 100


def _cents(cell, indicator):
    """The points of one cell in hundredths, exactly."""
    number = {
        key: Fraction(Decimal(repr(float(source[key]))))
        for source, keys in (
            (cell, ["numerator", "denominator", "per_period"]),
            (indicator, ["worst", "best", "best_high", "worst_high", "points"]),
        )
        for key in keys
        if not np.isnan(source[key])
    }
    if indicator["kind"] == "ratio":
        value = number["numerator"] / number["denominator"]
    else:
        value = number["numerator"] / max(
            1, int(cell["reported"]) if indicator["over_time"] == "flow" else 1
        )
    share = (value - number["worst"]) / (number["best"] - number["worst"])
    if "best_high" in number:
        high = (value - number["worst_high"]) / (number["best_high"] - number["worst_high"])
        share = min(share, high)
    return int(number["points"] * min(max(share, 0), 1) * 100 + Fraction(1, 2))


def index(parts, weights, minimum_weight=2 / 3, mean="arithmetic"):
    """The weighted mean of each row of `parts` (units x parts, NaN missing).

    A missing part shares its weight out among the others as long as at least `minimum_weight` of
    the weight is there; otherwise NaN. `mean` is arithmetic or geometric (parts must then be
    positive; a 0 makes the whole 0). Returns a DataFrame with columns value, there.
    """
    weights = pd.Series(weights, dtype="float64").reindex(parts.columns)
    present = parts.notna().to_numpy() * weights.to_numpy()
    there = present.sum(axis=1)
    total = weights.sum()
    enough = (there > 0) & (there >= minimum_weight * total - 1e-9)
    filled = parts.to_numpy(dtype="float64", na_value=np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        if mean == "geometric":
            value = np.exp(np.nansum(np.log(filled) * present, axis=1) / there)
        else:
            value = np.nansum(filled * present, axis=1) / there
        share = there / total
    return pd.DataFrame({"value": np.where(enough, value, np.nan), "there": share}, parts.index)


def ranks(scores):
    """1 for the highest; equal scores share a rank; NaN stays NaN. The unrounded scores are ranked.

    Only the noise of floating point is cut off, ten orders below a hundredth of a point.
    """
    return scores.round(9).rank(method="min", ascending=False)


def scores(frames, cells):
    """Points, themes and totals of every ward from `measures.cells`, as Scores.

    A theme's points are the sum of its indicators' (the official way); a published score of the
    whole theme goes before its parts. Missing parts share their weight out as `index` does.
    """
    scored = frames.indicators[
        frames.indicators["points"].notna() & (frames.indicators["level"] == "ward")
    ]
    cells = cells[cells["ward"].isin(frames.wards.index)].copy()
    of = frames.indicators.reindex(cells["indicator"])
    cells["theme"] = of["theme"].to_numpy()
    cells["points"] = points(cells, frames.indicators)
    cells["max"] = of["points"].to_numpy()
    table = cells.pivot(index="ward", columns="indicator", values="points")
    table = table.reindex(index=frames.wards.index, columns=scored.index)
    themes = [
        _theme(table, group, frames.minimum_weight).assign(theme=theme)
        for theme, group in scored.groupby("theme", sort=False)
    ]
    columns = ["ward", "theme", "points", "max", "state", "there"]
    if not themes:
        empty = pd.DataFrame(columns=columns)
        return Scores(cells, empty, _totals(frames, empty))
    themes = pd.concat(themes).reset_index(names="ward")[columns]
    return Scores(cells, themes, _totals(frames, themes))


def _theme(table, indicators, minimum_weight):
    """points, max, state, there of one theme, by ward."""
    whole = indicators.index[indicators["whole_theme"]]
    parts = indicators["points"].drop(whole)
    maximum = indicators["points"][whole[0]] if len(whole) else parts.sum()
    found = _summed(table[parts.index], parts, minimum_weight, maximum)
    if len(whole):
        published = table[whole[0]]
        found["points"] = published.fillna(found["points"])
        found["there"] = found["there"].mask(published.notna(), 1.0)
    found["max"] = maximum
    found["state"] = np.where(found["points"].notna(), "reported", "missing")
    return found


def _summed(points, maxima, minimum_weight, maximum):
    """Points out of `maximum` from parts with their own maxima; exact when every part is there."""
    if not len(maxima):
        return pd.DataFrame({"points": np.nan, "there": 0.0}, index=points.index)
    found = index(points / maxima, maxima, minimum_weight)
    # Points have two decimals, so their sum is exact once the noise of floats is rounded away.
    summed = (found["value"] * maximum).round(10)
    return pd.DataFrame({"points": summed, "there": found["there"]})


def _totals(frames, themes):
    """The total by ward, with rank and class."""
    wards = frames.wards.index
    table = themes.pivot(index="ward", columns="theme", values="points").reindex(wards)
    maxima = themes.drop_duplicates("theme").set_index("theme")["max"].astype("float64")
    totals = _summed(table, maxima, frames.minimum_weight, maxima.sum())
    totals["max"] = maxima.sum()
    totals["state"] = np.where(totals["points"].notna(), "reported", "missing")
    totals["rank"] = ranks(totals["points"].astype("float64"))
    percent = (totals["points"] / totals["max"] * 100).round(9)
    totals["class"] = [class_of(score, frames.classes) for score in percent]
    return totals


def listing(frames, scores):
    """Scores as one long table: per ward its indicators, after each theme the theme, then the total.

    Returns a DataFrame with columns ward_code, theme, indicator, state, numerator, denominator,
    points, max, class (in Vietnamese); a theme's row has no indicator, a total's no theme either.
    """
    cells = scores.cells.assign(
        order=frames.indicators.index.get_indexer(scores.cells["indicator"])
    )
    # A theme comes after its indicators, and the total after everything.
    last = cells.groupby("theme")["order"].max()
    themes = scores.themes.assign(order=scores.themes["theme"].map(last) + 0.5)
    names = scores.totals["class"].map(lambda each: each["name_vi"], na_action="ignore")
    totals = scores.totals.assign(order=np.inf).reset_index()
    totals["class"] = names.to_numpy()
    rows = pd.concat([cells, themes, totals], ignore_index=True)
    rows["place"] = frames.wards.index.get_indexer(rows["ward"])
    rows = rows.sort_values(["place", "order"], kind="stable")
    rows["ward_code"] = frames.wards["code"].reindex(rows["ward"]).to_numpy()
    rows["indicator"] = frames.indicators["code"].reindex(rows["indicator"]).to_numpy()
    rows["theme"] = frames.themes["code"].reindex(rows["theme"]).to_numpy()
    return rows[LISTED].reset_index(drop=True)


LISTED = [
    "ward_code",
    "theme",
    "indicator",
    "state",
    "numerator",
    "denominator",
    "points",
    "max",
    "class",
]


def class_of(score, classes):
    """The class whose threshold the unrounded score (out of 100) reaches; None without a score."""
    return next((each for each in classes if score >= each["from"]), None)


def standing(values):
    """How each of several units stands among all, in the measures of the OECD handbook.

    Takes a Series; returns a DataFrame with columns rank (1 = lowest), z (sample deviation),
    minmax, ratio_mean, ratio_best, ratio_worst, diff_mean, diff_worst, above_below (more than 20 %
    off the mean: 1 or -1) and percentile (rank as a share of all, in %). Source: OECD/JRC (2008),
    table 15. For reading only: scores are made with `shares` and fixed goalposts.
    """
    mean, low, high = values.mean(), values.min(), values.max()
    rank = values.rank(method="min")
    to_mean = values / mean
    return pd.DataFrame(
        {
            "rank": rank,
            "z": (values - mean) / values.std(ddof=1),
            "minmax": (values - low) / (high - low),
            "ratio_mean": to_mean,
            "ratio_best": values / high,
            "ratio_worst": values / low,
            "diff_mean": to_mean - 1,
            "diff_worst": values / low - 1,
            "above_below": (to_mean > 1.2).astype(int) - (to_mean < 0.8).astype(int),
            "percentile": rank / values.count() * 100,
        }
    )
