"""What is typed into the roster: read, checked, and kept in the name of whoever typed it."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import localize_input
from django.utils.translation import gettext_lazy as _

from .models import Assignment, District, Establishment, Officer, Position, Rating, shown
from .vietnamese import nfc

CHANGED = _("Somebody changed this after you opened it. Please open it again.")


class Text(forms.CharField):
    """One line, without what nobody sees."""

    def to_python(self, value):
        return nfc(super().to_python(value))


class Day(forms.DateField):
    """A day as people here write it, at most a year ahead."""

    def __init__(self, **options):
        attrs = {"placeholder": _("dd/mm/yyyy"), "autocomplete": "off"}
        super().__init__(**{"widget": forms.DateInput(attrs=attrs), **options})

    def validate(self, value):
        super().validate(value)
        if value and value > timezone.localdate() + timedelta(days=366):
            raise ValidationError(_("This day is more than a year ahead."))


class Look(forms.Form):
    """What the page of a roster shows: the day, and whose names are searched."""

    day = Day(label=_("On the day"), required=False)
    q = Text(label=_("Name"), required=False, max_length=100)
    former = forms.BooleanField(label=_("With those who have left"), required=False)

    def __init__(self, data, ward):
        self.ward = ward
        told = {name: data[name] for name in data if data[name]}
        super().__init__({"day": localize_input(timezone.localdate())} | told)

    def read(self):
        """The day to show, the day asked for, and the rest; of what cannot be read, nothing."""
        said = self.cleaned_data if self.is_valid() else {}
        asked = said.get("day") or timezone.localdate()
        return self.ward.nearest(asked), asked, said


class Kept(forms.ModelForm):
    """A form that is kept by `keep`: in one transaction that holds `holder`, a row.

    Two people who save at once so do it one after the other, and the second is checked against what
    the first left behind. `seen` marks the state that the person looked at. The same entry sent
    twice is kept once: `again` is then the one that is there.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    again = None

    def __init__(self, data=None, *, instance, holder, **options):
        self.holder = holder
        super().__init__(data, instance=instance, **options)
        self.initial["seen"] = self._mark()

    def _mark(self):
        """The number of the latest record of the history, "" for something new."""
        if self.instance.pk is None:
            return ""
        return str(self.instance.history.values_list("pk", flat=True).first() or "")

    def _get_validation_exclusions(self):
        # Constraints over the officer or the ward hold, though neither is typed.
        return super()._get_validation_exclusions() - {"officer", "ward"}

    def clean(self):
        said = super().clean()
        if self.changes() and said.get("seen", "") != self._mark():
            raise ValidationError(CHANGED)
        if self.instance.pk is None:
            self.again = self.there(said)
            self.instance = self.again or self.instance
        return said

    def _post_clean(self):
        # What is said of the whole entry makes sense only where each part of it could be read.
        if not self.errors:
            super()._post_clean()

    def there(self, said):
        """The row that says the very same as `said`, or None."""
        typed = [name for name in self._meta.fields if name in self.fields]
        if not set(typed) <= said.keys():
            return None
        fixed = {"officer", "ward"} & {field.name for field in self._meta.model._meta.fields}
        same = {name: getattr(self.instance, name) for name in fixed}
        same |= {name: said[name] for name in typed}
        return self._meta.model.objects.filter(**same).first()

    def changes(self):
        """The names of the model's own fields that were changed."""
        return [name for name in self.changed_data if name in self._meta.fields]

    def keep(self, user):
        """Whether what was typed could be kept."""
        with transaction.atomic():
            model = type(self.holder)
            list(model.objects.select_for_update(no_key=True).filter(pk=self.holder.pk))
            if self.is_valid() and not self.again:
                before = list(District.objects.around(self.holder))
                self.store(user)
                after = list(District.objects.around(self.holder)) if self.holder.pk else []
                District.objects.filter(pk__in={each.pk for each in before + after}).revise()
        return self.is_valid()

    def store(self, user):
        if self.instance.pk is None or self.changes():
            sign(self.instance, user, self.cleaned_data.get("reason", ""))
            self.instance.save()


