"""FilterForm: the one reading of the query string of every screen and file; and views to be saved."""

from copy import copy
from urllib.parse import urlencode, urlsplit

import pandas as pd
from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from wards.vietnamese import fold, nfc

from . import measures, words
from .models import SavedView


class FilterForm(forms.Form):
    """What a screen shows: period, what it is compared with, theme, ward, and for reviewers whether
    submitted figures count.

    Choices come from a Frames bundle, so another pilot's period or theme is no choice here. Nothing
    chosen means the last period with figures, against the time before the pilot, all themes,
    approved figures.
    """

    APPROVED, SUBMITTED = "approved", "submitted"

    period = forms.ChoiceField(label=_("Reporting period"), required=False)
    against = forms.ChoiceField(label=_("Compared with"), required=False)
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

    series = forms.ChoiceField(label=_("Series"), required=False)
    mean = forms.ChoiceField(
        label=_("Mean of the themes"),
        required=False,
        choices=[("arithmetic", _("Arithmetic mean")), ("geometric", _("Geometric mean"))],
    )
    # Few to choose from, so that what is kept for each of them stays little.
    seed = forms.ChoiceField(
        label=_("Seed of the draws"), required=False, choices=[(n, n) for n in "123456789"]
    )

    nobody = _("None")  # what choosing no ward is called

    def __init__(self, data, frames, fields):
        default = frames.periods["code"].get(frames.once(measures.last_period), "")
        # A bound select shows what was sent; sending nothing must show the default.
        self.unchosen = {"period": default, "counted": self.APPROVED}
        self.unchosen |= {"mean": "arithmetic", "seed": "1"}
        if "series" in fields:
            self.unchosen["series"] = _first_series(frames)
        super().__init__(self.unchosen | cleaned(data))
        self.frames = frames
        for name in set(self.fields) - set(fields):
            del self.fields[name]
        choices = {
            "period": _periods,
            "against": _against,
            "theme": _themes,
            "ward": _wards,
            "series": _series,
        }
        for name in choices.keys() & self.fields.keys():
            # A pilot of many years has a hundred periods, and each of them a name to be made.
            self.fields[name].choices = frames.once(choices[name], words.language())
        if "ward" in self.fields:
            self.fields["ward"].choices = [("", self.nobody), *self.fields["ward"].choices]
        unknown = _("“%(value)s” is not to be found here.")
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = unknown
            field.widget.attrs["class"] = "form-select"

        if "ward" in self.fields:
            # It stands beside its panel and yet is one of the choices of the page.
            self.fields["ward"].widget.attrs["form"] = "filters"

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
    def against_id(self):
        """The id of the period to compare with, None for the time before the pilot."""
        return measures.named_period(self.frames, self.cleaned_data.get("against"))

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
    def ways(self):
        """How ranks are made: arithmetic or geometric mean, and what their draws start from."""
        return self.cleaned_data["mean"], int(self.cleaned_data["seed"])

    @property
    def series_id(self):
        """The id of the indicator whose series is shown."""
        theme, _slash, code = self.cleaned_data["series"].partition("/")
        of = self.frames.indicators
        themes = self.frames.themes["code"].reindex(of["theme"]).to_numpy()
        return int(of.index[(themes == theme) & (of["code"] == code).to_numpy()][0])

    @property
    def including_submitted(self):
        return self.cleaned_data.get("counted") == self.SUBMITTED

    def without(self, *names):
        """The same form with fewer choices, for the head of a page that shows the others elsewhere."""
        fewer = copy(self)
        fewer.fields = {name: field for name, field in self.fields.items() if name not in names}
        return fewer

    @property
    def said(self):
        """What is chosen, in words: the period always, anything else where it is chosen."""
        return [
            label
            for name, field in self.fields.items()
            if (label := _labels(field.choices).get(self.cleaned_data.get(name)))
            and (name == "period" or self._chosen(name))
        ]

    @property
    def changed(self):
        """Whether anything differs from what is shown when nothing is chosen."""
        return any(map(self._chosen, self.fields))

    def _chosen(self, name):
        return self.cleaned_data.get(name, "") != self.unchosen.get(name, "")

    def query(self, *names):
        """The query string that shows the same again, of the named fields only: «?period=2022-05».

        The period is always told, so that a link goes on showing it when a later one has figures.
        """
        chosen = {name: self.cleaned_data.get(name) for name in names}
        told = {
            name: value
            for name, value in chosen.items()
            if value and (name == "period" or value != self.unchosen.get(name))
        }
        return f"?{urlencode(told)}" if told else ""


class OriginForm(FilterForm):
    """The same where one figure is shown: of one ward, or of the whole district."""

    nobody = _("Whole district")

    def __init__(self, data, frames, fields):
        super().__init__(data, frames, fields)
        if "ward" in self.fields:
            self.fields["ward"].label = _("Unit of government")


