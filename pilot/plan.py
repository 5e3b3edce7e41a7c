"""The plan of milestones: what people choose, type and report on its pages, and how it stands in words."""

from collections import Counter
from itertools import zip_longest
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from wards.models import District

from . import evidence
from .models import Milestone, Pilot

WHOLE_PILOT = "pilot"


class FilterForm(forms.Form):
    """Which milestones the list shows; nothing chosen means all. Choices are those of the pilot."""

    state = forms.ChoiceField(label=_("State"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    ward = forms.ChoiceField(label=_("Responsible unit"), required=False)

    def __init__(self, data, pilot):
        super().__init__({name: data[name] for name in data if data[name]})
        themes = [(theme.code, theme.said("short")) for theme in pilot.themes.all()]
        wards = [(str(ward.pk), ward.bare_name) for ward in pilot.wards.all()]
        self.fields["state"].choices = [("", _("All states")), *Milestone.State.choices]
        self.fields["theme"].choices = [("", _("All themes")), *themes]
        whole = (WHOLE_PILOT, _("Whole pilot"))
        self.fields["ward"].choices = [("", _("All units")), whole, *wards]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("“%(value)s” is not to be found here.")
            field.widget.attrs["class"] = "form-select"

    @property
    def address(self):
        """The query string that shows the same again: «?state=overdue»."""
        told = {name: value for name, value in self.data.items() if name in self.fields}
        return f"?{urlencode(told)}" if told else ""

    def chosen(self, standings):
        """Those of `standings` that were asked for; BadRequest for what nobody can choose."""
        if not self.is_valid():
            raise BadRequest(" ".join(text for texts in self.errors.values() for text in texts))
        state, theme, ward = (self.cleaned_data[name] for name in ("state", "theme", "ward"))
        return [
            each
            for each in standings
            if state in ("", each.state)
            and theme in ("", each.milestone.theme and each.milestone.theme.code)
            and ward in ("", str(each.milestone.ward_id or WHOLE_PILOT))
        ]


def head(standings):
    """The plan in one sentence."""
    count = Counter(each.state for each in standings)
    names = {
        "overdue": count[Milestone.State.OVERDUE],
        "risk": count[Milestone.State.AT_RISK],
        "all": len(standings),
    }
    if not standings:
        return _t("No milestone yet")
    if names["overdue"] and names["risk"]:
        return _t("Milestones: %(overdue)s overdue, %(risk)s at risk") % names
    if names["overdue"]:
        return _t("Milestones: %(overdue)s overdue") % names
    if names["risk"]:
        return _t("Milestones: %(risk)s at risk") % names
    return _t("No milestone is overdue or at risk")


def lead(standings):
    """What stands behind the head: how many are done, and how the others go."""
    count = Counter(each.state for each in standings)
    state = Milestone.State
    names = {
        "all": len(standings),
        "done": count[state.DONE] + count[state.DONE_LATE],
        "late": count[state.DONE_LATE],
        "on_track": count[state.ON_TRACK],
        "not_started": count[state.NOT_STARTED],
    }
    if not standings:
        return ""
    return (
        _t(
            "Done: %(done)s of %(all)s, of them late: %(late)s. On track: %(on_track)s. Not started:"
            " %(not_started)s."
        )
        % names
    )


def facts(milestone):
    """What the plan says of it, as (question, answer), without what nobody wrote down."""
    rows = [
        (_t("theme"), milestone.theme),
        (_t("Responsible unit"), milestone.ward or _t("Whole pilot")),
        (_t("start"), date_format(milestone.start, "SHORT_DATE_FORMAT")),
        (_t("due"), date_format(milestone.due, "SHORT_DATE_FORMAT")),
        (_t("done on"), milestone.done and date_format(milestone.done, "SHORT_DATE_FORMAT")),
        (_t("source"), milestone.said("source")),
    ]
    return [(question, answer) for question, answer in rows if answer]


def changes(milestone, most=20):
    """The last changes of the plan, the newest first: {at, by, fields: [(name, old, new)]}."""
    records = list(milestone.history.select_related("history_user")[: most + 1])
    return [
        {
            "at": new.history_date,
            "by": new.history_user or _t("the system"),
            "fields": _differences(new, old) if old else [],
        }
        for new, old in zip_longest(records, records[1:])
    ][:most]


def _differences(new, old):
    delta = new.diff_against(old, foreign_keys_are_objs=True)
    field = Milestone._meta.get_field
    return [(field(each.field).verbose_name, each.old, each.new) for each in delta.changes]


class ProgressForm(forms.Form):
    """An entry of the log with its evidence."""

    percent = forms.IntegerField(label=_("Progress, %"), min_value=0, max_value=100)
    day = forms.DateField(label=_("On the day"), help_text=_("Day/month/year."))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the work is late or its progress has fallen."),
    )
    evidence = evidence.EvidenceField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"day": timezone.localdate()}, **kwargs)

    def report(self, milestone, user):
        """Add it to the log of `milestone`; False with the fault told by field where it may not be."""
        if not self.is_valid():
            return False
        percent, day, note = (self.cleaned_data[name] for name in ("percent", "day", "note"))
        try:
            with transaction.atomic():
                entry = milestone.report(user, percent, day, note)
                for upload in self.cleaned_data["evidence"]:
                    evidence.keep(upload, user, progress=entry)
        except ValidationError as fault:
            self.add_error(None, fault)
            return False
        return True


class PlanForm(forms.ModelForm):
    """A milestone of the plan. What was reported on it stays; its dates cannot contradict that."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Milestone
        fields = (
            *("name_vi", "name_en", "theme", "ward", "owner_vi", "owner_en", "start", "due"),
            *("source_vi", "source_en"),
        )
        widgets = {
            "source_vi": forms.Textarea(attrs={"rows": 2}),
            "source_en": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        pilot = self.instance.pilot
        self.fields["theme"].queryset = pilot.themes.all()
        self.fields["ward"].queryset = pilot.wards.all()
        self.fields["ward"].empty_label = _("Whole pilot")
        self.initial["seen"] = self._version()
        for name in ("start", "due"):
            self.fields[name].help_text = _("Day/month/year.")

    def _version(self):
        """The number of the last change, so that two people do not overwrite each other unseen."""
        return self.instance.pk and self.instance.history.aggregate(last=Max("pk"))["last"]

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk:
            self._check_log(cleaned.get("start"))
            if cleaned.get("seen") != self._version():
                self.add_error(None, _("Somebody changed this meanwhile. Please open it again."))
        return cleaned

    def _check_log(self, start):
        first = self.instance.progress.aggregate(first=Min("day"))["first"]
        known = [day for day in (first, self.instance.done) if day]
        if start and known and start > min(known):
            self.add_error("start", _("Progress was reported before that day."))

    @transaction.atomic
    def keep(self, user):
        """Save it, by `user`; the Milestone. A new one gets the next code."""
        if not self.instance.pk:
            # Two new ones at once: the second waits here for its code.
            Pilot.objects.select_for_update().get(pk=self.instance.pilot_id)
            self.instance.code = Milestone.objects.next_code(self.instance.pilot)
        self.instance._history_user = user
        District.objects.filter(pilots=self.instance.pilot_id).revise()
        return self.save()
