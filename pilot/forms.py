"""What people type into a return, read into what a cell may hold."""

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from wards.vietnamese import nfc

from . import numbers
from .evidence import EvidenceField, keep
from .models import Comment, Indicator, Value

REPORTED = Value.State.REPORTED
DAY_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]


class CellForm(forms.Form):
    """One cell. `content` is what `Submission.enter` takes: a dict, or None to empty the cell.

    A number that can be read in two ways is an error; `readings` then has both, by field, as text
    that is not ambiguous any more.
    """

    numerator = forms.CharField(required=False, max_length=60, strip=True)
    denominator = forms.CharField(required=False, max_length=60, strip=True)
    state = forms.ChoiceField(required=False, choices=Value.State.choices, initial=REPORTED)
    happened_on = forms.DateField(label=_("date"), required=False, input_formats=DAY_FORMATS)
    reason = forms.CharField(required=False, max_length=2000, strip=True)
    base = forms.CharField(required=False, max_length=36)
    edit = forms.CharField(required=False, max_length=36, min_length=16)

    def __init__(self, indicator, *args, reading=None, **kwargs):
        """`reading`: 0 or 1 where the person has said how numbers like 1.234 are meant."""
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        self.reading = reading
        self.content = None
        self.readings = {}

    @classmethod
    def mark_in(cls, data):
        """The mark of the entry that was sent, None where there is none to be read."""
        try:
            return cls.base_fields["edit"].clean(data.get("edit")) or None
        except forms.ValidationError:
            return None

    @staticmethod
    def initial_of(value):
        """The initial content of a form over `value`, or over an empty cell."""
        if value is None:
            return {"state": REPORTED}
        language = get_language() or "vi"
        return {
            "numerator": numbers.editable(value.numerator, language),
            "denominator": numbers.editable(value.denominator, language),
            "state": value.state,
            "happened_on": value.happened_on,
            "reason": value.reason,
            "base": value.edit,
        }

    def clean_numerator(self):
        return self._number("numerator")

    def clean_denominator(self):
        return self._number("denominator")

    def _number(self, name):
        """The Decimal that was typed, None for a blank; only a reported cell has one."""
        text = self.cleaned_data[name]
        if not text or self.data.get(self.add_prefix("state"), REPORTED) not in ("", REPORTED):
            return None
        try:
            return numbers.parse(text)
        except numbers.Ambiguous as doubt:
            if self.reading is not None:
                return doubt.readings[self.reading]
            language = get_language() or "vi"
            self.readings[name] = [
                (numbers.write(each, None, language), numbers.editable(each, language))
                for each in doubt.readings
            ]
            raise forms.ValidationError(
                _t("“%(text)s” can be read in two ways. Which is meant?") % {"text": text}
            ) from None
        except numbers.NotANumber:
            fault = _t("“%(text)s” is not a number.")
            if "%" in text and self.indicator.kind == Indicator.Kind.RATIO:
                fault = _t("Write how many, not “%(text)s”: the percentage is worked out for you.")
            raise forms.ValidationError(fault % {"text": text}) from None

    def clean_reason(self):
        return nfc(self.cleaned_data["reason"])

    def clean(self):
        found = super().clean()
        if self.errors:
            return found
        state = found["state"] or REPORTED
        if state == REPORTED and not self._anything(found):
            return found
        self.content = {
            "state": state,
            "numerator": found["numerator"],
            "denominator": found["denominator"],
            "happened_on": found["happened_on"] if state == REPORTED else None,
            "reason": found["reason"],
        }
        self._refuse_faults()
        return found

    def _anything(self, found):
        """Whether something was typed: a blank row empties the cell, a half filled one is wrong."""
        numbers_given = found["numerator"] is not None or found["denominator"] is not None
        return numbers_given or found["happened_on"] or found["reason"]

    def editable(self):
        """The numbers read, as text that reads back the same: {"numerator": …, "denominator": …}."""
        language = get_language() or "vi"
        names = ("numerator", "denominator")
        return {n: numbers.editable(self.cleaned_data.get(n), language) for n in names}

    def _refuse_faults(self):
        numbers_ = self.content["numerator"], self.content["denominator"]
        for fault in self.indicator.faults(
            self.content["state"], *numbers_, self.content["reason"]
        ):
            self.add_error(None, fault)
        day = self.content["happened_on"]
        if day and day > timezone.localdate():
            self.add_error("happened_on", _t("This day has not come yet."))

    @property
    def faults(self):
        """Everything that is wrong, as sentences in the order of the fields."""
        return [str(fault) for faults in self.errors.values() for fault in faults]


