"""Where one ward is strong and weak, and what has moved there. Pure: it picks, others have worked it out."""

import numpy as np

MOST = 5  # of each kind


def ends(cells, places, most=MOST):
    """The indicators in which a ward does best and worst: two lists of ids, never one in both.

    `cells` are the ward's, scored, indexed by indicator; `places` its place for each indicator, 1
    for the best of all. Best is the larger share of the points, then the better place; what has all
    its points is no weakness, and what has none no strength.
    """
    share = (cells["points"] / cells["max"]).where(cells["max"] > 0).dropna()
    place = places.reindex(share.index)
    order = share.index[np.lexsort((place.fillna(np.inf), -share))]
    half = len(order) // 2 if len(order) < 2 * most else most
    best = [each for each in order[: max(half, 1)] if share[each] > 0]
    worst = [each for each in order[::-1][:half] if share[each] < 1 - 1e-9 and each not in best]
    return best, worst


def moves(changes, most=MOST):
    """The indicators that have improved and worsened since before the pilot: two lists of ids.

    `changes` are the ward's rows of `evaluation.effect.before_after`, indexed by indicator. First
    those that cannot be chance, the larger ones of each kind first, held against the level before.
    """
    there = changes[changes["better"].abs() == 1]
    level = there[["before", "after"]].abs().max(axis=1).replace(0, np.nan)
    size = (there["change"].abs() / level).fillna(0)
    order = there.index[np.lexsort((-size, ~there["certain"].to_numpy(bool)))]
    sign = there["better"]
    return [[each for each in order if sign[each] == step][:most] for step in (1, -1)]
