"""Goalposts to points, classes, index and ranks. Pure numpy and pandas: no Django, no database.

Goalposts are fixed in the framework beforehand and never taken from the wards at hand: with the
minimum and maximum of the sample, the OECD handbook's ranking of 23 countries matches for 11 only.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from . import measures


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
    place = indicators.index.get_indexer(cells["indicator"])
    of = {name: indicators[name].to_numpy()[place] for name in [*GOALPOSTS, *RULES]}
    share = shares(cells["per_period"], *(of[name] for name in GOALPOSTS[1:]))
    found = _half_up(of["points"] * share, cells, of)
    nothing_due = (cells["denominator"] == 0).to_numpy()
    found = np.where(nothing_due & (of["nothing_due"] == "full"), of["points"], found)
    found = np.where(nothing_due & (of["nothing_due"] == "none"), 0.0, found)
    found = np.where(of["kind"] == "score", cells["numerator"], found)
    scored = (cells["state"] == "reported").to_numpy() & ~np.isnan(of["points"])
    return pd.Series(np.where(scored, found, np.nan), cells.index)


GOALPOSTS = ["points", "worst", "best", "best_high", "worst_high"]
RULES = ["kind", "over_time", "nothing_due"]


def _half_up(exact, cells, of):
    """Rounds half up to 2 decimals; where a float cannot tell, by exact fractions.

    Published scores lie on such ties: Python's round() and half-even both miss some. `of` holds
    what the indicators say, an array a name, one entry for each cell.
    """
    cents = exact * 100
    rounded = np.floor(cents + 0.5)
    figures = cells[["numerator", "denominator", "reported"]].to_numpy("float64")
    for n in np.flatnonzero(np.abs(cents - np.floor(cents) - 0.5) < 1e-6):
        rounded[n] = _cents(figures[n], {name: each[n] for name, each in of.items()})
    return rounded / 100


def _cents(figures, of):
    """The points of one cell in hundredths, exactly."""
    numerator, denominator, reported = map(_fraction, figures)
    maximum, worst, best, high, worst_high = (_fraction(of[name]) for name in GOALPOSTS)
    value = numerator
    if of["kind"] == "ratio":
        value /= denominator
    elif of["over_time"] == "flow":
        value /= reported
    share = (value - worst) / (best - worst)
    if high is not None:
        share = min(share, (value - worst_high) / (high - worst_high))
    return int(maximum * min(max(share, 0), 1) * 100 + Fraction(1, 2))


def _fraction(number):
    """The number as it was written, not as binary keeps it; None for NaN."""
    return None if np.isnan(number) else Fraction(Decimal(repr(float(number))))


def index(parts, weights, minimum_weight=2 / 3, mean="arithmetic"):
    """Weighted means of each row of `parts` (units x parts, NaN missing), one for each weighting.

    `weights` is parts x weightings; a part of weight 0 does not belong. A missing part shares its
    weight out among the others as long as at least `minimum_weight` of the weight is there, else
    NaN. `mean` is arithmetic, or geometric (parts must not be negative; a 0 makes the whole 0).
    Returns two DataFrames, units x weightings: the means, and the share of the weight that is there.
    """
    weights = weights.reindex(parts.columns)
    found = _means(parts.to_numpy("float64"), weights.to_numpy("float64"), minimum_weight, mean)
    return tuple(pd.DataFrame(each, parts.index, weights.columns) for each in found)


def _means(values, matrix, minimum_weight, mean="arithmetic"):
    """`index` of arrays."""
    present = ~np.isnan(values)
    weight, total = present @ matrix, matrix.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if mean == "geometric":
            logs = np.log(values, where=present & (values > 0), out=np.zeros_like(values))
            zeros = (values == 0) @ (matrix > 0)
            means = np.where(zeros, 0, np.exp(logs @ matrix / weight))
        else:
            means = np.nan_to_num(values) @ matrix / weight
        there = np.nan_to_num(weight / total)
    return np.where((weight > 0) & (there >= minimum_weight - 1e-9), means, np.nan), there


def ranks(scores):
    """1 for the highest; equal scores share a rank; NaN stays NaN. The unrounded scores are ranked.

    Only the noise of floating point is cut off, ten orders below a hundredth of a point.
    """
    return scores.round(9).rank(method="min", ascending=False)


def scores_in(frames, period):
    """`scores` of one period, by its id."""
    return scores(frames, frames.once(measures.cells_in, period))


def scores(frames, cells):
    """Points, themes and totals of every ward from `measures.cells`, as Scores.

    A theme's points are the sum of its indicators' (the official way); a published score of the
    whole theme goes before its parts. Missing parts share their weight out as `index` does.
    """
    of = frames.indicators
    scored = of[of["points"].notna().to_numpy() & (of["level"] == "ward").to_numpy()]
    cells = cells[cells["ward"].to_numpy() != 0].reset_index(drop=True)
    place = of.index.get_indexer(cells["indicator"])
    cells = cells.assign(
        theme=of["theme"].to_numpy()[place],
        points=points(cells, of).to_numpy(),
        max=of["points"].to_numpy()[place],
    )
    table = matrix(frames.wards.index, of.index, cells, "points")
    values = table.to_numpy()[:, of.index.get_indexer(scored.index)]
    themes = pd.Index(scored["theme"].drop_duplicates(), name="theme")
    found = _themes(values, scored, themes, frames.minimum_weight)
    return Scores(cells, _long(table.index, themes, *found), _totals(table.index, *found, frames))


def of_district(frames, found):
    """The district's own score in each theme: the same goalposts, held against its sums.

    `found` is from `measures.totals`, of the indicators that wards report. Returns a DataFrame
    indexed by theme with columns points, max, there; NaN where too little is there.
    """
    scored = frames.indicators[
        frames.indicators["points"].notna() & (frames.indicators["level"] == "ward")
    ]
    of = found.reindex(scored.index)
    ratio = (scored["kind"] == "ratio").to_numpy()
    # One ward-period stands for a count, so that its exact fraction has one to divide by.
    cells = of.assign(
        indicator=scored.index,
        per_period=of["per_cell"],
        numerator=of["numerator"].where(ratio, of["per_cell"]),
        reported=1.0,
    )
    values = points(cells, frames.indicators).to_numpy()[None, :]
    themes = pd.Index(scored["theme"].drop_duplicates(), name="theme")
    sums, there, maxima = _themes(values, scored, themes, frames.minimum_weight)
    return pd.DataFrame({"points": sums[0], "max": maxima, "there": there[0]}, themes)


def matrix(wards, indicators, cells, column):
    """One column of the cells as a DataFrame, wards x indicators; NaN where there is no cell."""
    found = np.full((len(wards), len(indicators)), np.nan)
    place = wards.get_indexer(cells["ward"]), indicators.get_indexer(cells["indicator"])
    found[place] = cells[column]
    return pd.DataFrame(found, wards.rename("ward"), indicators)


def _themes(values, scored, themes, minimum_weight):
    """Points and share judged, wards x themes, and the maximum of each theme: arrays.

    `values` are points, wards x `scored` (rows of frames.indicators).
    """
    whole, maximum = scored["whole_theme"].to_numpy(), scored["points"].to_numpy()
    member = scored["theme"].to_numpy()[:, None] == themes.to_numpy()
    weights = member[~whole] * maximum[~whole, None]
    maxima = weights.sum(axis=0)
    means, there = _means(values[:, ~whole] / maximum[~whole], weights, minimum_weight)
    found = means * maxima
    for place in np.flatnonzero(whole):
        theme, published = member[place].argmax(), values[:, place]
        known = ~np.isnan(published)
        maxima[theme] = maximum[place]
        found[known, theme], there[known, theme] = published[known], 1.0
    # Points have two decimals: their sum is exact once the noise of floats is rounded away.
    return found.round(10), there, maxima


def _long(wards, themes, found, there, maxima):
    """Themes as rows: ward, theme, points, max, state, there."""
    points = found.ravel()
    return pd.DataFrame(
        {
            "ward": np.repeat(wards, len(themes)),
            "theme": np.tile(themes, len(wards)),
            "points": points,
            "max": np.tile(maxima, len(wards)),
            "there": there.ravel(),
            "state": _states(points),
        }
    )


def _totals(wards, found, there, maxima, frames):
    """The total by ward, with rank and class."""
    whole = maxima.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = found / maxima
    means, _there = _means(shares, maxima[:, None], frames.minimum_weight)
    points = (means[:, 0] * whole).round(10)
    columns = {
        "points": points,
        "there": there @ maxima / whole if whole else 0.0,
        "state": _states(points),
        "max": whole,
    }
    totals = pd.DataFrame(columns, wards)
    totals["rank"] = ranks(totals["points"])
    percent = (points / whole * 100).round(9) if whole else np.full(len(wards), np.nan)
    totals["class"] = pd.Series(
        [class_of(score, frames.classes) for score in percent], wards, dtype=object
    )
    return totals


def _states(points):
    """A score is reported, or it is missing."""
    return np.where(np.isnan(points), "missing", "reported")


def ranked(scores, theme=None):
    """Wards from best to worst, by their total or by one theme; those without a score last.

    Returns a DataFrame indexed by ward with columns points, max, state, there, rank, class.
    """
    found = scores.totals
    if theme is not None:
        found = scores.themes[scores.themes["theme"] == theme].set_index("ward")
        found = found.reindex(scores.totals.index).drop(columns="theme")
        found["state"] = found["state"].fillna("missing")
        found["rank"] = ranks(found["points"].astype("float64"))
        found["class"] = None
    return found.sort_values("rank", kind="stable", na_position="last")


def theme_shares(scores, ward):
    """The share of each theme's points that a ward has, and the mean share of all wards.

    Returns a DataFrame indexed by theme with columns ours and all; NaN where there is no score.
    """
    shares = scores.themes.assign(share=scores.themes["points"] / scores.themes["max"])
    ours = shares[shares["ward"] == ward].set_index("theme")["share"]
    return pd.DataFrame({"ours": ours, "all": shares.groupby("theme", sort=False)["share"].mean()})


def places(frames, cells):
    """The place of every ward for every indicator, 1 for the best; NaN without a figure.

    Returns a DataFrame, indicators x wards. Of a band whoever lies nearer is better.
    """
    cells = cells[cells["ward"] != 0]
    values = matrix(frames.wards.index, frames.indicators.index, cells, "per_period").T
    short = measures.shortfall(frames.indicators, values).round(9)
    return pd.DataFrame(short, values.index, values.columns).rank(axis=1, method="min")


def compared(frames, cells, indicator):
    """One indicator's cells ward by ward, best first, indexed by ward.

    Adds place (1 for the best) and off_mean (difference from the mean of the wards, as a share of
    it; from `standing`).
    """
    own = cells[(cells["indicator"] == indicator) & cells["ward"].isin(frames.wards.index)]
    if own.empty:
        own = own.assign(place=np.nan, off_mean=np.nan)
        return own.set_index("ward")
    place = places(frames, own).loc[indicator]
    own = own.set_index("ward")
    own["place"] = place
    own["off_mean"] = standing(own["value"])["diff_mean"]
    return own.sort_values("place", kind="stable", na_position="last")


def shades(frames, indicator, *series):
    """Where values lie between the goalposts of one indicator, 0 to 1: an array for each Series.

    An indicator without goalposts is held against the lowest and the highest of all the values, to
    be read as a shade and nothing else.
    """
    goal = frames.indicators.loc[indicator, GOALPOSTS[1:]].astype("float64")
    if goal[["worst", "best"]].isna().any():
        values = pd.concat(series)
        goal["worst"], goal["best"] = values.min(), max(values.max(), values.min() + 1e-9)
    return [shares(values, *goal) for values in series]


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