class CommentForm(forms.Form):
    """Something to say about a cell or a return; no state secrets, as on every form of words."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def keep(self, user, submission, indicator=None):
        text = self.cleaned_data["text"].strip()
        return Comment.objects.create(
            submission=submission, indicator=indicator, author=user, text=text
        )


class EvidenceForm(forms.Form):
    """Files that show where a figure comes from."""

    files = EvidenceField(required=True)

    def keep(self, user, submission, indicator=None):
        for upload in self.cleaned_data["files"]:
            keep(upload, user, submission=submission, indicator=indicator)


class PasteForm(forms.Form):
    """A block copied from a spreadsheet, laid over cells by the page: what each would become.

    `order` names the indicators, each with its numerator and denominator as fields of CellForm under
    the indicator's number; `left` counts pasted lines for which there was no cell. `reading` says how
    numbers like 1.234 are meant in this block.
    """

    order = forms.CharField(max_length=10_000)
    left = forms.IntegerField(required=False, min_value=0)
    reading = forms.TypedChoiceField(
        required=False, choices=[("0", "0"), ("1", "1")], coerce=int, empty_value=None
    )

    def lines(self, cells):
        """(cell, bound CellForm) of each pasted line, for the asked `cells` by indicator id, as text."""
        reading = self.cleaned_data["reading"]
        for key in dict.fromkeys(self.cleaned_data["order"].split()):
            if cell := cells.get(key):
                yield cell, CellForm(cell.indicator, self.data, prefix=key, reading=reading)


class QueueForm(forms.Form):
    """Which of the waiting returns a reviewer wants to see; the one reading of that query string."""

    ward = forms.ChoiceField(label=_("Ward"), required=False)
    period = forms.ChoiceField(label=_("Reporting period"), required=False)
    flagged = forms.ChoiceField(
        label=_("Warnings"),
        required=False,
        choices=[("", _("All")), ("yes", _("with warnings")), ("no", _("without warnings"))],
    )

    def __init__(self, data, waiting):
        super().__init__(data)
        wards = {str(each.ward.pk if each.ward else 0): each.place.name for each in waiting}
        periods = {each.period.code: str(each.period) for each in waiting}
        self.fields["ward"].choices = [("", _("All")), *wards.items()]
        self.fields["period"].choices = [("", _("All")), *periods.items()]

    def chosen(self, waiting):
        """Those of the list `waiting` (of Return) that were asked for; all where the query is odd."""
        if not self.is_valid():
            return waiting
        ward, period, flagged = (self.cleaned_data[name] for name in ("ward", "period", "flagged"))
        return [
            each
            for each in waiting
            if ward in ("", str(each.ward.pk if each.ward else 0))
            and period in ("", each.period.code)
            and flagged in ("", "yes" if each.flagged else "no")
        ]


class DecisionForm(forms.Form):
    """A reviewer's decision on one return: approve, or send back with reasons."""

    seen = forms.CharField(max_length=60)  # Return.mark, as the page had it
    decision = forms.ChoiceField(choices=[("approve", ""), ("return", "")])
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data, sheet):
        """`sheet` is the Return; what is to be corrected in its cells are fields as well."""
        super().__init__(data)
        self.sheet = sheet
        for cell in sheet.cells:
            field = forms.CharField(required=False, max_length=2000)
            self.fields[f"reason-{cell.indicator.pk}"] = field

    def decide(self, user):
        """Carry it out; StepRefused where that is not possible."""
        sheet = self.sheet
        seen = sheet.submission.submitted_at if self.cleaned_data["seen"] == sheet.mark else None
        if self.cleaned_data["decision"] == "approve":
            return sheet.submission.approve(user, seen)
        cells = [
            (cell.indicator, nfc(self.cleaned_data[f"reason-{cell.indicator.pk}"]))
            for cell in sheet.cells
        ]
        return sheet.submission.send_back(user, seen, nfc(self.cleaned_data["reason"]), cells)


class ReasonForm(forms.Form):
    """A step that needs a reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
