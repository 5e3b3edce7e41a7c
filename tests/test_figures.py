"""A CSV file of figures: read whole or not at all, with a finding for everything that is wrong."""

import io

import pytest
from django.core.management import CommandError, call_command

from pilot.figures import Refused, import_figures
from pilot.frameworks import REFERENCE
from pilot.models import Indicator, Period, Pilot, Submission, Value
from wards.findings import MOST_FINDINGS
from wards.models import District, Ward

pytestmark = pytest.mark.django_db

GOOD = (REFERENCE / "qd766-communes.csv").read_text(encoding="utf-8")
HEADING, *LINES = GOOD.splitlines()


@pytest.fixture
def file(tmp_path):
    """Writes a text (or bytes) to a file and gives its path."""

    def write(content):
        path = tmp_path / "figures.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def load(path, period="2026-10-05", **options):
    return import_figures(path, "qd766", period, **options)


def refused(path, **options):
    """The findings as sentences; whatever happens, nothing may have been written."""
    with pytest.raises(Refused) as error:
        load(path, **options)
    assert not Value.objects.exists()
    assert not Pilot.objects.exists()
    assert not District.objects.exists()
    return [str(finding) for finding in error.value.findings]


def lines(*rows):
    return "\n".join([HEADING, *rows, ""])


def changed(line, column, text):
    """The line with one cell replaced."""
    cells = line.split(",")
    cells[HEADING.split(",").index(column)] = text
    return ",".join(cells)


# What goes in ----------------------------------------------------------------------------------


def test_an_empty_database_gets_pilot_framework_district_units_period_and_approved_returns(file):
    done = load(file(GOOD))
    assert (done.units, done.created, done.unchanged) == (11, 213, 0)
    pilot = Pilot.objects.get(slug="qd766")
    assert pilot.district.name_vi == "Tỉnh Đắk Lắk" or pilot.district.name_vi == "Đắk Lắk"
    assert pilot.themes.count() == 6
    assert pilot.wards.count() == 11
    assert Ward.objects.get(code="H15.107").name_vi == "Phường Cư Bao"
    assert Period.objects.get().code == "2026-10-05"
    assert set(Submission.objects.values_list("state", flat=True)) == {"approved"}


def test_a_second_run_of_the_same_file_changes_nothing(file):
    load(file(GOOD))
    before = list(Value.history.values_list("pk", flat=True))
    done = load(file(GOOD))
    assert (done.created, done.changed, done.removed, done.unchanged) == (0, 0, 0, 213)
    assert list(Value.history.values_list("pk", flat=True)) == before


def test_a_corrected_file_changes_the_cells_that_differ_and_keeps_their_history(file):
    load(file(GOOD))
    line = changed(LINES[0], "on_time", "2600")
    done = load(file(lines(changed(line, "paid_online", ""), *LINES[1:])))
    assert (done.created, done.changed, done.removed) == (0, 1, 1)
    kept = Value.objects.get(indicator__code="on_time", submission__ward__code="H15.139")
    assert [str(each.numerator.normalize()) for each in kept.history.all()] == ["2.6E+3", "2563"]


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(file):
    done = load(file(GOOD), dry_run=True)
    assert done.created == 213
    assert not Pilot.objects.exists()
    assert not Ward.objects.exists()


def test_a_blank_cell_is_missing_and_nothing_of_nothing_is_a_figure(file):
    load(file(lines(changed(LINES[0], "received", ""))))
    kept = dict(Value.objects.values_list("indicator__code", "denominator"))
    assert "on_time" not in kept
    assert kept["pakn_on_time"] == 0


def test_semicolons_capitals_and_decomposed_letters_are_read(file):
    import unicodedata

    text = unicodedata.normalize("NFD", lines(LINES[0])).replace(
        "UBND xã Hòa Sơn", "UBND XÃ HÒA SƠN"
    )
    done = load(file("\ufeff" + text.replace(",", ";")))
    assert any("chấm phẩy" in note for note in done.notes)
    assert Ward.objects.get().name_vi == "Xã Hòa Sơn"


def test_an_unknown_column_is_told_and_passed_over(file):
    done = load(file(f"{HEADING},colour\n{LINES[0]},red\n"))
    assert any("colour" in note for note in done.notes)


def test_a_second_period_of_the_same_units_is_added(file):
    load(file(GOOD))
    load(file(GOOD), period="2026-11-05")
    assert Period.objects.count() == 2
    assert Ward.objects.count() == 11


