"""Milestones and the log of their progress. The state of a milestone is derived, never stored."""

import datetime as dt
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from wards.models import District, Named, Ward
from wards.vietnamese import nfc

from .programme import Pilot, Theme
from .submissions import StepRefused
from .told import Attachment

BEHIND = 15  # points behind the straight line from which a milestone is at risk


class State(models.TextChoices):
    """How a milestone stands, the most urgent first."""

    OVERDUE = "overdue", _("overdue")
    AT_RISK = "at_risk", _("at risk")
    ON_TRACK = "on_track", _("on track")
    NOT_STARTED = "not_started", _("not started")
    DONE_LATE = "done_late", _("done late")
    DONE = "done", _("done")


SETTLED = (State.DONE, State.DONE_LATE)


@dataclass(frozen=True)
class Standing:
    """How a milestone stands on a day: its state, and what the state was derived from."""

    milestone: "Milestone"
    state: State
    percent: int
    planned: int  # per cent that the straight line from start to due asks for
    done: dt.date | None
    last: "Progress | None"  # the entry that counts

    @property
    def urgency(self):
        """Sort key: the most urgent first."""
        return list(State).index(self.state), self.milestone.due, self.milestone.code


class MilestoneQuerySet(models.QuerySet):
    def with_log(self):
        """For whoever asks how many of them stand: two queries."""
        return self.select_related("ward", "theme").prefetch_related("progress")

    def owned(self, pilots, wards, districts):
        """For the people of `wards` and of `districts` (ids): what those have to do themselves."""
        own = models.Q(ward__in=wards) | models.Q(ward=None, pilot__district__in=districts)
        return self.filter(own, pilot__in=pilots).select_related("pilot")

    def standings(self, day):
        """How each of them stands on `day`: a list of Standing, the most urgent first."""
        found = [milestone.standing_on(day) for milestone in self.with_log()]
        return sorted(found, key=lambda each: each.urgency)

    def next_code(self, pilot):
        """A code that no milestone of `pilot` has: one more than the highest of the form m12."""
        codes = self.filter(pilot=pilot, code__regex=r"^m[0-9]{1,6}$").values_list(
            "code", flat=True
        )
        return f"m{max((int(code[1:]) for code in codes), default=0) + 1:02}"


