"""Returns: what a ward reported for a period, cell by cell, and who did what to it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from wards.models import Ward

from .programme import Indicator, Period, plain


class SubmissionQuerySet(models.QuerySet):
    def counted(self, including_submitted=False):
        """The returns whose figures count: the approved, and on demand those waiting for it."""
        states = [Submission.State.APPROVED]
        if including_submitted:
            states.append(Submission.State.SUBMITTED)
        return self.filter(state__in=states)


class Submission(models.Model):
    """One return of one ward for one period; without a ward it is the district's own."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        APPROVED = "approved", _("approved")

    period = models.ForeignKey(
        Period, models.PROTECT, related_name="submissions", verbose_name=_("reporting period")
    )
    ward = models.ForeignKey(
        Ward,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("ward"),
        help_text=_("Empty: the district's own return."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    reason = models.TextField(_("reason"), blank=True)
    source = models.CharField(
        _("source"),
        max_length=250,
        blank=True,
        help_text=_("The file or system the figures came from, if nobody typed them."),
    )
    history = HistoricalRecords()

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["period", "ward"]
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "period"],
                name="one_submission_per_ward_and_period",
                violation_error_message=_("There is already a return for this ward and period."),
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(ward__isnull=True),
                name="one_district_submission_per_period",
                violation_error_message=_("The district's return for this period exists already."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "approved"]) | Q(submitted_at__isnull=False),
                name="submitted_return_says_when",
                violation_error_message=_("A submitted return needs the time of submission."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "approved"]) | Q(decided_at__isnull=False),
                name="decided_return_says_when",
                violation_error_message=_("A decided return needs the time of the decision."),
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""),
                name="returned_return_says_why",
                violation_error_message=_("A return is sent back with a reason."),
            ),
        ]

    def __str__(self):
        return f"{self.ward or self.period.pilot.district} · {self.period}"


class ValueQuerySet(models.QuerySet):
    def bulk_create(self, objs, *args, **kwargs):
        """As Django's, but no cell gets in unchecked that way either."""
        objs = list(objs)
        for value in objs:
            value.check_cell()
        return super().bulk_create(objs, *args, **kwargs)


class Value(models.Model):
    """A cell: one indicator in one return. The only figure that is stored; all others are derived.

    A ratio has numerator and denominator; everything else stands in the numerator alone (yes is 1).
    No row means that nothing was reported, which is not zero.
    """

    class State(models.TextChoices):
        REPORTED = "reported", _("reported")
        NOT_APPLICABLE = "not_applicable", _("not applicable")
        NOT_AVAILABLE = "not_available", _("not available")

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="values", verbose_name=_("return")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="values", verbose_name=_("indicator")
    )
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.REPORTED)
    numerator = models.DecimalField(
        _("figure or numerator"), max_digits=21, decimal_places=6, null=True, blank=True
    )
    denominator = models.DecimalField(
        _("denominator"),
        max_digits=21,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    happened_on = models.DateField(_("date"), null=True, blank=True)
    reason = models.TextField(_("reason or explanation"), blank=True)
    history = HistoricalRecords()

    objects = ValueQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "indicator"]
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "indicator"], name="one_value_per_submission_and_indicator"
            ),
            models.CheckConstraint(
                condition=Q(state="reported", numerator__isnull=False)
                | ~Q(state="reported")
                & Q(numerator__isnull=True, denominator__isnull=True)
                & ~Q(reason=""),
                name="value_state_agrees_with_its_numbers",
                violation_error_message=_(
                    "A reported cell needs a number, any other a reason and no number."
                ),
            ),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(denominator__gte=0),
                name="denominator_is_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(denominator=0) | Q(numerator=0),
                name="nothing_due_means_nothing_done",
            ),
        ]

    def __str__(self):
        if self.state != self.State.REPORTED:
            return self.get_state_display()
        parts = [self.numerator, self.denominator]
        return "/".join(plain(part) for part in parts if part is not None)

    def save(self, *args, **kwargs):
        self.check_cell()
        super().save(*args, **kwargs)

    def check_cell(self):
        """ValidationError unless the indicator allows this cell."""
        faults = self.indicator.faults(self.state, self.numerator, self.denominator, self.reason)
        if faults:
            raise ValidationError(faults)

    def clean(self):
        self.check_cell()


class Evidence(models.Model):
    """A file that shows where a figure comes from, kept with the return."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="evidence", verbose_name=_("return")
    )
    value = models.ForeignKey(
        Value,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("figure"),
    )
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m")
    name = models.CharField(_("file name"), max_length=250)
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )

    class Meta:
        ordering = ["submission", "uploaded_at"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self):
        return self.name
