"""FilterForm: the one reading of the query string of every screen and file."""

from urllib.parse import urlencode

from django import forms
from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _

from . import measures, words


class FilterForm(forms.Form):
    """What a screen shows: period, theme, ward, and for reviewers whether submitted figures count.

    Choices come from a Frames bundle, so another pilot's period or theme is no choice here. Nothing
    chosen means the last period with figures, all themes, approved figures.
    """

    APPROVED, SUBMITTED = "approved", "submitted"

    period = forms.ChoiceField(label=_("Reporting period"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    ward = forms.ChoiceField(label=_("Compare ward"), required=False)
    counted = forms.ChoiceField(
        label=_("Figures counted"),
        required=False,
        choices=[
            (APPROVED, _("Approved only")),
            (SUBMITTED, _("Approved and submitted")),
        ],
    )

    def __init__(self, data, frames, fields):
        default = frames.periods["code"].get(measures.last_period(frames), "")
        # A bound select shows what was sent; sending nothing must show the default.
        super().__init__({"period": default, "counted": self.APPROVED} | cleaned(data))
        self.frames = frames
        for name in set(self.fields) - set(fields):
            del self.fields[name]
        choices = {"period": _periods, "theme": _themes, "ward": _wards}
        for name in choices.keys() & self.fields.keys():
            self.fields[name].choices = choices[name](frames)
        unknown = _("“%(value)s” is not to be found here.")
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = unknown
            field.widget.attrs["class"] = "form-select"

    def read(self):
        """The form itself when it is valid; else BadRequest with a sentence for the person."""
        if self.is_valid():
            return self
        raise BadRequest(
            " ".join(
                f"{self.fields[name].label}: {' '.join(errors)}"
                for name, errors in self.errors.items()
            )
        )

    @property
    def period_id(self):
        """The id of the period shown; None for a pilot without figures."""
        return measures.named_period(self.frames, self.cleaned_data["period"])

    @property
    def theme_id(self):
        """The id of the theme chosen, None for all."""
        codes = self.frames.themes["code"]
        chosen = codes.index[codes == self.cleaned_data.get("theme")]
        return int(chosen[0]) if len(chosen) else None

    @property
    def ward_id(self):
        """The id of the ward to compare with, None for none."""
        chosen = self.cleaned_data.get("ward")
        return int(chosen) if chosen else None

    @property
    def including_submitted(self):
        return self.cleaned_data.get("counted") == self.SUBMITTED

    def query(self, *names):
        """The query string that shows the same again, of the named fields only: «?period=2022-05».

        The period is always told, so that a link goes on showing it when a later one has figures.
        """
        chosen = {name: self.cleaned_data.get(name) for name in names}
        told = {name: value for name, value in chosen.items() if value and value != self.APPROVED}
        return f"?{urlencode(told)}" if told else ""


def cleaned(data):
    """The query string as plain text by name; of a name given twice the last counts."""
    return {name: data[name] for name in data if data[name]}


def _periods(frames):
    """Periods that have begun, the latest first, in groups by kind."""
    kinds = {
        "month": _("Months"),
        "quarter": _("Quarters"),
        "half": _("Half-years"),
        "nine_months": _("Nine months"),
        "year": _("Years"),
        "to_date": _("Year to date"),
    }
    begun = frames.periods[frames.periods["start"] <= frames.today].iloc[::-1].to_dict("records")
    groups = [
        (label, [(row["code"], words.period(row)) for row in begun if row["kind"] == kind])
        for kind, label in kinds.items()
    ]
    return [group for group in groups if group[1]] or [("", _("No period yet"))]


def _themes(frames):
    names = words.named(frames.themes, "short")
    return [("", _("All themes")), *zip(frames.themes["code"], names, strict=True)]


def _wards(frames):
    names = words.named(frames.wards, "bare")
    return [("", _("None")), *((str(ward), name) for ward, name in names.items())]
