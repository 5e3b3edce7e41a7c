"""The Excel form of a roster: out, filled in, back; and what it may never do."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from wards import roster, uploads
from wards.models import Assignment, Officer, Position, Rating, User

DAY = dt.date(2022, 7, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def ward(pilot):
    return pilot.wards.order_by("sort_key").first()


@pytest.fixture
def keeper(ward):
    return User.objects.create_user("keeper")


class Form:
    """A roster's form opened as in a spreadsheet; `spare` are its rows for new posts."""

    def __init__(self, ward, language="en"):
        with translation.override(language):
            content = roster.write(ward, DAY)
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.page = self.book.worksheets[0]
        heads = [row for row in range(1, 20) if self.page.cell(row, 1).value == "so-ket:headings"]
        rows = range(heads[0] + 1, self.page.max_row + 1)
        self.held = {
            str(self.page.cell(row, 1).value): row for row in rows if self.page.cell(row, 1).value
        }
        self.spare = [row for row in rows if not self.page.cell(row, 1).value]

    def put(self, row, **cells):
        for name, content in cells.items():
            self.page.cell(row, roster.COLUMNS[name]).value = content
        return self

    def get(self, row, name):
        return self.page.cell(row, roster.COLUMNS[name]).value

    def saved(self):
        stream = io.BytesIO()
        self.book.save(stream)
        return stream


def held(ward):
    return ward.assignments.on(DAY).select_related("officer").order_by("pk").first()


NEW = {
    "full_name": "Phạm Thị Mới",
    "birth_year": "1990",
    "sex": "Female",
    "position": "chủ tịch ubnd phường",
    "start": "02/07/2022",
    "level": "master",
    "field": "Luật",
    "theory": "intermediate",
    "training": "specialist",
    "foreign_language": "Tiếng Anh B",
    "it": "=1+1",
    "year": 2021,
    "grade": "good",
    "decision": "12/QĐ-UBND",
}


def add(form, row, **changes):
    form.put(row, **(NEW | changes))
    form.page.cell(row, roster.COLUMNS["it"]).data_type = "s"
    return form


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_roster_sent_back_as_it_was_changes_nothing(ward, language):
    reading = roster.read(Form(ward, language).saved(), ward)
    assert (reading.rows, reading.findings, reading.notes) == ([], [], [])
    assert reading.unchanged == ward.assignments.on(DAY).count() > 5


def test_what_is_written_of_a_new_officer_comes_back_value_for_value(ward, keeper):
    Position.objects.filter(code="chair").update(name_vi="Chủ tịch UBND phường")
    form = add(Form(ward), Form(ward).spare[0])
    reading = roster.read(form.saved(), ward)
    assert (reading.findings, reading.new, reading.changed) == ([], 1, 0)
    assert not Officer.objects.filter(full_name="Phạm Thị Mới").exists()
    kept, findings = reading.save(keeper)
    assert (len(kept), findings) == (1, [])
    officer = Officer.objects.get(full_name="Phạm Thị Mới")
    found = {name: getattr(officer, name) for name in roster.OFFICER}
    assert found == {
        **{"full_name": "Phạm Thị Mới", "birth_year": 1990, "sex": "f", "level": 4},
        **{"field": "Luật", "theory": 2, "training": 2, "foreign_language": "Tiếng Anh B"},
        "it": "=1+1",
    }
    (post,) = officer.assignments.all()
    assert (post.ward, post.start, post.end, post.concurrent) == (
        ward,
        dt.date(2022, 7, 2),
        None,
        False,
    )
    assert (post.position.name_vi, post.decision) == ("Chủ tịch UBND phường", "12/QĐ-UBND")
    assert [(each.year, each.grade) for each in officer.ratings.all()] == [(2021, "good")]
    assert {officer.history.first().history_user, post.history.first().history_user} == {keeper}


