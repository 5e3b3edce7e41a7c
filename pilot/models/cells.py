"""A cell of a return: the only figure that is stored."""

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .indicators import Indicator, plain


class ValueQuerySet(models.QuerySet):
    def bulk_create(self, objs, *args, **kwargs):
        """As Django's, but no cell gets in unchecked that way either."""
        objs = list(objs)
        for value in objs:
            value.check_cell()
        return super().bulk_create(objs, *args, **kwargs)


def new_mark():
    return uuid.uuid4().hex


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
        "pilot.Submission", models.CASCADE, related_name="values", verbose_name=_("return")
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
    # The mark of the entry that stands here. Whoever saves names the one they saw; the log keeps
    # all of them, so that an entry sent twice is known again.
    edit = models.CharField(max_length=36, default=new_mark, editable=False, db_index=True)
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

    def save(self, *args, edit=None, **kwargs):
        self.check_cell()
        self.edit = edit or new_mark()
        super().save(*args, **kwargs)

    def content(self):
        """What somebody entered here, as `Submission.enter` takes it."""
        return {name: getattr(self, name) for name in ENTERED}

    def check_cell(self):
        """ValidationError unless the indicator allows this cell."""
        faults = self.indicator.faults(self.state, self.numerator, self.denominator, self.reason)
        if faults:
            raise ValidationError(faults)

    def clean(self):
        self.check_cell()


ENTERED = ("state", "numerator", "denominator", "happened_on", "reason")
