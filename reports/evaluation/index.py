"""How firm the ranks are: simulated ranges, groups, contributions, and what leaving a part out does.

The score is that of `scoring`: goalposts, the rule of the least weight and published scores of whole
themes are the same, and what is ranked is the unrounded score. With the arithmetic mean it is the
official one; with the geometric mean themes make up for each other less (as in the Human Development
Index), while within a theme points still add up.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import scoring
from . import intervals

DRAWS = 2000
WOBBLE = 0.25  # weights are drawn from 1 - WOBBLE to 1 + WOBBLE times their own
APART = 0.95  # share of draws in which one ward must stand above another to be told apart


def rank_ranges(frames, period, mean="arithmetic", seed=1, draws=DRAWS):
    """The rank of every ward beside the range that chance and choice leave open.

    In each draw the weight of every indicator and theme is varied by up to 25 % (uniform), the mean
    of the themes is arithmetic or geometric with even odds, and every rate is drawn anew from what
    its cases say about it: Beta(n + 1/2, d - n + 1/2), the binomial's Jeffreys posterior, so that
    three of three is less firm than 300 of 300. Figures that are no shares of cases, and published
    scores, stay as they are, and so do wards without a score.

    `mean` says how `score` and `rank` are made. Returns a DataFrame by ward in their order: score
    (points), rank, low and high (the ranks at 5 and 95 % of the draws), first (share of the draws
    in which no ward stands higher); NaN without a score. One seed gives the same bytes whatever the
    order of wards, indicators and themes, which are drawn by their codes.
    Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 7.
    """
    score = _official(frames, period, mean)
    drawn = frames.once(_drawn, period, seed, draws)
    place = _places(drawn)
    found = pd.DataFrame({"score": score, "rank": scoring.ranks(score)})
    there = score.notna().to_numpy()
    for name, share in (("low", 0.05), ("high", 0.95)):
        found[name] = np.where(there, _quantile(place, share), np.nan)
    found["first"] = np.where(there, (place == 1).mean(axis=0), np.nan)
    return found


def groups(frames, period, mean="arithmetic", seed=1):
    """The group of each ward, 1 for the best: wards of one group cannot be told apart.

    Two wards can be told apart when one of them stands above the other in at least 95 % of the
    draws of `rank_ranges`. Wards are taken by rank; the best opens group 1, and each next ward
    joins the group at hand as long as it cannot be told apart from **any** ward in it; the first
    that can opens the next. So within a group no two wards can be told apart, and the best of a
    group can be told apart from at least one ward of the group above. The relation does not chain:
    ten wards that each resemble their neighbours are not one group from first to last; in return,
    neighbours on the two sides of a border may resemble each other as well.

    Returns a Series by ward in their order, NaN without a score.
    """
    score = _official(frames, period, mean)
    drawn = frames.once(_drawn, period, seed, DRAWS)
    apart = _apart(drawn)
    rank = scoring.ranks(score).to_numpy()
    codes = frames.wards["code"].to_numpy()
    order = sorted(np.flatnonzero(score.notna()), key=lambda each: (rank[each], codes[each]))
    found, members, number = np.full(len(score), np.nan), [], 1
    for ward in order:
        if apart[ward, members].any():
            members, number = [], number + 1
        members.append(ward)
        found[ward] = number
    return pd.Series(found, score.index)


def contributions(frames, period, mean="arithmetic"):
    """How many points of its score each ward has from each theme: a DataFrame, wards x themes.

    The rows add up to the score (of the mean chosen). A theme that is missing is NaN, and its weight
    stands with the others, as in the score; without a score all are NaN. The geometric mean lies
    under the arithmetic one; there each theme's part is lowered in proportion.
    """
    share, maxima = _themes(frames, period)
    score = _official(frames, period, mean)
    weights = share.notna() * maxima
    parts = share * maxima
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = parts.mul(maxima.sum() / weights.sum(axis=1), axis=0)
        scale = np.where(parts.sum(axis=1) > 0, score / parts.sum(axis=1), score)
    return parts.mul(scale, axis=0)


def without(frames, period, mean="arithmetic"):
    """Each ward's rank if one indicator or theme were not in the framework.

    Returns a DataFrame with the wards' ids as columns, and one row for each removed part, indexed
    by (kind, id), kind being indicator or theme: themes first, then scored indicators, in their
    order. A ward may gain or lose its score, as less may be missing from what remains.
    """
    model = _model(frames, period)
    themes = [each for each in frames.themes.index if each in set(model.theme_ids)]
    indicators = [each for each in frames.indicators.index if each in set(model.indicator_ids)]
    rows = [("theme", each) for each in themes] + [("indicator", each) for each in indicators]
    left = np.array(
        [(model.theme_ids if kind == "theme" else model.indicator_ids) != id for kind, id in rows]
    ).reshape(len(rows), len(model.points))
    weights = left * model.points
    maxima = _maxima(model, weights)
    reach = _reach(model, weights, maxima)
    scores = _scored(model, model.shares[None], weights, maxima, reach, mean)
    ranks = scoring.ranks(pd.DataFrame(scores.T, index=model.wards)).T
    kinds, ids = ([row[n] for row in rows] for n in (0, 1))
    ranks.index = pd.MultiIndex.from_arrays([kinds, ids], names=["kind", "id"])
    return ranks[frames.wards.index]


def _official(frames, period, mean):
    """The unrounded score of every ward, in points; with the arithmetic mean that of `scoring`."""
    share, maxima = _themes(frames, period)
    means, _there = scoring.index(
        share.clip(lower=0), maxima.to_frame("total"), frames.minimum_weight, mean
    )
    return (means["total"] * maxima.sum()).round(10)


def _themes(frames, period):
    """Shares of each theme's points, wards x themes in their order, and the themes' maxima."""
    themes = frames.once(scoring.scores_in, period).themes
    ids = frames.themes.index[frames.themes.index.isin(themes["theme"])]
    table = {
        name: scoring.matrix(frames.wards.index, ids, themes.rename(columns=RENAMED), name)
        for name in ("points", "max")
    }
    maxima = table["max"].max()
    return table["points"] / maxima, maxima


RENAMED = {"theme": "indicator"}


# The simulation: arrays in the order of codes, so that no other order has a say --------------------


@dataclass(frozen=True)
class _Model:
    """What scores are made of, wards and scored indicators in the order of their codes.

    Of wards x indicators: shares (points as a share of the most; NaN where there are none),
    numerators, denominators, rated.
    """

    frames: object
    wards: np.ndarray
    indicator_ids: np.ndarray
    theme_ids: np.ndarray  # of each indicator
    names: list  # of each indicator, with its theme's: unlike any other's
    points: np.ndarray
    whole: np.ndarray
    shares: np.ndarray
    numerators: np.ndarray
    denominators: np.ndarray
    rated: np.ndarray  # where the share is that of a rate of cases, so that it can be drawn anew

    @property
    def themes(self):
        """The themes in the order of their codes, as they first come."""
        return list(dict.fromkeys(self.theme_ids.tolist()))

    @property
    def member(self):
        return (self.theme_ids[:, None] == np.array(self.themes)[None, :]).astype("float64")


def _model(frames, period):
    scored = frames.indicators[
        frames.indicators["points"].notna() & (frames.indicators["level"] == "ward")
    ]
    theme = frames.themes["code"].reindex(scored["theme"]).astype("str").to_numpy()
    names = [f"{first}/{second}" for first, second in zip(theme, scored["code"], strict=True)]
    order = sorted(range(len(names)), key=names.__getitem__)
    scored = scored.iloc[order]
    wards = frames.wards.sort_values("code", kind="stable").index
    cells = frames.once(scoring.scores_in, period).cells
    cells = cells[cells["ward"].isin(wards) & cells["indicator"].isin(scored.index)]
    points, numerators, denominators = (
        scoring.matrix(wards, scored.index, cells, name).to_numpy()
        for name in ("points", "numerator", "denominator")
    )
    shares = points / scored["points"].to_numpy("float64")
    rates = (scored["kind"] == "ratio") & intervals.of_cases(frames)[scored.index]
    with np.errstate(invalid="ignore"):
        fit = (denominators > 0) & (numerators >= 0) & (numerators <= denominators)
    return _Model(
        frames=frames,
        wards=wards.to_numpy(),
        indicator_ids=scored.index.to_numpy(),
        theme_ids=scored["theme"].to_numpy(),
        names=[names[each] for each in order],
        points=scored["points"].to_numpy("float64"),
        whole=scored["whole_theme"].to_numpy("bool"),
        shares=shares,
        numerators=numerators,
        denominators=denominators,
        rated=fit & rates.to_numpy() & ~np.isnan(shares),
    )


def _scored(model, shares, weights, maxima, reach, mean, there=None):
    """Scores as shares of the whole, draws x wards.

    shares: draws (or 1) x wards x indicators; weights: draws x indicators; maxima and reach: draws
    x themes; mean: a name, or a boolean array along the draws: whether geometric. `there`, wards x
    themes, says which themes count; by default those that the rule of the least weight lets
    through, which then also decides which wards have a score.
    """
    least = 0.0 if there is not None else model.frames.minimum_weight - 1e-9
    present = ~np.isnan(shares[0])
    parts = np.where(model.whole, 0.0, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        above = (np.nan_to_num(shares) * parts[:, None, :]) @ model.member
        below = (present * parts[:, None, :]) @ model.member
        themes = np.where(
            (below > 0) & (below / (parts @ model.member)[:, None, :] >= least),
            above / below * reach[:, None, :],
            np.nan,
        )
        for place in np.flatnonzero(model.whole):
            column = model.themes.index(model.theme_ids[place])
            known = present[:, place] & (weights[:, place] > 0)[:, None]
            themes[:, :, column] = np.where(known, shares[:, :, place], themes[:, :, column])
        if there is not None:
            themes = np.where(there, themes, np.nan)
        return _combined(np.clip(themes, 0, None), maxima[:, None, :], mean, least)


def _combined(themes, maxima, mean, least):
    """The mean of the themes with maxima as weights, draws x wards."""
    weight = np.where(np.isnan(themes), 0.0, maxima)
    total = weight.sum(axis=2)
    flat = (np.nan_to_num(themes) * weight).sum(axis=2) / total
    log = np.where(weight > 0, np.log(np.where(weight > 0, themes, 1.0)), 0.0)
    steep = np.exp((log * weight).sum(axis=2) / total)
    geometric = np.asarray(mean == "geometric" if isinstance(mean, str) else mean)
    found = np.where(geometric.reshape(-1, 1), steep, flat)
    return np.where((total > 0) & (total / maxima.sum(axis=2) >= least), found, np.nan)


def _maxima(model, weights):
    """The weight of each theme, draws x themes: of a whole theme's score, else of its parts."""
    maxima = np.where(model.whole, 0.0, weights) @ model.member
    for place in np.flatnonzero(model.whole):
        column = model.themes.index(model.theme_ids[place])
        maxima[:, column] = np.where(weights[:, place] > 0, weights[:, place], maxima[:, column])
    return maxima


