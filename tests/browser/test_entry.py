"""Entering, submitting and deciding, as people do it: by keyboard, on a bad line, two at once."""

import re
import time

import pytest
from playwright.sync_api import expect

from pilot import demo
from pilot.models import Indicator, Period, Submission, Value
from wards.models import Ward

from .conftest import accessible, fits, log_in, type_log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONTH = "2022-06"


def home():
    """The ward whose people log in, and the address of its return of the last month."""
    ward = Ward.objects.get(code=demo.HOME)
    return ward, f"/pilots/nam-tu-liem/returns/{MONTH}/{ward.pk}/"


def row(page, code):
    """The row of an indicator in the form."""
    return page.locator(f"#cell-{Indicator.objects.get(code=code).pk}")


def kept(code, ward):
    """What the database holds in a cell: numerator, denominator, reason."""
    found = Value.objects.filter(
        indicator__code=code, submission__ward=ward, submission__period__code=MONTH
    ).first()
    return found and (found.numerator, found.denominator, found.reason)


def says(locator, word):
    expect(locator.locator(".cell-saved")).to_have_text(word)


def test_a_full_return_of_thirty_indicators_by_keyboard_alone(site, page):
    """Done 6: no mouse, no page load between cells, under three minutes of script time."""
    ward, address = home()
    Indicator.objects.filter(theme__pilot__slug="nam-tu-liem").update(
        frequency="month", level="ward", plausible_low=None, plausible_high=None
    )
    Submission.objects.filter(ward=ward, period__code=MONTH).delete()
    asked = list(Indicator.objects.asked(Period.objects.get(pilot__slug="nam-tu-liem", code=MONTH)))
    assert len(asked) >= 30
    log_in(page, site, "nhap.metri")
    page.goto(site + address)
    page.evaluate("window.stayed = true")
    page.keyboard.press("F8")
    begun = time.monotonic()
    for number, indicator in enumerate(asked, 1):
        if indicator.kind == "yes_no":
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
        elif indicator.kind == "ratio":
            page.keyboard.type("40")
            page.keyboard.press("Enter")
            page.keyboard.type(str(40 + number))
        else:
            page.keyboard.type("3")
        page.keyboard.press("Enter")
    expect(page.locator("#filled")).to_have_text(str(len(asked)))
    assert time.monotonic() - begun < 180
    assert page.evaluate("window.stayed")
    values = Value.objects.filter(submission__ward=ward, submission__period__code=MONTH)
    assert values.count() == len(asked)
    assert all(
        (value.numerator, value.denominator) == (40, 40 + number)
        for number, indicator in enumerate(asked, 1)
        for value in values.filter(indicator=indicator, indicator__kind="ratio")
    )


def test_the_whole_way_of_a_return(site, page, new_context, complaints):
    """Done 1: from the first figure to the overview, with everything that goes wrong on the way."""
    ward, address = home()
    log_in(page, site, "nhap.metri")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 việc cần làm")
    page.get_by_role("link", name=re.compile("Nhập tiếp")).click()
    page.wait_for_url("**" + address)
    _paste_a_block(page, ward)
    _be_asked_and_warned(page, ward)
    _lose_the_line_for_ten_saves(page, ward, complaints)
    _collide(site, page, ward, address)
    _log_out_and_in_again(site, page, ward, address)
    _fill_the_rest(page)

    leader = someone(new_context, site, "chutich.metri")
    leader.get_by_role("link", name=re.compile("Kiểm tra và trình")).click()
    _submit(leader)
    reviewer = someone(new_context, site, "phongnoivu")
    before = tile(reviewer, site)
    _send_back(site, reviewer, ward, address)
    _mend(site, page, address)
    leader.goto(f"{site}{address}submit/")
    _submit(leader)
    _approve(site, reviewer, ward)
    assert tile(reviewer, site) != before
    _read_the_history(site, reviewer, address)
    # Refusals are answers of this page, though the browser calls them errors.
    complaints[:] = [each for each in complaints if "422" not in each and "409" not in each]