class Milestone(Named):
    """Something to be done by a day, by somebody: for the whole pilot or for one ward."""

    State = State

    pilot = models.ForeignKey(
        Pilot, models.CASCADE, related_name="milestones", verbose_name=_("pilot")
    )
    code = models.SlugField(_("code"))
    theme = models.ForeignKey(
        Theme,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("theme"),
    )
    ward = models.ForeignKey(
        Ward,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("ward"),
    )
    owner_vi = models.CharField(_("responsible (Vietnamese)"), max_length=200)
    owner_en = models.CharField(_("responsible (English)"), max_length=200, blank=True)
    start = models.DateField(_("start"))
    due = models.DateField(_("due"))
    done = models.DateField(_("done on"), null=True, blank=True)
    source_vi = models.TextField(_("source (Vietnamese)"), blank=True)
    source_en = models.TextField(_("source (English)"), blank=True)
    history = HistoricalRecords()

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "due", "code"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "code"], name="one_milestone_per_pilot_and_code"
            ),
            models.CheckConstraint(
                condition=Q(due__gte=F("start")),
                name="milestone_starts_before_it_is_due",
                violation_error_message=_("The due date lies before the start."),
            ),
            models.CheckConstraint(
                condition=Q(done__isnull=True) | Q(done__gte=F("start")),
                name="milestone_is_done_after_it_starts",
                violation_error_message=_("It cannot be done before it starts."),
            ),
        ]

    def save(self, *args, **kwargs):
        self.owner_vi, self.owner_en = nfc(self.owner_vi), nfc(self.owner_en)
        super().save(*args, **kwargs)

    @property
    def owner(self):
        """Who is responsible, in the language of the page."""
        return self.said("owner")

    def state_on(self, day):
        """The State on `day`, as the log up to that day says."""
        return self.standing_on(day).state

    def standing_on(self, day):
        """The Standing on `day`. The one place where the state of a milestone is derived."""
        log = [entry for entry in self.progress.all() if entry.day <= day]
        last = log[-1] if log else None
        done = self._done_on(day, log)
        percent = 100 if done else last.percent if last else 0
        planned = self._planned_on(day)
        if done:
            state = State.DONE_LATE if done > self.due else State.DONE
        elif day > self.due:
            state = State.OVERDUE
        elif planned - percent > BEHIND:
            state = State.AT_RISK
        else:
            state = State.ON_TRACK if percent else State.NOT_STARTED
        return Standing(self, state, percent, round(planned), done, last)

    def _done_on(self, day, log):
        """The day since which the log says 100 %; without a log, what was typed beside it."""
        done = None
        for entry in log:
            done = (done or entry.day) if entry.percent == 100 else None
        typed = self.done if self.done and self.done <= day else None
        if typed and not done and (not log or log[-1].day < typed):
            return typed
        return done

    def _planned_on(self, day):
        """Per cent that should be done on `day`, were the work to go evenly; 0 to 100."""
        if day >= self.due:
            return 100
        if day <= self.start:
            return 0
        return 100 * (day - self.start).days / (self.due - self.start).days

    @transaction.atomic
    def report(self, user, percent, day, note=""):
        """Add an entry to the log and let `done` follow it; returns the Progress.

        The same entry sent twice is kept once. Raises ValidationError, by field.
        """
        own = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        note = unicodedata.normalize("NFC", note.strip())
        entry = Progress(milestone=own, day=day, percent=percent, note=note, author=user)
        log = list(own.progress.all())
        newest = max(log, key=lambda each: each.pk, default=None)
        if newest and newest.content() == entry.content():
            return newest
        own._check_entry(entry, log)
        entry._history_user = user
        entry.save()
        own.settle(user)
        District.objects.filter(pilots=own.pilot_id).revise()
        self.done = own.done
        return entry

    def _check_entry(self, entry, log):
        if entry.day > timezone.localdate():
            raise ValidationError({"day": _t("This day lies in the future.")})
        if entry.day < self.start:
            raise ValidationError({"day": _t("The work had not begun on that day.")})
        entry.full_clean(exclude=["milestone", "author"])
        before = [each.percent for each in log if each.day <= entry.day]
        falls = bool(before) and entry.percent < before[-1]
        late = entry.percent < 100 and (
            entry.day > self.due or self._planned_on(entry.day) - entry.percent > BEHIND
        )
        if not entry.note and falls:
            raise ValidationError({"note": _t("Please say why the progress has fallen.")})
        if not entry.note and late:
            raise ValidationError({"note": _t("It is late: please say why, and what comes next.")})

    def settle(self, user):
        """Bring `done` in line with the log after an entry was added to it."""
        done = self._done_on(dt.date.max, list(self.progress.order_by("day", "pk")))
        if done != self.done:
            self.done, self._history_user = done, user
            self.save()

    @transaction.atomic
    def remove(self, user):
        """Take it off the plan. StepRefused once somebody reported on it: a log is kept."""
        own = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        if own.progress.exists():
            raise StepRefused(_t("Progress has been reported, so it stays on the plan."))
        own._history_user = user
        own.delete()
        District.objects.filter(pilots=own.pilot_id).revise()


class Progress(models.Model):
    """One entry of a milestone's log. A later entry corrects an earlier one; none is overwritten."""

    milestone = models.ForeignKey(
        Milestone, models.CASCADE, related_name="progress", verbose_name=_("milestone")
    )
    day = models.DateField(_("day"), default=timezone.localdate)
    percent = models.PositiveSmallIntegerField(
        _("progress, %"), validators=[MaxValueValidator(100)]
    )
    note = models.TextField(_("note"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["milestone", "day", "pk"]
        verbose_name = _("progress entry")
        verbose_name_plural = _("progress entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100),
                name="progress_is_a_percentage",
            )
        ]

    def __str__(self):
        return f"{self.milestone}: {self.percent} %"

    def content(self):
        """What somebody said with it."""
        return self.day, self.percent, self.note, self.author_id


class ProgressEvidence(Attachment):
    """A file that shows how far a milestone has come."""

    progress = models.ForeignKey(
        Progress, models.CASCADE, related_name="evidence", verbose_name=_("progress entry")
    )

    class Meta:
        ordering = ["progress", "uploaded_at"]
        verbose_name = _("evidence of progress")
        verbose_name_plural = _("evidence of progress")