class DistrictsForm(forms.Form):
    """What many districts are compared by: a framework, a headline and a period.

    `found` is from `districts.districts`, `periods` from `rollup.choices`.
    """

    framework = forms.ChoiceField(label=_("Framework"), required=False)
    headline = forms.ChoiceField(label=_("Indicator"), required=False)
    period = forms.ChoiceField(label=_("Reporting period"), required=False)

    def __init__(self, data, frameworks, framework, found, periods, period):
        headline = next(iter(found.headlines.index), "")
        unchosen = {"framework": framework, "headline": headline, "period": period}
        super().__init__(unchosen | cleaned(data))
        names = words.named(found.headlines, "short")
        self.fields["framework"].choices = frameworks
        self.fields["headline"].choices = [*names.items()] or [("", _("None"))]
        self.fields["period"].choices = [
            (code, words.period(row)) for code, row in periods.iloc[::-1].iterrows()
        ] or [("", _("No period yet"))]
        if len(frameworks) < 2:
            self.fields["framework"].widget = forms.HiddenInput()
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("“%(value)s” is not to be found here.")
            field.widget.attrs["class"] = "form-select"

    read = FilterForm.read

    def query(self):
        return f"?{urlencode({name: value for name, value in self.cleaned_data.items() if value})}"


class PilotForm(forms.Form):
    """Which pilots are looked for, by a part of their name or of their district's."""

    q = forms.CharField(label=_("Pilot programme"), required=False, max_length=100)

    def found(self, pilots):
        """Those of `pilots` that bear what is typed, tones and capitals aside; a list."""
        wanted = fold(self.cleaned_data["q"]) if self.is_valid() else ""
        return [
            each
            for each in pilots
            if not wanted or wanted in fold(f"{each.name_vi} {each.name_en} {each.district}")
        ]


def cleaned(data):
    """The query string as plain text by name; of a name given twice the last counts."""
    return {name: data[name] for name in data if data[name]}


def _labels(choices):
    """Labels by value, out of their groups too."""
    found = {}
    for value, label in choices:
        found |= dict(label) if isinstance(label, list | tuple) else {value: label}
    return found


def _periods(frames, _language):
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


def _against(frames, language):
    """The time before the pilot, if there was one, then the periods."""
    before = _("None") if pd.isna(frames.baseline[0]) else _("Before the pilot")
    return [("", before), *(group for group in _periods(frames, language) if group[0])]


def _wards(frames, _language):
    return [(str(ward), name) for ward, name in words.named(frames.wards, "bare").items()]


def _themes(frames, _language):
    names = words.named(frames.themes, "short")
    return [("", _("All themes")), *zip(frames.themes["code"], names, strict=True)]


def _first_series(frames):
    """The first rate that stands for a theme, else the first indicator; "" without any."""
    of = frames.indicators
    own = of[of["headline"] & (of["kind"] == "ratio")]
    first = (own if len(own) else of).head(1)
    return "".join(frames.themes["code"].reindex(first["theme"]) + "/" + first["code"].to_numpy())


def _series(frames, _language):
    """The indicators, in groups by theme."""
    names, themes = words.named(frames.indicators, "short"), words.named(frames.themes, "short")
    groups = []
    for theme, own in frames.indicators.groupby("theme", sort=False):
        code = frames.themes.at[theme, "code"]
        choices = [(f"{code}/{each}", names[key]) for key, each in own["code"].items()]
        groups.append((themes[theme], choices))
    return groups


TAKEN = _("You have a view of this name already.")


class SavedViewForm(forms.Form):
    """A name for the screen of `pilot` that somebody looks at; `address` is None for a new name only."""

    name = forms.CharField(label=_("Name of the view"), max_length=80)
    address = forms.CharField(max_length=1000, widget=forms.HiddenInput)

    def __init__(self, data, pilot, user, view=None):
        super().__init__(data)
        self.pilot, self.user, self.view = pilot, user, view
        if view:
            del self.fields["address"]

    def clean_name(self):
        name = nfc(" ".join(self.cleaned_data["name"].split()))
        taken = SavedView.objects.of(self.user, self.pilot).filter(name=name)
        if taken.exclude(pk=self.view and self.view.pk).exists():
            raise ValidationError(TAKEN)
        return name

    def clean_address(self):
        address = self.cleaned_data["address"]
        if not is_screen(address, self.pilot.slug):
            raise ValidationError(_("Only screens of this programme can be saved."))
        return address


def is_screen(address, slug):
    """Whether `address` is a path, perhaps with a query string, of a screen of the pilot `slug`.

    Nothing else is kept, so that a saved view leads nowhere but here.
    """
    try:
        parts = urlsplit(address)
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        return False
    plain = address.isascii() and address.isprintable() and "\\" not in address
    ours = plain and not (parts.scheme or parts.netloc or parts.fragment)
    shown = getattr(match.func, "is_screen", False) and "suffix" not in match.kwargs
    return ours and shown and match.kwargs.get("pilot") == slug
