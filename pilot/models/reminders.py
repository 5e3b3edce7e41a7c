"""What people were reminded of by mail: the memory that keeps anything from being said twice."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Reminder(models.Model):
    """A person was told of one thing at one stage, such as a return a week overdue."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="reminders",
        verbose_name=_("user"),
    )
    key = models.CharField(_("what it was about"), max_length=120)
    sent_on = models.DateField(_("sent on"))

    class Meta:
        ordering = ["-sent_on", "user"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="one_reminder_per_person_and_thing"
            )
        ]

    def __str__(self):
        return self.key
