"""Evidence: what may be uploaded, how it is kept, and that it can only be saved, never shown."""

import hashlib
import io
import unicodedata
import zipfile

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.http import Http404
from django.utils.datastructures import MultiValueDict

from pilot import evidence
from pilot.models import Evidence, ProgressEvidence

PDF = b"%PDF-1.7\n..."


def zipped(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return content.getvalue()


GOOD = {
    "a.pdf": PDF,
    "a.PDF": PDF,
    "a.jpg": b"\xff\xd8\xff\xe0..",
    "a.JPEG": b"\xff\xd8\xff\xe1..",
    "a.png": b"\x89PNG\r\n\x1a\n..",
    "a.docx": zipped("[Content_Types].xml", "word/document2.xml"),
    "a.xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "a.pptx": zipped("ppt/presentation.xml"),
    "a.odt": zipped("mimetype", "content.xml"),
    "a.xls": evidence.OLE + b"..",
}
BAD = {
    "a.html": b"<script>",
    "a.svg": b"<svg/>",
    "a.exe": b"MZ",
    "a.zip": zipped("a.pdf"),
    "a.docm": zipped("word/document.xml"),
    "a.pdf.exe": PDF,
    "pdf": PDF,
    "a.pdf": b"<html>%PDF-",
    "a.png": PDF,
    "a.docx": zipped("xl/workbook.xml"),
    "b.docx": zipped("word/document.xml", "word/vbaProject.bin"),
    "c.docx": b"PK\x03\x04 and nothing more",
    "d.docx": evidence.OLE + b"EncryptedPackage",
    "e.pdf": b"%P",
}


@pytest.mark.parametrize("name", GOOD)
def test_the_papers_of_an_office_are_kept(name):
    evidence.check(SimpleUploadedFile(name, GOOD[name]))


@pytest.mark.parametrize("name", BAD)
def test_what_runs_or_hides_or_is_not_what_its_name_says_is_refused(name):
    with pytest.raises(ValidationError):
        evidence.check(SimpleUploadedFile(name, BAD[name]))


def test_ten_megabytes_are_kept_and_a_byte_more_is_not():
    upload = SimpleUploadedFile("a.pdf", PDF)
    upload.size = evidence.LARGEST
    evidence.check(upload)
    upload.size += 1
    with pytest.raises(ValidationError, match="10 MB"):
        evidence.check(upload)


class Form(forms.Form):
    files = evidence.EvidenceField()


def read(*uploads):
    return Form({}, MultiValueDict({"files": list(uploads)}))


def test_a_form_takes_no_file_one_or_a_few_and_says_what_is_wrong_with_which():
    assert Form({}, {}).is_valid()
    assert read().is_valid()
    form = read(*(SimpleUploadedFile(name, GOOD[name]) for name in list(GOOD)[:5]))
    assert form.is_valid()
    assert len(form.cleaned_data["files"]) == 5
    assert not read(*(SimpleUploadedFile("a.pdf", PDF) for _n in range(6))).is_valid()
    form = read(SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("xấu.svg", b"<svg/>"))
    assert "xấu.svg" in str(form.errors)
    assert not read(SimpleUploadedFile("a.pdf", b"")).is_valid()
    assert "<script>" not in str(read(SimpleUploadedFile("<script>.svg", b"x")).errors)


@pytest.fixture
def kept(pilot, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    entry = pilot.milestones.filter(progress__isnull=False).first().progress.first()
    name = unicodedata.normalize("NFD", "Biên bản\u202e họp.pdf")
    upload = TemporaryUploadedFile(name, "text/html", len(PDF), None)
    upload.write(PDF)
    kept = evidence.keep(upload, entry.author, progress=entry)
    upload.close()
    return kept


def test_a_file_keeps_its_name_for_people_and_gets_one_of_chance_on_the_disk(kept):
    assert isinstance(kept, ProgressEvidence)
    assert kept.name == unicodedata.normalize("NFC", "Biên bản họp.pdf")
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    assert kept.file.name.startswith("evidence/20")
    assert len(kept.file.name.split("/")[-1]) == 36
    with kept.file.open() as file:
        assert file.read() == PDF


def test_a_long_name_keeps_its_ending():
    name = evidence.shown_name("ă" * 300 + ".docx")
    assert len(name) == 250
    assert name.endswith(".docx")


def test_a_return_gets_evidence_of_its_own(kept, pilot):
    submission = pilot.periods.filter(submissions__isnull=False).first().submissions.first()
    upload = SimpleUploadedFile("../../a.pdf", PDF)
    found = evidence.keep(upload, kept.uploaded_by, submission=submission)
    assert (type(found), found.name) == (Evidence, "a.pdf")
    bad = SimpleUploadedFile("a.svg", b"<svg/>")
    with pytest.raises(ValidationError):
        evidence.keep(bad, kept.uploaded_by, submission=submission)


def test_it_is_handed_out_to_be_saved_and_never_shown(kept):
    answer = evidence.download(kept)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Bi%C3%AAn")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    kept.file.storage.delete(kept.file.name)
    with pytest.raises(Http404):
        evidence.download(ProgressEvidence.objects.get(pk=kept.pk))
