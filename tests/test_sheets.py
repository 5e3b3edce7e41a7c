"""The Excel form of a return: what is filled in comes back value for value, and nothing else changes."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilot import numbers, periods, sheets
from pilot.models import Evidence, Period, Submission, Value
from pilot.returns import Return
from tests.form import (
    DAY,
    DENOMINATOR,
    KINDS,
    NUMERATOR,
    REASON,
    STATE,
    Filling,
    a_return,
    filling,
    reported,
)
from tests.test_security import nothing_inline
from wards import uploads
from wards.models import User
from wards.vietnamese import nfc

NOT_AVAILABLE = {
    "state": "not_available",
    "numerator": None,
    "denominator": None,
    "happened_on": None,
    "reason": "Chưa có phần mềm",
}
VALUES = {
    "on_time": reported(612, 618),
    "spent": reported("1234.5", "1000"),
    "overdue": reported(0),
    "money": reported("999999999999999.25"),
    "rules": reported(1, happened_on=dt.date(2022, 6, 20), reason="=1+1"),
    "mark": NOT_AVAILABLE,
}


def found(reading):
    return {entry.indicator.code: entry.fields for entry in reading.entries}


# Round trips -----------------------------------------------------------------------------------


def test_what_is_filled_in_comes_back_value_for_value():
    form = filling()
    form.put("on_time", NUMERATOR, 612).put("on_time", DENOMINATOR, 618)
    form.put("spent", NUMERATOR, 1234.5).put("spent", DENOMINATOR, 1000)
    form.put("overdue", NUMERATOR, 0)
    form.put("money", NUMERATOR, "999999999999999,25")
    form.put("rules", NUMERATOR, str(sheets.ANSWERS[0][1]).upper()).put(
        "rules", DAY, dt.date(2022, 6, 20)
    )
    form.cell("rules", REASON).value = "=1+1"
    form.cell("rules", REASON).data_type = "s"
    form.put("mark", STATE, "không có số liệu").put("mark", REASON, "Chưa có phần mềm")
    reading = sheets.read(form.saved(), a_return())
    assert reading.findings == reading.notes == []
    assert found(reading) == VALUES


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_form_sent_back_as_it_was_changes_nothing_in_either_language(language):
    with translation.override(language):
        content = sheets.write(a_return(VALUES))
    sheet = a_return(VALUES)
    for cell, there in zip(sheet.cells, a_return(VALUES).cells, strict=True):
        cell.value.edit = there.value.edit
    reading = sheets.read(io.BytesIO(content), sheet)
    assert (reading.entries, reading.findings, reading.notes) == ([], [], [])
    assert reading.unchanged == len(VALUES)


def decimals(places, most=10**9):
    return st.integers(0, most).map(lambda n: Decimal(n).scaleb(-places))


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).map(nfc)
REASONS = st.sampled_from(["", "=SUM(A1)", "+84", "-", "@x"]) | WORDS.filter(
    lambda text: text and "_x" not in text.lower()
)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2022, 6, 30))
MISSING = st.builds(
    lambda state, reason: NOT_AVAILABLE | {"state": state, "reason": reason},
    st.sampled_from(["not_applicable", "not_available"]),
    REASONS.filter(bool),
)


@st.composite
def fills(draw):
    """What somebody might enter in each cell; None leaves it blank."""
    made = {}
    for code, kind in KINDS.items():
        places = kind.get("decimals", 0)
        first, second = sorted([draw(decimals(places)), draw(decimals(places))])
        if kind["kind"] == "ratio":
            cell = reported(first if second else 0, second)
        elif kind["kind"] == "yes_no":
            cell = reported(draw(st.sampled_from([0, 1])), happened_on=draw(st.none() | DAYS))
        else:
            cell = reported(min(first, kind.get("points", first)))
        cell["reason"] = draw(REASONS)
        made[code] = draw(st.sampled_from([cell, None, draw(MISSING)]))
    return made


def typed(number, as_text):
    if number is None or not as_text:
        return number
    return numbers.editable(number, "vi")


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(made=fills(), as_text=st.booleans(), before=fills())
def test_any_fill_over_any_form_comes_back_value_for_value(made, as_text, before):
    sheet = a_return(before)
    form = Filling(sheets.write(sheet))
    labels = dict(Value.State.choices)
    for code, cell in made.items():
        if cell is None:
            continue
        form.put(code, NUMERATOR, typed(cell["numerator"], as_text))
        form.put(code, DENOMINATOR, typed(cell["denominator"], as_text))
        form.put(code, STATE, str(labels[cell["state"]]))
        form.put(code, DAY, cell["happened_on"])
        form.cell(code, REASON).value = cell["reason"] or None
        if cell["reason"]:
            form.cell(code, REASON).data_type = "s"
    reading = sheets.read(form.saved(), sheet)
    assert reading.findings == []
    changed = {c: cell for c, cell in made.items() if cell is not None and cell != before[c]}
    assert found(reading) == changed


def test_zero_is_a_figure_and_a_blank_deletes_nothing():
    form = filling(values={"on_time": reported(3, 4), "overdue": reported(5)})
    form.put("on_time", NUMERATOR, None).put("on_time", DENOMINATOR, None)
    form.put("money", NUMERATOR, 0)
    sheet = same_marks({"on_time": reported(3, 4), "overdue": reported(5)}, form)
    reading = sheets.read(form.saved(), sheet)
    assert found(reading) == {"money": reported(0)}
    assert [note.row for note in reading.notes] == [form.rows["on_time"]]


def same_marks(values, form, **changed):
    """The return that the form was written for, with `changed` entries made since."""
    sheet = a_return(values | changed)
    for cell in sheet.cells:
        if cell.value and cell.indicator.code not in changed:
            cell.value.edit = form.cell(cell.indicator.code, sheets.MARK).value
    return sheet


def test_an_old_form_undoes_nobodys_later_entry():
    old = {"on_time": reported(3, 4), "overdue": reported(5), "money": reported(1)}
    form = filling(values=old).put("overdue", NUMERATOR, 6).put("money", NUMERATOR, 2)
    later = {"on_time": reported(4, 4), "overdue": reported(7), "money": reported(2)}
    reading = sheets.read(form.saved(), same_marks(old, form, **later))
    assert reading.entries == []
    assert [each.row for each in reading.notes] == [form.rows["on_time"]]
    assert [each.row for each in reading.findings] == [form.rows["overdue"]]
    assert reading.unchanged == 2  # what only they changed, and what both changed alike


def test_rows_that_were_sorted_are_known_again():
    form = filling()
    form.put("on_time", NUMERATOR, 3).put("on_time", DENOMINATOR, 4).put("mark", NUMERATOR, 9)
    first, last = form.rows["on_time"], form.rows["mark"]
    for column in range(1, sheets.TARGET + 1):
        one, other = form.page.cell(first, column), form.page.cell(last, column)
        one.value, other.value = other.value, one.value
    reading = sheets.read(form.saved(), a_return())
    assert found(reading) == {"on_time": reported(3, 4), "mark": reported(9)}


def test_only_the_cells_to_fill_in_are_open_and_they_say_what_they_take():
    form = filling(values={"rules": VALUES["rules"]})
    assert form.page.protection.sheet
    open_cells = {
        c.coordinate for row in form.page.iter_rows() for c in row if not c.protection.locked
    }
    row = form.rows["on_time"]
    assert {c for c in open_cells if c.endswith(str(row))} == {f"{x}{row}" for x in "GIJL"}
    assert f"I{form.rows['overdue']}" not in open_cells
    rules = {str(rule.sqref): rule for rule in form.page.data_validations.dataValidation}
    assert (rules[f"G{row}"].type, rules[f"G{row}"].operator) == ("whole", "greaterThanOrEqual")
    assert rules[f"J{row}"].type == "list"
    assert form.cell("on_time", sheets.NAME).comment
    assert form.cell("rules", REASON).data_type == "s"
    assert (form.page.page_setup.orientation, form.page.page_setup.paperSize) == ("landscape", 9)
    assert not form.page.merged_cells.ranges


# On the site -----------------------------------------------------------------------------------


@pytest.fixture
def ward(pilot):
    return pilot.wards.order_by("sort_key").first()


@pytest.fixture
def period(pilot, ward):
    """The last month, for which the ward has handed in nothing."""
    period = pilot.periods.filter(kind="month").latest("end")
    Submission.objects.filter(period=period, ward=ward).delete()
    return period


@pytest.fixture
def officer(client, ward):
    user = User.objects.create_user("officer")
    user.memberships.create(role="enter", ward=ward)
    client.force_login(user)
    return user


class Site:
    """The pages of one return as a person goes through them."""

    def __init__(self, client, pilot, period, unit):
        self.client, self.place = client, [pilot.slug, period.code, unit]

    def form(self):
        return Filling(self.client.get(reverse("sheet", args=self.place)).content)

    def send(self, form, name="Tháng 6.xlsx"):
        file = SimpleUploadedFile(name, form.saved().read())
        return self.client.post(reverse("upload", args=self.place), {"file": file})

    def answer(self, page, choice="import"):
        data = {"token": page.context["token"], choice: ""}
        page = self.client.post(reverse("import_sheet", args=self.place), data, follow=True)
        return [str(message) for message in page.context["messages"]]


@pytest.fixture
def site(client, pilot, period, ward, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Site(client, pilot, period, ward.pk)


def filled(site):
    form = site.form()
    form.put("dossiers_on_time", NUMERATOR, 5).put("dossiers_on_time", DENOMINATOR, 6)
    return form.put("dossiers_overdue", NUMERATOR, 0)


def test_a_form_goes_out_comes_back_is_shown_and_only_then_imported(site, officer, tmp_path):
    page = site.send(filled(site))
    assert page.status_code == 200
    nothing_inline(page.content.decode())
    assert not Submission.objects.filter(period__code=site.place[1], ward=site.place[2]).exists()
    site.answer(page)
    submission = Submission.objects.get(period__code=site.place[1], ward=site.place[2])
    kept = {value.indicator.code: str(value) for value in submission.values.all()}
    assert kept == {"dossiers_on_time": "5/6", "dossiers_overdue": "0"}
    assert submission.values.first().history.first().history_user == officer
    evidence = Evidence.objects.get()
    assert (evidence.name, evidence.submission) == ("Tháng 6.xlsx", submission)
    assert openpyxl.load_workbook(evidence.file).worksheets
    assert list((tmp_path / uploads.FOLDER).iterdir()) == []


def test_a_second_click_imports_nothing_twice(site):
    page = site.send(filled(site))
    site.answer(page)
    marks = set(Value.objects.filter(submission__ward=site.place[2]).values_list("edit", flat=True))
    site.answer(page)
    again = set(Value.objects.filter(submission__ward=site.place[2]).values_list("edit", flat=True))
    assert marks == again
    assert Evidence.objects.count() == 1


def test_whoever_answers_nothing_gets_nothing(site, tmp_path):
    page = site.send(filled(site))
    site.answer(page, "nothing")
    assert not Submission.objects.filter(period__code=site.place[1], ward=site.place[2]).exists()
    assert list((tmp_path / uploads.FOLDER).iterdir()) == []
    site.answer(page)
    assert not Submission.objects.filter(period__code=site.place[1], ward=site.place[2]).exists()


def test_what_somebody_enters_between_the_two_steps_stays(site, period, ward):
    page = site.send(filled(site))
    reviewer = User.objects.get(username="phongnoivu")
    submission = Submission.objects.claim(site.place[0], period.code, ward)
    indicator = submission.asked().get(code="dossiers_overdue")
    submission.enter(reviewer, indicator, reported(9), "", "m" * 32)
    with translation.override("en"):
        assert len(site.answer(page)) == 2
    kept = {value.indicator.code: str(value) for value in submission.values.all()}
    assert kept == {"dossiers_on_time": "5/6", "dossiers_overdue": "9"}


def test_the_answer_counts_for_the_person_and_the_return_that_was_shown(site, pilot, client, ward):
    page = site.send(filled(site))
    other = pilot.periods.filter(kind="month").order_by("-end")[1]
    Submission.objects.filter(period=other, ward=ward).delete()
    Site(client, pilot, other, ward.pk).answer(page)
    assert not Submission.objects.filter(period=other, ward=ward).exists()
    user = User.objects.create_user("second")
    user.memberships.create(role="enter", ward=ward)
    client.force_login(user)
    site.answer(page)
    assert not Submission.objects.filter(period__code=site.place[1], ward=ward).exists()


def test_a_return_that_was_handed_in_meanwhile_takes_nothing(site, period, ward):
    page = site.send(filled(site))
    submission = Submission.objects.claim(site.place[0], period.code, ward)
    now = dt.datetime(2022, 7, 1, tzinfo=dt.UTC)
    Submission.objects.filter(pk=submission.pk).update(state="submitted", submitted_at=now)
    site.answer(page)
    assert not submission.values.exists()
    assert not Evidence.objects.exists()
    assert "token" not in site.send(filled(site)).context


def test_what_is_wrong_is_told_and_the_rest_can_be_imported(site):
    form = filled(site).put("breaches", NUMERATOR, "=1+1").put("title_vacancies", NUMERATOR, -1)
    page = site.send(form)
    places = {(each.row, each.column) for each in page.context["reading"].findings}
    assert places == {(form.rows["breaches"], "G"), (form.rows["title_vacancies"], "G")}
    site.answer(page)
    assert (
        Value.objects.filter(
            submission__ward=site.place[2], submission__period__code=site.place[1]
        ).count()
        == 2
    )


def test_only_where_there_is_a_rest_may_it_be_imported(site):
    some = site.send(filled(site).put("breaches", NUMERATOR, "=1+1")).content.decode()
    assert "hoặc nhập ngay phần còn lại" in some
    none = site.send(site.form().put("breaches", NUMERATOR, "=1+1")).content.decode()
    assert "Sửa các chỗ này trong tệp rồi chọn lại tệp." in none
    assert "hoặc nhập ngay phần còn lại" not in none


def test_the_districts_own_return_has_a_form_too(client, pilot, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    user = User.objects.create_user("office")
    user.memberships.create(role="enter", district=pilot.district)
    client.force_login(user)
    period = Period.of_span(pilot, periods.parse("2022-Q2"))
    period.save()
    site = Site(client, pilot, period, None)
    site.answer(site.send(site.form().put("council_fulltime", NUMERATOR, 7)))
    (value,) = Value.objects.filter(submission__period=period, submission__ward=None)
    assert value.numerator == 7


def test_a_form_costs_the_same_few_queries_however_much_it_holds(
    site, pilot, ward, django_assert_max_num_queries
):
    full = pilot.periods.filter(kind="month").order_by("end").first()
    with django_assert_max_num_queries(22):
        Site(site.client, pilot, full, ward.pk).form()
    sheet = Return(full, ward, Submission.objects.filter(period=full, ward=ward).first())
    assert sum(cell.value is not None for cell in sheet.cells) > 10


def test_files_that_nobody_came_back_for_are_swept_away(site, tmp_path):
    import os

    site.send(filled(site))
    (waiting,) = (tmp_path / uploads.FOLDER).iterdir()
    os.utime(waiting, (0, 0))
    site.send(filled(site))
    assert waiting not in (tmp_path / uploads.FOLDER).iterdir()
