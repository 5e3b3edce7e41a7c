"""What is typed survives whatever goes wrong, and the page never says that it is saved when it is not."""

import re

import pytest
from playwright.sync_api import expect

from pilot.models import Value

from .conftest import log_in, type_log_in
from .test_entry import MONTH, home, kept, row, says

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE, OTHER = "dossiers_overdue", "petitions_on_time"


@pytest.fixture
def form(site, page, complaints):
    """The return of the home ward, open at its second theme, with 3 in one cell."""
    _ward, address = home()
    log_in(page, site, "nhap.metri")
    page.goto(site + address)
    page.locator(".entry-themes a", has_text="Phục vụ").click()
    enter(page, CODE, "3")
    says(row(page, CODE), "đã lưu")
    yield page
    # Refusals and faults are meant here, though the browser calls them errors.
    page.unroute_all(behavior="ignoreErrors")
    meant = ("Failed to load resource", "Response Status Error")
    complaints[:] = [each for each in complaints if not each.startswith(meant)]


def field(page, code, number=0):
    return row(page, code).locator("input").nth(number)


def enter(page, code, text, number=0):
    field(page, code, number).fill(text)
    field(page, code, number).blur()


def paste(page, code, text):
    field(page, code).focus()
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_back_to_what_is_saved_is_what_the_server_has(form):
    ward, _address = home()
    cell = row(form, CODE)
    enter(form, CODE, "ba")
    says(cell, "chưa lưu")
    enter(form, CODE, "3")  # in one stroke, as it was
    says(cell, "đã lưu")
    expect(cell.locator(".cell-fault")).to_have_count(0)

    outcome = row(form, "dossiers_online").locator(".cell-outcome")
    before = outcome.inner_text()
    field(form, "dossiers_online").fill("1")
    expect(outcome).not_to_have_text(before)
    field(form, "dossiers_online").press("Escape")
    expect(outcome).to_have_text(before)

    own = {"submission__ward": ward, "submission__period__code": MONTH}
    value = Value.objects.get(indicator__code=CODE, **own)
    value.numerator = 7  # somebody else
    value.save()
    enter(form, CODE, "5")
    expect(cell).to_contain_text("đã nhập 7 vào ô này")
    field(form, CODE).press("Escape")
    expect(field(form, CODE)).to_have_value("7")
    says(cell, "đã lưu")
    enter(form, CODE, "8")  # having seen it, one may change it
    says(cell, "đã lưu")
    assert kept(CODE, ward)[0] == 8


def test_a_cell_that_cannot_be_saved_holds_up_no_other(form):
    ward, _address = home()
    cell = row(form, CODE)
    address = re.compile(f"{cell.get_attribute('hx-post')}$")
    form.route(address, lambda route: route.fulfill(status=500))
    enter(form, CODE, "4")
    says(cell, "chờ lưu")
    field(form, OTHER).fill("18")
    enter(form, OTHER, "20", 1)
    says(row(form, OTHER), "đã lưu")
    assert kept(OTHER, ward)[:2] == (18, 20)

    # A network's own page in the server's place is no answer either. The page tries again by itself
    # at any moment: no try may reach the server yet, and later one may come before the click.
    with form.expect_response(lambda answer: address.search(answer.url) and answer.status == 200):
        form.route(address, lambda route: route.fulfill(status=200, body="<html>Wi-Fi</html>"))
    says(cell, "chờ lưu")
    expect(form.locator("#unsent button")).to_be_visible()
    form.unroute(address)
    form.locator("#unsent button").dispatch_event("click")
    says(cell, "đã lưu")
    assert kept(CODE, ward)[0] == 4

    # What is not there will not be there in a minute.
    form.route(address, lambda route: route.fulfill(status=404))
    enter(form, CODE, "5")
    says(cell, "chưa lưu")
    expect(form.locator("#unsent")).to_be_hidden()


def test_a_pasted_block_goes_where_it_belongs_and_blanks_leave_what_is_there(form):
    ward, _address = home()
    field(form, OTHER).fill("18")
    enter(form, OTHER, "20", 1)
    says(row(form, OTHER), "đã lưu")
    paste(form, OTHER, '"19\n"\t\t\r\n')
    expect(form.locator("#paste tbody tr")).to_have_count(1)
    expect(form.locator("#paste tbody")).to_contain_text("19 / 20")
    form.keyboard.press("Escape")
    paste(form, OTHER, "\t\r\n6\t\r\n")
    expect(form.locator("#paste tbody tr")).to_have_count(1)
    expect(form.locator("#paste [data-apply]")).to_be_focused()
    form.keyboard.press("Enter")
    says(row(form, CODE), "đã lưu")
    expect(field(form, OTHER)).to_have_value("18")
    assert (kept(OTHER, ward)[:2], kept(CODE, ward)[0]) == ((18, 20), 6)

    # A block that could not be read opens no dialog with the one before.
    form.route(re.compile("/paste/$"), lambda route: route.fulfill(status=500))
    with form.expect_response(re.compile("/paste/$")):
        paste(form, OTHER, "1\t2\r\n")
    expect(form.locator("#notice")).to_be_visible()
    expect(form.locator("#paste")).to_be_hidden()


def test_the_way_to_submitting_waits_for_the_last_figure(form):
    ward, address = home()
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    form.route(
        re.compile(r"/cells/\d+/$"), lambda route: (form.wait_for_timeout(700), route.continue_())
    )
    field(form, CODE).fill("6")
    form.locator("#to-submit").click()
    form.wait_for_url(f"**{address}submit/")
    assert (kept(CODE, ward)[0], asked) == (6, [])


def test_a_browser_that_keeps_nothing_asks_before_what_is_typed_is_gone(form):
    form.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full') } }")
    form.context.clear_cookies(name="sessionid")
    enter(form, CODE, "6")
    expect(form.locator("#unsent")).to_be_visible()
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    form.locator("#unsent").get_by_role("link").click()
    form.wait_for_url("**/accounts/login/**")
    assert asked == ["beforeunload"]


def test_after_a_log_in_that_a_dialog_asked_for_one_is_back_at_the_return(form):
    _ward, address = home()
    form.context.clear_cookies(name="sessionid")
    paste(form, OTHER, "1\t2\r\n")
    form.wait_for_url("**/accounts/login/**")
    type_log_in(form, "nhap.metri")
    form.wait_for_url(lambda url: "login" not in url)
    assert form.url.endswith(address)
