"""Milestones and the log of their progress. The state of a milestone is derived, never stored."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from wards.models import Named, Ward

from .programme import Pilot, Theme


class Milestone(Named):
    """Something to be done by a day, by somebody: for the whole pilot or for one ward."""

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