def _reach(model, weights, maxima):
    """The share of a theme's points that its parts make up; 1 but for a whole theme's score."""
    parts = np.where(model.whole, 0.0, weights) @ model.member
    return np.divide(parts, maxima, out=np.ones_like(maxima), where=maxima > 0)


def _drawn(frames, period, seed, draws):
    """Scores of the draws of `rank_ranges`: draws x wards, in the order of the frames.

    Which themes and wards have a score is decided once, by the framework's own weights.
    """
    model = _model(frames, period)
    rows = {
        name: np.array(
            [_stream(seed, name, each).uniform(1 - WOBBLE, 1 + WOBBLE, draws) for each in parts]
        ).reshape(len(parts), draws)
        for name, parts in (
            ("indicator", model.names),
            ("theme", [name.split("/")[0] for name in model.names]),
        )
    }
    weights = (rows["indicator"] * model.points[:, None]).T
    # Of a theme's indicators any one speaks for the theme: they were all drawn by its code.
    first = [int(np.argmax(model.theme_ids == each)) for each in model.themes]
    maxima = _maxima(model, model.points[None])
    reach = _reach(model, model.points[None], maxima)
    maxima = maxima * rows["theme"][first].T
    geometric = _stream(seed, "mean").random(draws) < 0.5
    share, _weights = _themes(frames, period)
    there = share.reindex(index=model.wards, columns=model.themes).notna().to_numpy()
    scores = np.full((draws, len(model.wards)), np.nan)
    for place, own in enumerate(_noisy(model, seed, draws)):
        mine = there[[place]]
        scores[:, [place]] = _scored(model, own, weights, maxima, reach, geometric, mine)
    scores = scores[:, pd.Index(model.wards).get_indexer(frames.wards.index)].round(9)
    scores[:, _official(frames, period, "arithmetic").isna()] = np.nan
    return scores


