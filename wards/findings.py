"""What is wrong with something that came from outside, and where it stands there."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_FINDINGS = 200


@dataclass(frozen=True)
class Finding:
    """What is wrong, and where: sheet, row and column as the person sees them in the file."""

    reason: str
    row: int | None = None
    column: str = ""
    value: str = ""
    sheet: str = ""

    def __str__(self):
        where = []
        if self.sheet:
            where.append(_("sheet %(sheet)s") % {"sheet": self.sheet})
        if self.row is not None:
            where.append(_("row %(row)s") % {"row": self.row})
        if self.column:
            where.append(_("column %(column)s") % {"column": self.column})
        if self.value:
            where.append(f"«{self.value[:60]}»")
        return f"{', '.join(where)}: {self.reason}" if where else self.reason


class Refused(ValueError):
    """Nothing was written. `findings` say why."""

    def __init__(self, findings):
        self.findings = findings[:MOST_FINDINGS]
        super().__init__("\n".join(map(str, self.findings)))
