"""Which counts of people must not be told, so that nobody can be recognised by them. Pure numpy.

A ward has about fifteen officers: whoever is the only one with something is a person with a name.
Counts under SMALL are withheld, and with them as many others as keep anybody from reckoning them
back. Every figure about what officers are that somebody without the right to all rosters sees, on
screen and in files, has passed through `guarded`.
"""

import numpy as np

SMALL = 5  # fewer people than this in a ward of fifteen are people with names
VALUES = 3  # so many values at least remain possible for every count that is withheld

UNLIMITED = np.iinfo("int64").max


def withheld(counts, insiders=True, known=0):
    """What of a two-way table must be withheld: two arrays of bool, of its cells and its totals.

    `counts` is rows x columns (two or more), whole numbers, none negative: wards by what their
    officers have. The reader knows the total of every row (how many people there are is told
    everywhere), each count that is not withheld, and the totals of the columns that are not withheld.
    With `insiders` the reader may besides belong to any one of the rows and know all of it. Where
    rows are no wards, `known` says how many people of each count a reader may know at most: those of
    one ward.

    The answer keeps these promises, which the tests check by linear programming:
    - every count and total under SMALL is withheld;
    - a row, or a column whose total is told, has no or at least two counts withheld, whose sum is
      SMALL or more (unless the whole row is withheld, of which no more is known than its total);
    - the least and the greatest value that all the equations together leave for a count withheld
      lie at least VALUES - 1 apart (or as far as the total of a row of fewer people allows).

    How: withhold what is small; then, as long as a promise is broken, the smallest count beside the
    one that breaks it. Whether a count is free enough is judged by exchanges: what a row moves from
    one withheld column to another, other rows move back, and every total that is told stays. That is
    a lower bound of the true freedom, so too much may be withheld, and never too little. It ends, as
    each round withholds one more. Totals are worth more than cells: where more of them can be told
    with no cell told at all, none is.
    """
    table = np.vstack([counts, counts.sum(axis=0, dtype="int64")]).astype("int64")
    small = table < SMALL
    whole = small.copy()
    whole[:-1] = True
    found = [_closed(table, start, insiders, known) for start in (small, whole)]
    best = min(found, key=lambda hidden: (hidden[-1].sum(), hidden.sum()))
    return best[:-1], best[-1]


def _closed(table, hidden, insiders, known):
    """What must be withheld besides `hidden` until all promises are kept."""
    while True:
        more = [*_thin(table, hidden), *_tight(table, hidden, insiders, known)]
        if not more:
            return hidden
        for place in more:
            hidden[place] = True


def guarded(counts, insiders=True, known=0):
    """`counts`, a DataFrame, as floats with NaN for what is withheld, and its column totals alike.

    The arguments are those of `withheld`.

    This is the one place through which what is told to those without the right passes.
    """
    cells, totals = withheld(counts.to_numpy(), insiders, known)
    return (
        counts.astype("float64").mask(cells),
        counts.sum().astype("float64").mask(totals),
    )


def _thin(table, hidden):
    """One more place for each row and column in which too little is withheld to hide anything."""
    last, columns = len(table) - 1, table.shape[1]
    lines = [[[(row, column) for column in range(columns)]] for row in range(len(table))]
    for column in np.flatnonzero(~hidden[-1]):
        # A column that is withheld wholly is known by its total, so that goes last.
        lines.append([[(row, int(column)) for row in range(last)], [(last, int(column))]])
    for line in lines:
        inside = [place for place in line[0] if hidden[place]]
        if inside and (len(inside) == 1 or sum(table[place] for place in inside) < SMALL):
            yield from _cheapest(table, hidden, line)


def _tight(table, hidden, insiders, known):
    """One more place for each row with a count that is not free enough."""
    least = np.minimum(VALUES - 1, table.sum(axis=1))[:, None]
    unknown = table - np.vstack([np.broadcast_to(known, table[:-1].shape), table[-1:] * 0])
    failing = hidden & (_freedom(unknown, hidden, insiders) < least)
    last = len(table) - 1
    columns = range(table.shape[1])
    for row in np.flatnonzero(failing.any(axis=1)):
        column = int(np.flatnonzero(failing[row])[0])
        beside = [(row, each) for each in columns]
        wards = [(each, column) for each in range(last)]
        exchanged = [(each, other) for other in np.flatnonzero(hidden[row]) for each in range(last)]
        totals = [(last, column)], [(last, each) for each in columns]
        everything = list(np.ndindex(table.shape))
        yield from _cheapest(table, hidden, [beside, wards, exchanged, *totals, everything])


def _cheapest(table, hidden, choices):
    """The smallest count not withheld yet of the first of the choices that has one, in a list."""
    for places in choices:
        open_to = [place for place in places if not hidden[place]]
        if open_to:
            return [min(open_to, key=lambda place: table[place])]
    return []


def _freedom(table, hidden, insiders):
    """How far apart the values lie that each count withheld may have, by exchanges: at least this.

    A row moves people from one column in which it is withheld to another, and the other rows together
    as many back. Columns whose totals are withheld stand for each other in that: nobody knows how
    their sum is split, and between them nothing has to be moved back. Whoever belongs to the row that
    could move most knows that it did not: it is left out.
    """
    rows, alike = table[:-1] * hidden[:-1], hidden[-1]
    open_to = hidden[:-1].copy()
    could = rows[:, :, None] * open_to[:, None, :]
    # What the others may take from a column, or bring there, by way of those that stand for it.
    taken = np.where(alike, (rows * alike).sum(axis=1)[:, None], rows)
    brought = np.where(alike, (open_to & alike).any(axis=1)[:, None], open_to)
    returned = taken[:, :, None] * brought[:, None, :]
    free = alike[:, None] & alike[None, :]
    same = np.eye(table.shape[1], dtype=bool)
    back = _by_others(returned, insiders)
    could[:, same] = 0
    into = could.transpose(0, 2, 1)  # into each column, from which other
    gain = np.where(free, 0, np.minimum(into, back)).max(axis=2, initial=0)
    gain = gain + np.where(free, into, 0).sum(axis=2)
    back = np.where(free, UNLIMITED, back)
    loss = np.minimum(could, back.transpose(0, 2, 1)).max(axis=2, initial=0)
    moved = could.sum(axis=0) - (could.max(axis=0, initial=0) if insiders else 0)
    moved = np.where(free, moved, 0)
    whole = moved.max(axis=0, initial=0) + moved.max(axis=1, initial=0)
    return np.vstack([gain + loss, whole])


def _by_others(moves, insiders):
    """For each row what all others together could move, without the one of them that could most."""
    others = moves.sum(axis=0) - moves
    if not insiders or len(moves) < 2:
        return others
    ordered = np.sort(moves, axis=0)
    first, second = ordered[-1], ordered[-2]
    return others - np.where(moves == first, second, first)