def sign(row, user, reason=""):
    """Whom the history names for the next change of `row`, and why."""
    row._history_user, row._change_reason = user, reason or None


class OfficerForm(Kept):
    class Meta:
        model = Officer
        fields = (
            *("full_name", "birth_year", "sex", "level", "field", "theory", "training"),
            *("foreign_language", "it"),
        )
        field_classes = dict.fromkeys(["full_name", "field", "foreign_language", "it"], Text)


class NewOfficerForm(OfficerForm):
    """An officer with the first main post. A namesake is asked about before there are two."""

    position = forms.ModelChoiceField(Position.objects.all(), label=_("Position"))
    start = Day(label=_("From"))
    decision = Text(label=_("Decision"), required=False, max_length=200)
    another = forms.BooleanField(
        label=_("This is another person of the same name"),
        required=False,
        widget=forms.HiddenInput,
    )
    known = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, ward, wards):
        self.ward, self.wards, self.twins = ward, wards, []
        start = ward.nearest(timezone.localdate())
        super().__init__(data, instance=Officer(), holder=ward, initial={"start": start})
        self.fields["position"].queryset = positions(ward)
        for name in ("level", "theory", "training"):
            # "None" is something to be said, not what is left when nobody says anything.
            self.fields[name].choices = [("", "---------"), *self.fields[name].choices]
            self.initial[name] = ""

    def clean(self):
        said = super().clean()
        if self.twins and not self.again:
            self.add_error(None, _("Somebody of this name is on the roster already."))
            self.fields["another"].widget = forms.CheckboxInput()
            self.data = self.data.copy()
            self.data["known"] = ",".join(str(each.pk) for each in self.twins)
            self.data.pop("another", None)
        if "start" in said:
            try:
                self.ward.check_day(said["start"])
            except ValidationError as fault:
                self.add_error("start", fault)
        return said

    def there(self, said):
        """The namesake in the same position since the same day; `twins` are all not known yet."""
        if not {"full_name", "birth_year", "position", "start"} <= said.keys():
            return None
        named = Officer(full_name=said["full_name"], birth_year=said["birth_year"])
        known = said["known"].split(",") if said["another"] else []
        twins = Officer.objects.twins(named, self.wards).prefetch_related("assignments__position")
        if all(str(each.pk) in known for each in twins):
            return None
        self.twins = list(twins)
        post = (self.ward.pk, said["position"].pk, said["start"])
        unknown = [each for each in twins if str(each.pk) not in known]
        return next((each for each in unknown if post in _posts(each)), None)

    def store(self, user):
        super().store(user)
        said = {name: self.cleaned_data[name] for name in ("position", "start", "decision")}
        Assignment(officer=self.instance, ward=self.ward, **said).keep(user)


def _posts(officer):
    return {(each.ward_id, each.position_id, each.start) for each in officer.assignments.all()}


def positions(ward):
    """The positions for which the ward has or had posts; where it never had any, all."""
    assigned = Position.objects.filter(establishment__ward=ward).distinct()
    return assigned if assigned.exists() else Position.objects.all()


