"""One theme over time: its score ward by ward, its indicators for the district. Pure pandas."""

import numpy as np
import pandas as pd

from . import measures, scoring

MOST_PERIODS = 12  # as many as a heat map can show
TOO_FEW = "too_few"


def history(frames, period):
    """The scores of all themes over the last periods of the kind of `period`, up to it; in time.

    Returns a DataFrame with columns period, ward, theme, points, max, there and state: `reported`
    for a score; else the state that the ward's scored cells share, or `too_few` where some of them
    are reported and the others too many to judge by.
    """
    of = frames.periods
    place = of.index.get_loc(period)
    alike = of.index[: place + 1][(of["kind"] == of.at[period, "kind"])[: place + 1]]
    found = [_of_period(frames, each) for each in alike[-MOST_PERIODS:]]
    return pd.concat(found, ignore_index=True)


def _of_period(frames, period):
    """The rows of one period. Its cells are used once, so nothing is kept of them."""
    scores = scoring.scores(frames, measures.cells(frames, measures.span_of(frames, period)))
    themes = scores.themes
    states = _states(scores.cells[scores.cells["max"].notna()])
    keys = pd.MultiIndex.from_frame(themes[["ward", "theme"]])
    # A theme of which nothing was asked was not due.
    without = states.reindex(keys).fillna("not_due").to_numpy()
    state = np.where(themes["points"].notna(), "reported", without)
    return themes.assign(period=period, state=state)


def _states(cells):
    """What to say of a ward's theme without a score, by (ward, theme)."""
    rank = pd.Series(pd.Index(measures.STATES).get_indexer(cells["state"]), cells.index)
    first = rank.groupby([cells["ward"], cells["theme"]]).min()
    names = np.array([TOO_FEW, *measures.STATES[1:]], dtype=object)
    return pd.Series(names[first.to_numpy()], first.index)


def of_theme(history, theme):
    """The rows of one theme."""
    return history[history["theme"] == theme]


def series(frames, indicators, end):
    """The district's figure of each of `indicators` in every period of its kind that ended by `end`.

    Returns a DataFrame, indicators in their order and within them in time, with columns indicator,
    period, state (the first of STATES that a ward has), reported, due (wards), value (NaN for a
    gap) and target (in the footing of the value, in force on the last day of the period).
    """
    figures, (state, _numerator, _denominator) = frames.once(measures.series), frames.cube
    ended = np.flatnonzero((frames.periods["end"] <= end).to_numpy())
    rows = []
    for indicator in indicators:
        place = frames.indicators.index.get_loc(indicator)
        own = state[:, place, :]
        asked = ended[(own[:, ended] != measures.NOT_ASKED).any(axis=0)]
        rows.append(
            pd.DataFrame(
                {
                    "indicator": indicator,
                    "period": frames.periods.index[asked],
                    "state": np.array(measures.STATES)[own[:, asked].min(axis=0)],
                    "reported": (own[:, asked] == measures.REPORTED).sum(axis=0),
                    "due": (own[:, asked] <= measures.NOT_AVAILABLE).sum(axis=0),
                    "value": figures[indicator].to_numpy()[asked],
                }
            )
        )
    found = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=SERIES)
    return found.assign(target=_targets(frames, found))


SERIES = ["indicator", "period", "state", "reported", "due", "value"]


def _targets(frames, found):
    """The target of each row of `series`; a count's is stated for one ward, its value for many."""
    days = frames.periods["end"].reindex(found["period"]).to_numpy()
    by_day = {day: measures.targets(frames, day) for day in pd.unique(days)}
    target = [by_day[day][key] for day, key in zip(days, found["indicator"], strict=True)]
    kind = measures.of(frames.indicators, found, "kind")
    wards = np.where(found["reported"] > 0, found["reported"], found["due"])
    scale = np.where(np.isin(kind, ["ratio", "score"]), 1, wards)
    return np.array(target, dtype="float64") * scale.astype("float64")
