"""What is said of figures and shown for them: comments and files."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .indicators import Indicator


class Comment(models.Model):
    """Something said about a cell, or about the whole return; never changed, so it needs no log."""

    submission = models.ForeignKey(
        "pilot.Submission", models.CASCADE, related_name="comments", verbose_name=_("return")
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indicator"),
    )
    text = models.TextField(_("text"), max_length=2000)
    asks = models.BooleanField(_("asks for a correction"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        ordering = ["submission", "at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self):
        return self.text


class Attachment(models.Model):
    """A file that somebody uploaded to show where something comes from."""

    file = models.FileField(_("file"), upload_to="evidence/%Y/%m")
    name = models.CharField(_("file name"), max_length=250)
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class Evidence(Attachment):
    """A file that shows where a figure, or a whole return, comes from."""

    submission = models.ForeignKey(
        "pilot.Submission", models.CASCADE, related_name="evidence", verbose_name=_("return")
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indicator"),
    )

    class Meta:
        ordering = ["submission", "uploaded_at"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
