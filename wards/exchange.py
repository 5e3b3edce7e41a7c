"""Wards, positions and people as files, in and out: the formats, the cells and the sheets.

A faulty cell is named by its row and column. What a file may never do is give somebody power.
"""

import re
import unicodedata
from datetime import datetime
from functools import partial

import tablib
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from import_export.formats import base_formats

from .models import District, Position, User, Ward
from .vietnamese import nfc

# Formats ---------------------------------------------------------------------------------------

FORMULA = tuple("=+-@\t\r")  # A spreadsheet runs text that begins so.


def _guarded(cell):
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _unguarded(cell):
    guarded = isinstance(cell, str) and cell[:1] == "'" and cell[1:].startswith(FORMULA)
    return cell[1:] if guarded else cell


class Tidy:
    """Drops what Excel leaves behind, and keeps text from running as a formula."""

    def create_dataset(self, in_stream, **kwargs):
        """Without nameless columns, empty rows at the end and the apostrophes before formulas."""
        read = super().create_dataset(in_stream, **kwargs)
        named = [i for i, name in enumerate(read.headers or ()) if _text(name)]
        rows = [[_unguarded(row[i]) for i in named] for row in read]
        while rows and set(rows[-1]) <= {None, ""}:
            rows.pop()
        return tablib.Dataset(*rows, headers=[_text(read.headers[i]) for i in named])

    def _escape_formulae(self, dataset):
        # The library's own writes an empty cell as the word None and drops the sign.
        for _row in range(len(dataset)):
            dataset.append([_guarded(cell) for cell in dataset.lpop()])


class Xlsx(Tidy, base_formats.XLSX):
    pass


class Csv(Tidy, base_formats.CSV):
    """As Vietnamese Excel writes and opens it, with semicolons; commas are read as well."""

    def create_dataset(self, in_stream, **kwargs):
        text = in_stream.decode(self.encoding) if isinstance(in_stream, bytes) else in_stream
        header = text.partition("\n")[0]
        return super().create_dataset(text, delimiter=max(";,\t", key=header.count))

    def export_data(self, dataset, **kwargs):
        return super().export_data(dataset, delimiter=";", **kwargs)


# Cells -----------------------------------------------------------------------------------------


def _text(cell):
    if isinstance(cell, datetime):  # So Excel keeps a day.
        cell = cell.date()
    return "" if cell is None else unicodedata.normalize("NFC", str(cell).strip())


class Cell(widgets.Widget):
    """What the field of the model makes of the text; an empty cell is the field's default.

    A choice is written as people read it, in the language of the page.
    """

    def __init__(self, field, **kwargs):
        super().__init__()
        self.field = field
        self.words = dict(field.flatchoices)

    def clean(self, value, row=None, **kwargs):
        text = _text(value)
        try:
            return self.field.to_python(self._spelled(text)) if text else self.field.get_default()
        except ValidationError:
            message = _(
                "“%(text)s” cannot be read: a date is written 2021-07-01 or 01/07/2021, a number"
                " without separators, yes and no as 1 and 0."
            )
            raise ValueError(message % {"text": text}) from None

    def _spelled(self, text):
        """As the field expects it: the year first, a point before the decimals, a choice's value."""
        match self.field.get_internal_type():
            case "DateField":
                return re.sub(r"^(\d\d?)/(\d\d?)/(\d{4})$", r"\3-\2-\1", text)
            case "DecimalField":
                return text.replace(",", ".")
        meant = (value for value, word in self.words.items() if word.casefold() == text.casefold())
        return next(meant, text)

    def render(self, value, obj=None, **kwargs):
        value = int(value) if isinstance(value, bool) else self.words.get(value, value)
        return value if kwargs.get("force_native_type") else super().render(value)


class WardCode(widgets.CharWidget):
    def clean(self, value, row=None, **kwargs):
        code = nfc(_text(value))
        if code.isdecimal() and len(code) < 5:
            message = _("“%(code)s” has lost its leading zeros: a ward's code has five digits.")
            raise ValueError(message % {"code": code})
        return code


class DistrictCode(widgets.ForeignKeyWidget):
    """The district of that code; where the code was used again, the one of the ward's first day."""

    def clean(self, value, row=None, **kwargs):
        code = _text(value)
        found = District.objects.filter(code=code)
        if len(found) > 1:
            found = found.on(Cell(Ward._meta.get_field("valid_from")).clean(row["valid_from"]))
        if code and len(found) != 1:
            raise ValueError(_("There is no district with the code “%(code)s”.") % {"code": code})
        return found[0] if code else None


# Sheets ----------------------------------------------------------------------------------------


class PlainDiff(resources.Diff):
    """The library marks changes with inline styles, which the content-security policy refuses."""

    def as_html(self):
        return [
            new if self.new or old == new else format_html("<del>{}</del> <ins>{}</ins>", old, new)
            for old, new in zip(self.left, self.right, strict=True)
        ]


class Sheet(resources.ModelResource):
    """A table as a file. Its columns have the names of the fields, in every language."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True

    @classmethod
    def get_diff_class(cls):
        return PlainDiff

    @classmethod
    def widget_from_django_field(cls, f, default=None):
        return partial(Cell, f)

    def before_import(self, dataset, **kwargs):
        self.rows_by_key = {}
        given, needed, known = dataset.headers, self.get_import_id_fields(), list(self.fields)
        if not set(needed) <= set(given) <= set(known):
            message = _(
                "The columns are %(given)s. There must be %(needed)s, there may be %(known)s."
            )
            names = {"given": given, "needed": needed, "known": known}
            raise ValueError(message % {key: ", ".join(each) for key, each in names.items()})

    def get_instance(self, instance_loader, row):
        try:
            return super().get_instance(instance_loader, row)
        except ValueError:  # The key is wrong, which `import_instance` will say of the column.
            return None

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        key = tuple(getattr(instance, name) for name in self.get_import_id_fields())
        first = self.rows_by_key.setdefault(key, kwargs["row_number"])
        if first != kwargs["row_number"]:
            raise ValidationError(_("The same as row %(row)s of the file.") % {"row": first + 1})


class WardSheet(Sheet):
    code = fields.Field("code", widget=WardCode())
    district = fields.Field("district", widget=DistrictCode(District, "code"))

    class Meta:
        model = Ward
        import_id_fields = ("code", "valid_from")
        exclude = ("id", "sort_key", "search_key", "predecessors")


class PositionSheet(Sheet):
    class Meta:
        model = Position
        import_id_fields = ("code",)
        exclude = ("id",)


class UserSheet(Sheet):
    """People, never their passwords or powers: those are given by hand, one by one."""

    class Meta:
        model = User
        import_id_fields = ("username",)
        fields = ("username", "full_name", "office", "email")

    def init_instance(self, row=None):
        user = User()
        user.set_unusable_password()
        return user

    def before_save_instance(self, instance, row, **kwargs):
        # Whoever may write an administrator's e-mail address may ask for a new password there.
        if instance.is_superuser:
            raise ValidationError(_("An administrator's account is not changed by a file."))