def _paste_a_block(page, ward):
    """By keyboard, and a block with decimal commas out of a spreadsheet."""
    page.keyboard.press("F8")
    petitions = row(page, "petitions_on_time")
    expect(petitions.locator("input").first).to_be_focused()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "18,0\\t20,0\\r\\n2,0\\r\\n");
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.locator("#paste")).to_contain_text("2 số liệu dùng được")
    expect(page.locator("#paste [data-apply]")).to_be_focused()
    page.keyboard.press("Enter")
    says(petitions, "đã lưu")
    says(row(page, "dossiers_overdue"), "đã lưu")
    assert kept("petitions_on_time", ward)[:2] == (18, 20)
    assert kept("dossiers_overdue", ward)[0] == 2


def _be_asked_and_warned(page, ward):
    """A number that can be read in two ways is asked about; one that is far off wants a reason."""
    filed = row(page, "dossiers_online")
    filed.locator("input").nth(1).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("1.234")
    page.keyboard.press("Enter")
    says(filed, "chưa lưu")
    expect(filed).to_contain_text("đọc được theo hai cách")
    filed.get_by_role("button", name="1.234", exact=True).press("Enter")
    says(filed, "đã lưu")
    expect(filed).to_contain_text("Thấp hơn nhiều so với kỳ trước")
    expect(filed).to_contain_text("Đề nghị ghi lý do")
    page.locator("body").press("F8")
    page.keyboard.type("Cổng dịch vụ công ngừng 9 ngày để nâng cấp")
    page.keyboard.press("Enter")
    says(filed, "đã lưu")
    expect(filed).not_to_contain_text("Đề nghị ghi lý do")
    assert kept("dossiers_online", ward) == (
        230,
        1234,
        "Cổng dịch vụ công ngừng 9 ngày để nâng cấp",
    )


def _submit(leader):
    """The leader sees what the return changes and what was explained, and hands it in."""
    expect(leader.locator(".effect")).to_contain_text("%")
    expect(leader.locator("body")).to_contain_text("Cổng dịch vụ công ngừng 9 ngày")
    leader.get_by_role("button", name="Trình quận").press("Enter")
    expect(leader.locator(".messages")).to_contain_text("Phiếu đã trình quận")


def _send_back(site, reviewer, ward, address):
    """The reviewer asks about one cell and returns the whole."""
    reviewer.goto(f"{site}/pilots/nam-tu-liem/review/")
    expect(reviewer.locator(".queue")).to_contain_text("Cổng dịch vụ công ngừng 9 ngày")
    reviewer.get_by_role("link", name=f"{ward} · Tháng 6/2022").press("Enter")
    reviewer.wait_for_url("**" + address)
    asked = reviewer.locator("tr", has_text="Tỷ lệ phản ánh, kiến nghị").locator("details")
    asked.locator("summary").press("Enter")
    asked.locator("input").fill("Đề nghị đối chiếu với sổ tiếp dân")
    reviewer.get_by_label("Lý do, nếu trả lại phiếu").fill("Số phản ánh chưa khớp")
    reviewer.get_by_role("button", name="Trả lại").press("Enter")
    expect(reviewer.locator(".messages")).to_contain_text("Đã trả lại")


def _mend(site, page, address):
    """The officer finds the reasons at home and in the cell, and puts it right."""
    page.goto(f"{site}/desk/")
    expect(page.locator(".todo").first).to_contain_text("Số phản ánh chưa khớp")
    page.get_by_role("link", name=re.compile("Sửa phiếu")).press("Enter")
    page.wait_for_url("**" + address)  # its script begins with emptying what was typed before
    petitions = row(page, "petitions_on_time")
    page.locator(".entry-themes a", has_text="Phục vụ").click()
    expect(petitions).to_contain_text("Đề nghị đối chiếu với sổ tiếp dân")
    petitions.locator("input").first.fill("19")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    says(petitions, "đã lưu")


