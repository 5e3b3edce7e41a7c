"""Small counts cannot be reckoned back: proved by solving the equations that a reader has."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reports.withholding import SMALL, VALUES, withheld

TABLES = st.integers(2, 7).flatmap(
    lambda columns: st.lists(
        st.lists(
            st.one_of(st.integers(0, 3), st.integers(0, 14)), min_size=columns, max_size=columns
        ),
        min_size=1,
        max_size=8,
    )
)


SEXES = st.lists(st.lists(st.integers(0, 6), min_size=4, max_size=4), min_size=2, max_size=2)


def ranges(counts, cells, totals, known=None, least=None):
    """The least and greatest value of every withheld count, and total, that the equations leave.

    The reader knows the totals of rows, all that is told, row `known` and that each count is no less
    than `least`. The equations are those
    of a transport, so their corners are whole numbers: what linear programming finds is exact.
    """
    counts = np.asarray(counts)
    rows, columns = counts.shape
    told = ~cells
    if known is not None:
        told = told.copy()
        told[known] = True
    free = {place: n for n, place in enumerate(zip(*np.nonzero(~told), strict=True))}
    hidden = {column: len(free) + n for n, column in enumerate(np.flatnonzero(totals))}
    size = len(free) + len(hidden)
    left, right = [], []

    def equation(parts, value):
        line = np.zeros(size)
        for place, sign in parts:
            line[place] = sign
        left.append(line)
        right.append(value)

    for row in range(rows):
        parts = [(free[row, c], 1) for c in range(columns) if (row, c) in free]
        equation(parts, sum(counts[row, c] for c in range(columns) if (row, c) in free))
    for column in range(columns):
        parts = [(free[r, column], 1) for r in range(rows) if (r, column) in free]
        known_sum = sum(counts[r, column] for r in range(rows) if (r, column) not in free)
        if column in hidden:
            equation([*parts, (hidden[column], -1)], -known_sum)
        else:
            equation(parts, counts[:, column].sum() - known_sum)
    least = np.zeros(counts.shape) if least is None else least
    bounds = [(least[place], None) for place in free] + [(0, None)] * len(hidden)
    found = {}
    for place, n in [*free.items(), *hidden.items()]:
        ends = []
        for sign in (1, -1):
            aim = np.zeros(size)
            aim[n] = sign
            solved = linprog(aim, A_eq=np.array(left), b_eq=np.array(right), bounds=bounds)
            assert solved.status == 0
            ends.append(round(sign * solved.fun))
        found[place] = tuple(ends)
    return found


def check(counts, known=None):
    counts = np.array(counts)
    cells, totals = withheld(counts)
    for place, (low, high) in ranges(counts, cells, totals, known).items():
        others = np.delete(counts, [] if known is None else [known], axis=0)
        people = counts[place[0]].sum() if isinstance(place, tuple) else others.sum()
        assert high - low >= min(VALUES - 1, people), (counts, cells, totals, place)
    return cells, totals


@settings(max_examples=60)
@given(TABLES)
def test_no_withheld_count_can_be_reckoned_back_from_what_is_told(counts):
    """Not to one value, and not to fewer than three."""
    cells, totals = check(counts)
    counts = np.array(counts)
    assert (cells | (counts >= SMALL)).all()
    assert (totals | (counts.sum(axis=0) >= SMALL)).all()
    for row, hidden in zip([*counts, counts.sum(axis=0)], [*cells, totals], strict=True):
        assert hidden.all() or not hidden.any() or (hidden.sum() > 1 and row[hidden].sum() >= SMALL)
    for column, hidden, total in zip(counts.T, cells.T, totals, strict=True):
        assert total or not hidden.any() or (hidden.sum() > 1 and column[hidden].sum() >= SMALL)


@settings(max_examples=40)
@given(TABLES.filter(lambda table: len(table) > 1), st.data())
def test_not_even_by_somebody_who_knows_all_of_one_ward(counts, data):
    check(counts, known=data.draw(st.integers(0, len(counts) - 1)))


@settings(max_examples=60)
@given(st.lists(SEXES, min_size=2, max_size=4))
def test_a_table_over_all_wards_keeps_its_counts_from_each_of_them(wards):
    """Rows are the sexes, columns the ages: a ward knows how many of each it has itself."""
    wards = np.array(wards)
    counts = wards.sum(axis=0)
    cells, totals = withheld(counts, insiders=False, known=wards.max(axis=0))
    for own in wards:
        for place, (low, high) in ranges(counts, cells, totals, least=own).items():
            others = counts - own
            people = others[place[0]].sum() if isinstance(place, tuple) else others.sum()
            assert high - low >= min(VALUES - 1, people), (wards, cells, totals, place)


def test_what_nobody_can_be_recognised_by_is_told():
    counts = np.full((10, 3), 6)
    cells, totals = withheld(counts)
    assert not cells.any()
    assert not totals.any()
    counts[2] = [1, 1, 16]
    cells, totals = withheld(counts)
    assert not totals.any()
    assert 3 <= cells.sum() <= 12


def test_a_large_table_is_done_in_no_time():
    counts = np.random.default_rng(1).multinomial(15, [0.02, 0.1, 0.06, 0.62, 0.2], size=126)
    cells, totals = withheld(counts)
    assert (cells | (counts >= SMALL)).all()
    assert not totals.any()


@pytest.mark.parametrize("counts", [np.zeros((0, 3)), np.zeros((3, 0)), np.zeros((2, 2))])
def test_an_empty_table_tells_nothing(counts):
    cells, totals = withheld(counts)
    assert cells.shape == counts.shape
    assert cells.all()
    assert totals.all()