def test_what_was_shown_is_known_again_when_the_answer_comes(ward, keeper, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    form = add(Form(ward), Form(ward).spare[0], concurrent=False, level=4)
    file = SimpleUploadedFile("roster.xlsx", form.saved().getvalue())
    reading = roster.read(file, ward)
    token = uploads.keep(file, keeper, ["roster", ward.pk], reading.shown())
    kept = uploads.take(token, keeper, ["roster", ward.pk])
    with kept.open() as again:
        assert roster.read(again, ward).shown() == kept.shown != []
    reading.save(keeper)
    with kept.open() as again:
        assert roster.read(again, ward).shown() != kept.shown
    with pytest.raises(uploads.Gone):
        uploads.take(token, keeper, ["roster", ward.pk + 1])


def test_only_what_was_changed_is_changed(ward, keeper):
    post = held(ward)
    form = Form(ward)
    form.put(form.held[str(post.pk)], end=dt.date(2022, 7, 15), level="doctor")
    Officer.objects.filter(pk=post.officer_id).update(it="untouched")
    later = Form(ward)
    later.put(later.held[str(post.pk)], end=dt.date(2022, 7, 15), level="doctor")
    reading = roster.read(later.saved(), ward)
    assert [change[0] for change in reading.rows[0].changes] == [
        "Until",
        "Professional qualification",
    ]
    reading.save(keeper)
    post.refresh_from_db()
    assert (post.end, post.officer.level, post.officer.it) == (dt.date(2022, 7, 15), 5, "untouched")
    stale = roster.read(form.saved(), ward)
    assert stale.rows == []
    assert "changed on the site" in stale.findings[0].reason


def test_who_ends_one_post_may_begin_another_in_the_same_file(ward, keeper):
    post = held(ward)
    form = Form(ward)
    row = form.held[str(post.pk)]
    person = {"full_name": form.get(row, "full_name"), "birth_year": form.get(row, "birth_year")}
    begins = {**person, "position": form.get(row, "position"), "start": dt.date(2022, 7, 16)}
    form.put(form.spare[0], **begins)
    (finding,) = roster.read(form.saved(), ward).findings
    assert "already holds a main post" in finding.reason
    assert finding.row == form.spare[0]
    form.put(row, end=dt.date(2022, 7, 15))
    reading = roster.read(form.saved(), ward)
    assert (reading.findings, len(reading.rows)) == ([], 2)
    before = post.officer.assignments.count()
    reading.save(keeper)
    assert post.officer.assignments.count() == before + 1
    assert Officer.objects.filter(full_name=person["full_name"]).count() == 1


def test_two_posts_of_somebody_new_make_one_officer(ward, keeper):
    form = Form(ward)
    add(form, form.spare[0])
    other = Position.objects.get(code="finance").name_vi
    add(form, form.spare[1], position=other, concurrent="yes", year=None, grade=None)
    reading = roster.read(form.saved(), ward)
    assert reading.findings == []
    reading.save(keeper)
    (officer,) = Officer.objects.filter(full_name="Phạm Thị Mới")
    assert sorted(officer.assignments.values_list("concurrent", flat=True)) == [False, True]


def test_a_blank_row_and_a_deleted_row_remove_nobody(ward, keeper):
    form = Form(ward)
    first, second = list(form.held.values())[:2]
    form.put(first, **dict.fromkeys(roster.COLUMNS))
    form.page.delete_rows(second)
    reading = roster.read(form.saved(), ward)
    assert (reading.rows, reading.findings) == ([], [])
    assert [each.row for each in reading.notes] == [first]


WRONG = {
    "no name": ({"full_name": None}, "A new row needs a name", ""),
    "no first day": ({"start": None}, "A new row needs a name", ""),
    "no such position": ({"position": "Thủ tướng"}, "Choose one from the list.", "F"),
    "no such sex": ({"sex": "x"}, "Choose one from the list.", "E"),
    "no year": ({"birth_year": "01/01/1990"}, "This is not a year.", "D"),
    "born too early": ({"birth_year": 1800}, "not a year of birth", "C"),
    "no day": ({"start": "31/02/2022"}, "This is not a date.", "H"),
    "ends before it begins": ({"end": "01/01/2020"}, "The last day lies before the first.", "C"),
    "grade without a year": ({"year": None}, "both its year and its grade", "Q"),
    "formula": ({"full_name": '="Phạm"'}, "This is a formula.", "C"),
    "name without end": ({"full_name": "x" * 200}, "at most 150", "C"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_cell_is_told_and_its_row_left_out(ward, name):
    changes, reason, column = WRONG[name]
    form = add(Form(ward), Form(ward).spare[0], **changes)
    reading = roster.read(form.saved(), ward)
    assert reading.rows == []
    told = [(each.reason, each.row, each.column) for each in reading.findings]
    assert [(row, letter) for text, row, letter in told if reason in text] == [
        (form.spare[0], column)
    ], told
    assert not Officer.objects.filter(full_name__startswith="Phạm Thị M").exists()


def test_the_roster_of_another_ward_and_posts_of_another_ward_are_refused(ward, pilot):
    other = pilot.wards.order_by("sort_key").last()
    reading = roster.read(Form(other).saved(), ward)
    assert "another unit" in reading.findings[0].reason
    form, foreign = Form(ward), held(other)
    row = next(iter(form.held.values()))
    form.page.cell(row, 1).value = str(foreign.pk)
    form.put(row, full_name="Kẻ Lạ")
    reading = roster.read(form.saved(), ward)
    assert reading.rows == []
    assert "not on the roster of this ward" in reading.findings[0].reason
    assert not Officer.objects.filter(full_name="Kẻ Lạ").exists()


def test_the_trial_leaves_no_trace(ward):
    before = [model.objects.count() for model in (Officer, Assignment, Rating)]
    log = [model.history.count() for model in (Officer, Assignment)]
    assert roster.read(add(Form(ward), Form(ward).spare[0]).saved(), ward).new == 1
    assert [model.objects.count() for model in (Officer, Assignment, Rating)] == before
    assert [model.history.count() for model in (Officer, Assignment)] == log