def _approve(site, reviewer, ward):
    """The reviewer sees what changed since, and lets it count."""
    reviewer.goto(f"{site}/pilots/nam-tu-liem/review/")
    expect(reviewer.locator(".queue")).to_contain_text("18 / 20 → 19 / 20")
    reviewer.get_by_role("link", name=f"{ward} · Tháng 6/2022").press("Enter")
    expect(reviewer.locator("tr", has_text="18 / 20")).to_contain_text("đã đổi")
    reviewer.get_by_role("button", name="Duyệt", exact=True).press("Enter")
    expect(reviewer.locator(".messages")).to_contain_text("Đã duyệt")


def _read_the_history(site, reviewer, address):
    """The cell's history tells it all."""
    indicator = Indicator.objects.get(code="petitions_on_time")
    reviewer.goto(f"{site}{address}cells/{indicator.pk}/")
    told = reviewer.locator(".log").first.inner_text()
    assert [part in told for part in ("19 / 20", "18 / 20", "Nguyễn Bích Quỳnh")] == [True] * 3
    expect(reviewer.locator(".comment")).to_contain_text("Đề nghị đối chiếu với sổ tiếp dân")


@pytest.mark.once
@pytest.mark.parametrize(
    ("username", "paths"),
    [
        (
            "nhap.metri",
            ["/desk/", "{0}", "{0}submit/", "{0}upload/", "{0}cells/{1}/", "/wards/{2}/staff/"],
        ),
        ("phongnoivu", ["{3}review/", "{3}milestones/", "{3}people/", "{3}returns/2022-05/{2}/"]),
    ],
)
def test_the_pages_of_entering_fit_and_are_accessible(site, page, username, paths):
    ward, address = home()
    indicator = Indicator.objects.get(code="dossiers_overdue").pk
    log_in(page, site, username)
    page.set_viewport_size({"width": 360, "height": 800})
    for path in paths:
        page.goto(site + path.format(address, indicator, ward.pk, "/pilots/nam-tu-liem/"))
        fits(page, path)
        accessible(page, path)
        page.set_viewport_size({"width": 1366, "height": 800})
        accessible(page, path)
        page.set_viewport_size({"width": 360, "height": 800})


def test_without_scripts_the_return_is_one_form_with_one_button(site, page, new_context):
    ward, address = home()
    log_in(page, site, "nhap.metri")
    state = page.context.storage_state()
    plain = new_context(storage_state=state, java_script_enabled=False).new_page()
    plain.goto(site + address)
    cell = row(plain, "dossiers_overdue")
    cell.locator("input").first.fill("6")
    wrong = row(plain, "petitions_on_time")
    wrong.locator("input").first.fill("9")
    wrong.locator("input").nth(1).fill("8")
    plain.get_by_role("button", name="Lưu", exact=True).click()
    expect(wrong).to_contain_text("lớn hơn mẫu số (8)")
    expect(wrong.locator("input").first).to_have_value("9")
    assert kept("dossiers_overdue", ward)[0] == 6
    assert kept("petitions_on_time", ward) is None
    wrong.locator("input").nth(1).fill("9")
    plain.get_by_role("button", name="Lưu", exact=True).click()
    expect(plain.locator(".messages")).to_contain_text("Đã lưu toàn bộ")
    assert kept("petitions_on_time", ward)[:2] == (9, 9)