class AssignmentForm(Kept):
    """A post that begins: a concurrent one, the next main one, or a move from the present one."""

    move = forms.BooleanField(
        label=_("End the present main post the day before"), required=False, initial=True
    )

    class Meta:
        model = Assignment
        fields = ("ward", "position", "start", "decision", "concurrent")
        field_classes = {"start": Day, "decision": Text}

    def __init__(self, data, *, officer, ward, wards):
        self.present = officer.main_post()
        start = ward.nearest(timezone.localdate())
        begins = Assignment(officer=officer, ward=ward, start=start)
        super().__init__(data, instance=begins, holder=officer)
        if len(wards) > 1:
            self.fields["ward"].queryset = wards
        else:
            del self.fields["ward"]
            self.fields["position"].queryset = positions(ward)
        if self.present:
            text = _("%(position)s, from %(day)s.")
            said = {"position": self.present.position, "day": shown(self.present.start)}
            self.fields["move"].help_text = text % said
        else:
            del self.fields["move"]

    def _get_validation_exclusions(self):
        # The constraint in the database knows nothing of a post that is about to end.
        return super()._get_validation_exclusions() | {"officer"}

    def clean(self):
        said = super().clean()
        moves = said.get("move") and not said.get("concurrent") and said.get("start")
        if moves and not self.again:
            if said["start"] > self.present.start:
                self.instance.follows = self.present
            else:
                fault = _("The present main post began on %(day)s; a move comes after that.")
                self.add_error("start", fault % {"day": shown(self.present.start)})
        return said

    def store(self, user):
        if self.instance.follows:
            self.instance.follows.end = self.instance.start - timedelta(days=1)
            self.instance.follows.keep(user)
        self.instance.keep(user)


class EndForm(Kept):
    """The last day of a post. What was held on top of the last main post ends with it."""

    reason = Text(label=_("Decision or reason"), required=False, max_length=100)

    class Meta:
        model = Assignment
        fields = ("end",)
        field_classes = {"end": Day}

    def __init__(self, data, *, instance):
        super().__init__(data, instance=instance, holder=instance.officer)
        self.initial["end"] = instance.ward.nearest(timezone.localdate())
        self.fields["end"].required = True

    def changes(self):
        return ["end"]

    def store(self, user):
        self.instance.finish(user, self.cleaned_data["end"], self.cleaned_data["reason"])


class Correction(Kept):
    """An entry that was typed wrong: put right or taken out, always with a reason."""

    reason = Text(
        label=_("Reason for the correction"),
        max_length=100,
        help_text=_("The reason is kept in the list of changes."),
    )
    remove = forms.BooleanField(
        label=_("The whole entry is a mistake: take it out"), required=False
    )

    def changes(self):
        return ["remove"] if self.cleaned_data.get("remove") else super().changes()

    def _post_clean(self):
        # What is taken out need not be right.
        if not self.cleaned_data.get("remove"):
            super()._post_clean()

    def store(self, user):
        if self.cleaned_data["remove"]:
            sign(self.instance, user, self.cleaned_data["reason"])
            self.instance.delete()
        else:
            super().store(user)


class AssignmentCorrection(Correction):
    class Meta:
        model = Assignment
        fields = ("position", "decision", "start", "end", "concurrent")
        field_classes = {"start": Day, "end": Day, "decision": Text}

    def store(self, user):
        super().store(user)
        if not self.holder.assignments.exists():
            # Nobody could find somebody without any post again; the history keeps the record.
            sign(self.holder, user, self.cleaned_data["reason"])
            self.holder.delete()


class RatingForm(Kept):
    class Meta:
        model = Rating
        fields = ("year", "grade")

    def __init__(self, data, *, officer):
        last = timezone.localdate().year - 1
        super().__init__(data, instance=Rating(officer=officer, year=last), holder=officer)

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not 1990 <= year <= timezone.localdate().year:
            raise ValidationError(_("There is no grade for this year."))
        return year


class RatingCorrection(Correction):
    class Meta:
        model = Rating
        fields = ("grade",)


class PostsForm(Kept):
    """Posts of a position from a day on, as a decision assigned them."""

    posts = forms.IntegerField(label=_("Posts"), min_value=0, max_value=200)
    decision = Text(label=_("Decision"), max_length=200)

    class Meta:
        model = Establishment
        fields = ("position", "posts", "since", "decision")
        field_classes = {"since": Day}

    def __init__(self, data, *, ward):
        super().__init__(data, instance=Establishment(ward=ward), holder=ward)


class PostsCorrection(Correction):
    posts = forms.IntegerField(label=_("Posts"), min_value=0, max_value=200)

    class Meta:
        model = Establishment
        fields = ("posts", "since", "decision")
        field_classes = {"since": Day, "decision": Text}
