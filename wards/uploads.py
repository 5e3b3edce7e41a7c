"""A workbook between its dry run and the person's answer: kept for a day, then gone.

What was shown travels in the page, signed, so that the second step imports that and nothing else.
The file itself waits on the disk under a name of chance.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from uuid import uuid4

from django import forms
from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FOLDER = "uploads"
KEPT_FOR = dt.timedelta(days=1)
SALT = "wards.uploads"


class Gone(Exception):
    """What was uploaded is not there any more: too long ago, imported already, or not theirs."""


class UploadForm(forms.Form):
    """The form in Excel that somebody filled in."""

    file = forms.FileField(
        label=_("The form, filled in (.xlsx)"),
        allow_empty_file=True,  # the reading says so, as it does of every other fault
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


@dataclass(frozen=True)
class Kept:
    """An upload that waits: its file's `path`, the `name` it came with, and what was `shown`."""

    path: str
    name: str
    sha256: str
    shown: list

    def open(self):
        """The file as it was uploaded; Gone where it is not there any more."""
        try:
            return File(default_storage.open(self.path, "rb"), name=self.name)
        except FileNotFoundError:
            raise Gone from None

    def drop(self):
        default_storage.delete(self.path)


def keep(upload, user, about, shown):
    """Keep the file and return the text by which `take` finds it again.

    `about` is a list of plain values that says what the upload is for, `shown` what the person saw.
    """
    _sweep()
    upload.seek(0)
    sha256 = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    path = default_storage.save(f"{FOLDER}/{uuid4().hex}.xlsx", upload)
    content = [path, upload.name, sha256, shown]
    return signing.dumps([user.pk, about, content], salt=SALT, compress=True)


def take(token, user, about):
    """The Kept upload that `token` names, for the person and the purpose it was kept for; or Gone."""
    try:
        owner, purpose, content = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        raise Gone from None
    if owner != user.pk or purpose != about:
        raise Gone
    return Kept(*content)


def _sweep():
    """Delete what nobody came back for."""
    if not default_storage.exists(FOLDER):
        return
    latest = timezone.now() - KEPT_FOR
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < latest:
            default_storage.delete(path)