def test_what_one_person_left_unsaved_in_a_browser_is_not_saved_by_the_next(site, page, complaints):
    ward, address = home()
    log_in(page, site, "nhap.metri")
    page.goto(site + address)
    page.context.set_offline(True)
    overdue = row(page, "dossiers_overdue")
    overdue.locator("input").first.fill("8")
    page.keyboard.press("Enter")
    expect(page.locator("#unsent")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    page.on("dialog", lambda dialog: dialog.accept())
    page.context.set_offline(False)
    log_in(page, site, "chutich.metri")
    page.goto(site + address)
    expect(row(page, "dossiers_overdue").locator("input").first).to_have_value("")
    page.context.clear_cookies(name="sessionid")
    log_in(page, site, "nhap.metri")
    page.goto(site + address)
    says(row(page, "dossiers_overdue"), "đã lưu")
    assert kept("dossiers_overdue", ward)[0] == 8
    complaints.clear()  # the lost line, as the browser calls it


def someone(new_context, site, username):
    """A page of another person, in a browser of their own."""
    page = new_context(locale="vi").new_page()
    page.set_default_timeout(15_000)
    log_in(page, site, username)
    return page


def tile(page, site):
    page.goto(f"{site}/pilots/nam-tu-liem/?period={MONTH}")
    return page.locator(".tiles").inner_text()


def _lose_the_line_for_ten_saves(page, ward, complaints):
    """Ten entries without a line: each is kept in the browser, told, and saved when it is back."""
    page.context.set_offline(True)
    staff = row(page, "staff_per_ward")
    page.locator(".entry-themes a", has_text="Bộ máy").click()
    for number in range(10):
        staff.locator("input").first.fill(str(10 + number))
        page.keyboard.press("Enter")
    expect(page.locator("#unsent")).to_contain_text("Mất kết nối, 1 ô chưa lưu")
    filled = row(page, "posts_filled")
    filled.locator("input").first.fill("14")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#unsent")).to_contain_text("2 ô chưa lưu")
    assert kept("staff_per_ward", ward)[0] not in range(10, 20) or kept("posts_filled", ward)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#unsent")).to_be_hidden()
    says(staff, "đã lưu")
    says(filled, "đã lưu")
    assert kept("staff_per_ward", ward)[0] == 19
    assert kept("posts_filled", ward)[0] == 14
    complaints.clear()  # the lost line, as the browser calls it


def _collide(site, page, ward, address):
    """A second tab enters the same cell: the first sees the other's figure and decides."""
    other = page.context.new_page()
    other.goto(site + address)
    cell = row(other, "dossiers_overdue")
    other.locator(".entry-themes a", has_text="Phục vụ").click()
    cell.locator("input").first.fill("7")
    other.keyboard.press("Enter")
    says(cell, "đã lưu")
    other.close()
    mine = row(page, "dossiers_overdue")
    page.locator(".entry-themes a", has_text="Phục vụ").click()
    mine.locator("input").first.fill("5")
    page.keyboard.press("Enter")
    expect(mine).to_contain_text("đã nhập 7 vào ô này")
    assert kept("dossiers_overdue", ward)[0] == 7
    page.keyboard.press("F8")
    mine.get_by_role("button", name="Giữ số của tôi").press("Enter")
    says(mine, "đã lưu")
    assert kept("dossiers_overdue", ward)[0] == 5


def _log_out_and_in_again(site, page, ward, address):
    """The session ends while somebody types: nothing typed is lost on the way through the log-in."""
    page.context.clear_cookies(name="sessionid")
    mine = row(page, "dossiers_overdue")
    mine.locator("input").first.fill("4")
    page.keyboard.press("Enter")
    expect(page.locator("#unsent")).to_contain_text("Phiên làm việc đã hết, 1 ô chưa lưu")
    page.locator("#unsent").get_by_role("link").press("Enter")
    page.wait_for_url("**/accounts/login/**")
    type_log_in(page, "nhap.metri")
    page.wait_for_url("**" + address)
    mine = row(page, "dossiers_overdue")
    expect(mine.locator("input").first).to_have_value("4")
    says(mine, "đã lưu")
    assert kept("dossiers_overdue", ward)[0] == 4


def _fill_the_rest(page):
    """Whatever is still empty or wants a reason, by F8 until nothing is left."""
    for _n in range(40):
        page.locator("body").press("F8")
        focused = page.evaluate(
            """() => { const row = document.activeElement.closest(".cell");
                return row && !document.activeElement.name.endsWith("reason")
                    && row.querySelectorAll("[data-figure]").length; }"""
        )
        if focused is None:
            break
        if focused is False:
            page.keyboard.type("Đã đối chiếu với sổ theo dõi")
        for _part in range(focused or 0):
            page.keyboard.press("Control+A")
            page.keyboard.type("9")
            page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.evaluate("document.activeElement.blur()")
        # Until it is answered, F8 would come back to the row that was just filled.
        expect(page.locator(":is([data-kind=waiting], [data-kind=saving])")).to_have_count(0)
    expect(page.locator("#filled")).to_have_text("13")