def _noisy(model, seed, draws):
    """The shares of every draw, ward by ward (so that few lie in memory): draws x 1 x indicators."""
    indicators = model.frames.indicators.loc[model.indicator_ids]
    goal = [indicators[name].to_numpy()[:, None] for name in scoring.GOALPOSTS[1:]]
    codes = model.frames.wards["code"].loc[model.wards]
    for place, code in enumerate(codes):
        own = np.repeat(model.shares[place][:, None], draws, axis=1)
        drawn = np.flatnonzero(model.rated[place])
        rates = np.empty((len(drawn), draws))
        for n, each in enumerate(drawn):
            cases, of = model.numerators[place, each], model.denominators[place, each]
            stream = _stream(seed, "rate", code, model.names[each])
            rates[n] = stream.beta(cases + 0.5, of - cases + 0.5, draws)
        own[drawn] = scoring.shares(rates, *(each[drawn] for each in goal))
        yield own.T[:, None, :]


def _stream(*keys):
    """Random numbers of their own for what the keys name, whatever else is drawn before."""
    digest = hashlib.sha256("\x1f".join(map(str, keys)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def _places(drawn):
    """The rank of each ward in each draw; equal scores share a rank."""
    places = np.empty(drawn.shape, "int64")
    with np.errstate(invalid="ignore"):
        for each in range(drawn.shape[1]):
            places[:, each] = 1 + (drawn > drawn[:, [each]]).sum(axis=1)
    return places


def _quantile(places, share):
    """The lowest rank that at least `share` of the draws do not exceed, for each ward."""
    if not places.size:
        return np.full(places.shape[1], np.nan)
    return np.quantile(places, share, axis=0, method="inverted_cdf")


def _apart(drawn):
    """Wards x wards: whether the one stands above the other, or below, in APART of the draws."""
    with np.errstate(invalid="ignore"):
        above = np.array(
            [(drawn[:, [each]] > drawn).mean(axis=0) for each in range(drawn.shape[1])]
        )
    above = above.reshape(drawn.shape[1], drawn.shape[1])
    return np.maximum(above, above.T) >= APART
