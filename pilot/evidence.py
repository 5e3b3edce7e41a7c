"""Evidence: what an uploaded file must be, how it is kept, how it is handed out again.

Kept are the papers of an office: PDF, pictures, and text, tables and slides without macros. Not
kept is what a browser would run (HTML, SVG), programs, and archives, whose content nobody sees. A
file is never opened here beyond its first bytes and the list of its parts, never shown in a page,
and handed out only as something to be saved.
"""

import hashlib
import zipfile
from pathlib import PurePath
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.utils.text import format_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from wards.vietnamese import nfc

from .models import Evidence, ProgressEvidence

MB = 1024 * 1024
LARGEST = 10 * MB
MOST_FILES = 5
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
ZIP, OLE = b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1")
# Ending -> content type, first bytes, and how the name of a part inside begins, for what is a zip.
KINDS = {
    "pdf": ("application/pdf", b"%PDF-", None),
    "jpg": ("image/jpeg", b"\xff\xd8\xff", None),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff", None),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n", None),
    "docx": (OOXML + "wordprocessingml.document", ZIP, "word/"),
    "xlsx": (OOXML + "spreadsheetml.sheet", ZIP, "xl/"),
    "pptx": (OOXML + "presentationml.presentation", ZIP, "ppt/"),
    "odt": (ODF + "text", ZIP, "content.xml"),
    "ods": (ODF + "spreadsheet", ZIP, "content.xml"),
    "doc": ("application/msword", OLE, None),
    "xls": ("application/vnd.ms-excel", OLE, None),
}
MACROS = ("vbaProject.bin", "Basic/", "Scripts/")
SECRETS = _("Do not upload documents that hold state secrets.")


def check(upload):
    """ValidationError, with a sentence for the person, unless `upload` is a file that is kept."""
    names = {"name": upload.name, "most": LARGEST // MB, "kinds": ", ".join(KINDS)}
    kind = KINDS.get(ending(upload.name))
    if kind is None:
        fault = _t("“%(name)s” is of a kind that is not kept here. Kept are: %(kinds)s.")
    elif upload.size > LARGEST:
        fault = _t("“%(name)s” is larger than %(most)s MB.")
    elif not _is(upload, *kind[1:]):
        fault = _t(
            "“%(name)s” is not what its name says, or has a password or macros. Please save it"
            " as PDF and try again."
        )
    else:
        return
    raise ValidationError(fault % names)


def ending(name):
    """The ending of a file's name, in small letters and without the dot: pdf."""
    return PurePath(name).suffix[1:].lower()


def _is(upload, first, part):
    """Whether the file begins with `first` and, where `part` is told, is a zip that has it."""
    upload.seek(0)
    begins = upload.read(len(first)) == first
    if not begins or part is None:
        return begins
    try:
        with zipfile.ZipFile(upload) as parts:
            names = parts.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    macros = any(name.endswith(MACROS[0]) or name.startswith(MACROS[1:]) for name in names)
    return any(name.startswith(part) for name in names) and not macros


def keep(upload, user, **owner):
    """Keep a file that `user` uploaded; the new Evidence, or ProgressEvidence of a progress entry.

    `owner` says what it shows: submission and perhaps indicator, or progress. On the disk it has a
    name of chance, so that no address can be guessed and no name does harm; people see the name it
    came with. The same file twice for one owner is kept once. Raises ValidationError as `check`
    does. Where the transaction around it fails, a file without a row is left behind, never a row
    without its file.
    """
    check(upload)
    kind = ProgressEvidence if "progress" in owner else Evidence
    upload.seek(0)
    sha256 = hashlib.file_digest(upload, "sha256").hexdigest()
    if same := kind.objects.filter(sha256=sha256, **owner).first():
        return same
    kept = kind(name=shown_name(upload.name), sha256=sha256, uploaded_by=user, **owner)
    upload.seek(0)
    kept.file.save(f"{uuid4().hex}.{ending(upload.name)}", upload, save=False)
    kept.save()
    return kept


def shown_name(name):
    """The name as people see it: NFC, nothing invisible, 250 characters at most with its ending."""
    path = PurePath(nfc(name))
    return path.stem[: 250 - len(path.suffix)] + path.suffix


def download(attachment):
    """The answer that hands a kept file out, to be saved and never shown in the page; else 404."""
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    kind = KINDS.get(ending(attachment.file.name), ("application/octet-stream",))
    answer = FileResponse(
        content, as_attachment=True, filename=attachment.name, content_type=kind[0]
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Files to be kept as evidence; cleaned, a list of uploads that `keep` takes."""

    widget = FilesInput(attrs={"accept": ",".join(f".{each}" for each in KINDS)})

    def __init__(self, *, required=False, most=MOST_FILES, **kwargs):
        self.most = most
        limits = _("PDF, pictures, Word, Excel, PowerPoint or OpenDocument, at most 10 MB each.")
        kwargs.setdefault("label", _("Evidence"))
        kwargs.setdefault("help_text", format_lazy("{} {}", limits, SECRETS))
        super().__init__(required=required, **kwargs)

    def clean(self, data, initial=None):
        uploads = [super(EvidenceField, self).clean(each) for each in data or [None]]
        uploads = [each for each in uploads if each]
        if len(uploads) > self.most:
            raise ValidationError(
                _t("Choose at most %(most)s files at once.") % {"most": self.most}
            )
        for upload in uploads:
            check(upload)
        return uploads
