"""Typed cells into a return: one at a time as people leave them, or a whole form at once.

What became of each is a Status, for the person who typed it: nothing is refused without a word, and
nothing is overwritten without being seen.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from .forms import CellForm
from .models import Collision, StepRefused, Value
from .returns import outcome

STATES = [
    (Value.State.REPORTED, _("there is a figure")),
    (Value.State.NOT_APPLICABLE, Value.State.NOT_APPLICABLE.label),
    (Value.State.NOT_AVAILABLE, Value.State.NOT_AVAILABLE.label),
]
YES_NO = [("", "–"), ("1", _("yes")), ("0", _("no"))]
SAVED, EMPTY, WRONG, COLLISION, REFUSED = "saved", "empty", "wrong", "collision", "refused"
HTTP = {SAVED: 200, EMPTY: 200, WRONG: 422, COLLISION: 409, REFUSED: 409}


@dataclass
class Status:
    """How a cell stands after an attempt to keep it. `kind` is one of the words above."""

    kind: str
    value: Value | None = None
    warnings: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    readings: dict = field(default_factory=dict)
    theirs: dict | None = None  # the other person's entry, as the form's initial

    @property
    def edit(self):
        """The mark that the next entry has to name as the one it saw."""
        return self.value.edit if self.value else ""

    @property
    def asks(self):
        """Whether the cell needs a reason beside it."""
        return bool(self.warnings) or (self.value is not None and self.value.reason != "")

    @property
    def unexplained(self):
        return bool(self.warnings) and not self.value.reason

    @property
    def outcome(self):
        return outcome(self.value.indicator, self.value) if self.value else ""

    @property
    def nothing_due(self):
        return self.value is not None and self.value.denominator == 0

    @property
    def code(self):
        return HTTP[self.kind]


def standing(value, found=()):
    """The Status of a cell nobody is changing."""
    return Status(SAVED if value else EMPTY, value, list(found))


def keep(user, submission, indicator, form, now=None, last=None):
    """Keep one cell of a claimed return from a bound CellForm; `now` and `last` are its Values.

    The indicator is one of `Submission.asked`, asked with the mark of the entry if it has one.
    """
    if now is not None:
        now.indicator = indicator
    if not form.is_valid():
        return Status(WRONG, now, faults=form.faults, readings=form.readings)
    marks = form.cleaned_data["base"], form.cleaned_data["edit"] or None
    try:
        arrived = getattr(indicator, "arrived", False)
        value = submission.replace(user, indicator, now, form.content, *marks, arrived)
    except Collision as found:
        return collided(indicator, found.value)
    except StepRefused as refusal:
        return Status(REFUSED, now, faults=[str(refusal)])
    return standing(value, indicator.odd(value, last))


def collided(indicator, value):
    """Somebody else was here meanwhile: who, and what stands there now."""
    said = _t("Somebody else has emptied this cell since you opened it.")
    if value is not None:
        by = value.history.select_related("history_user").first()
        said = _t("%(who)s has entered %(figure)s here since you opened it.") % {
            "who": (by and by.history_user) or _t("Somebody else"),
            "figure": value,
        }
    return Status(COLLISION, value, faults=[said], theirs=CellForm.initial_of(value))


def rows(sheet):
    """Give each cell of a Return its form, its Status and the figures of last time as text."""
    for cell in sheet.cells:
        initial = CellForm.initial_of(cell.value)
        cell.form = CellForm(cell.indicator, prefix=str(cell.indicator.pk), initial=initial)
        if cell.value:
            cell.value.indicator = cell.indicator
        cell.status = standing(cell.value, cell.warnings)
        cell.last = CellForm.initial_of(cell.previous)


def keep_all(user, sheet, data):
    """Keep what changed in a posted form of all cells; the cells that could not be kept.

    Each cell of the Return `sheet`, whose submission is claimed, then has the posted form and its
    Status.
    """
    rows(sheet)
    failed = []
    for cell in sheet.cells:
        form = CellForm(cell.indicator, data, prefix=cell.form.prefix, initial=cell.form.initial)
        if form.add_prefix("state") not in data:
            continue  # not part of the page that was sent
        cell.form = form
        cell.status = keep(user, sheet.submission, cell.indicator, form, cell.value, cell.previous)
        if cell.status.code != 200:
            failed.append(cell)
    return failed


@dataclass
class Pasted:
    """A pasted block before it is kept: its lines, each {cell, form, status}, and what is in doubt."""

    lines: list
    left: int  # lines for which there was no cell

    @property
    def fit(self):
        """How many lines can be kept as they are."""
        return sum(line["status"].code == 200 for line in self.lines)

    @property
    def doubt(self):
        """The two readings of the first number that can be read in two ways, or None."""
        found = [each for line in self.lines for each in line["status"].readings.values()]
        return found[0] if found else None


def pasted(sheet, form):
    """What a valid PasteForm lays over the cells of the Return `sheet`."""
    found = []
    for cell, line in form.lines({str(cell.indicator.pk): cell for cell in sheet.cells}):
        if line.is_valid():
            value = Value(indicator=cell.indicator, **line.content) if line.content else None
            status = standing(value, cell.indicator.odd(value, cell.previous))
        else:
            status = Status(WRONG, cell.value, faults=line.faults, readings=line.readings)
        found.append({"cell": cell, "form": line, "status": status})
    return Pasted(found, form.cleaned_data["left"] or 0)


def approve(user, sheets, ticked):
    """Approve the unflagged of the Returns `sheets` that were ticked: (how many, refusals).

    `ticked` are the marks of Returns, so that what is approved is what was seen.
    """
    marks = {each.mark: each for each in sheets}
    count, refused = 0, []
    for mark in dict.fromkeys(ticked):
        sheet = marks.get(mark)
        if sheet is None:
            refused.append(
                _("One return was decided or submitted again meanwhile; it was left out.")
            )
        elif sheet.flagged:
            refused.append(
                _("%(return)s has warnings: please open it.") % {"return": sheet.submission}
            )
        else:
            try:
                sheet.submission.approve(user, sheet.submission.submitted_at)
                count += 1
            except StepRefused as refusal:
                refused.append(f"{sheet.submission}: {refusal}")
    return count, refused
