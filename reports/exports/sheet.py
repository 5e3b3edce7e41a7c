"""What every table is made from, on screen and in files, so that their figures cannot differ."""

from dataclasses import dataclass, field, replace

import pandas as pd


@dataclass(frozen=True)
class Sheet:
    """A table with the column names that a person reads, in the language of the page.

    frame: raw numbers in the units of the screen (rates as percentages), NaN for nothing; its
    index identifies the rows. head: the column that names a row. state: the column with the states
    in words, and `states` their codes by row. decimals: by column, one number or a list by row, for
    the screen. signed: columns of differences. grouped: the first column names groups of rows.
    figures: columns whose numbers lead to where they come from.
    nothing: what is written in the place of a number that is not there.
    notes: what must be said wherever the figures go (illustrative, not approved, source).
    """

    name: str
    title: str
    frame: pd.DataFrame
    head: str
    state: str = ""
    states: list = field(default_factory=list)
    decimals: dict = field(default_factory=dict)
    signed: tuple = ()
    figures: tuple = ()
    grouped: bool = False
    nothing: str = ""
    notes: list = field(default_factory=list)
    notes_name: str = ""

    def first(self, rows):
        """The same with no more than so many rows."""
        return replace(self, frame=self.frame.head(rows), states=self.states[:rows])