# What does not ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD.encode("utf-16"), "UTF-8"),
        (GOOD.encode("cp1258", errors="replace"), "UTF-8"),
        (b"PK\x03\x04\x00\x00", "tệp văn bản"),
        ("", "không có nội dung"),
        ("\n\n", "không có nội dung"),
        (HEADING + "\n", "không có dòng"),
        ("a,b,c\n1,2,3\n", "code"),
        (lines(LINES[0], LINES[0]), "2"),
        (lines(LINES[0] + ",7"), "32"),
        (lines(changed(LINES[0], "on_time", "abc")), "on_time.*abc"),
        (lines(changed(LINES[0], "on_time", "9999")), "9999.*2668"),
        (lines(changed(LINES[0], "on_time", "-1")), "-1"),
        (lines(changed(LINES[0], "on_time", "1.5")), "1.5"),
        (lines(changed(LINES[0], "on_time", "1.234")), "1234"),
        (lines(changed(LINES[0], "on_time", "1e3")), "1e3"),
        (lines(changed(LINES[0], "s_cong_khai_18", "18.01")), "18.01"),
        (lines(changed(LINES[0], "code", "")), "code"),
        (lines(changed(LINES[0], "code", "H99.139"), LINES[1]), "H15, H99"),
        (lines('"' + LINES[0]), "dòng"),
        (lines(changed(LINES[0], "name_vi", "x" * 201)), "name_vi"),
        (HEADING.replace("on_time", "on_tim") + "\n" + LINES[0], "on_time"),
        (HEADING.replace("overdue", "on_time") + "\n" + LINES[0], "on_time"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_whole_with_its_reason(file, content, said):
    import re

    found = "\n".join(refused(file(content)))
    assert re.search(said, found, re.DOTALL | re.IGNORECASE), found


def test_every_fault_is_told_with_row_column_and_value(file):
    rows = [changed(LINES[0], "on_time", "abc"), changed(LINES[1], "received", "?")]
    found = refused(file(lines(*rows)))
    assert len([each for each in found if "abc" in each and "2" in each and "on_time" in each]) == 1
    assert any("3" in each and "received" in each for each in found)


def test_a_file_of_50_megabytes_is_refused_unread(file):
    assert "50" in refused(file(b"x" * 50 * 1024**2))[0]


def test_a_missing_file_and_an_unknown_framework_are_said(tmp_path):
    refused(tmp_path / "nowhere.csv")
    with pytest.raises(Refused, match="urban-government"):
        import_figures(tmp_path / "x.csv", "nothing", "2026-10-05")


@pytest.mark.parametrize(
    "period", ["2026-13", "2026-02-30", "yesterday", "", "2026-Q5", "2026-10", "2025-06-30"]
)
def test_a_period_nobody_can_report_on_is_refused(file, period):
    refused(file(GOOD), period=period)


def test_a_slug_that_is_no_address_is_refused(file):
    refused(file(GOOD), slug="a b")


def test_a_unit_that_the_pilot_does_not_have_is_refused(file):
    load(file(GOOD))
    with pytest.raises(Refused, match=r"H15\.999"):
        load(file(lines(changed(LINES[0], "code", "H15.999"))))
    assert Value.objects.count() == 213


def test_a_pilot_whose_framework_lacks_an_indicator_is_told_so(file):
    load(file(GOOD))
    Value.objects.filter(indicator__code="reused").delete()
    Indicator.objects.get(code="reused").delete()
    with pytest.raises(Refused, match="so_hoa/reused"):
        load(file(GOOD))


def test_a_return_entered_by_hand_is_not_overwritten(file):
    load(file(GOOD))
    Submission.objects.filter(ward__code="H15.139").update(source="")
    with pytest.raises(Refused, match=r"H15\.139"):
        load(file(GOOD))


def test_the_command_says_nothing_was_written(file):
    with pytest.raises(CommandError, match="Không ghi gì"):
        call_command("import_figures", str(file("")), framework="qd766", period="2026-10-05")
    out = io.StringIO()
    path = str(file(GOOD))
    call_command("import_figures", path, framework="qd766", period="2026-10-05", stdout=out)
    assert "11 đơn vị, 213 số liệu mới" in out.getvalue()


def test_no_more_than_a_few_hundred_findings_are_told(file):
    row = changed(LINES[0], "on_time", "abc")
    many = [changed(row, "code", f"H15.{n}") for n in range(1000)]
    with pytest.raises(Refused) as error:
        load(file(lines(*many)))
    assert len(error.value.findings) == MOST_FINDINGS
