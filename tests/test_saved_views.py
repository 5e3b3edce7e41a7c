"""Views that people save: their own alone, and addresses of this pilot's screens alone."""

import pytest
from django.urls import reverse

from pilot import demo
from reports import models
from reports.forms import SavedViewForm, is_screen
from reports.models import SavedView

from .people import PEOPLE, sent

HTMX = {"HX-Request": "true", "HX-Target": "saved-views"}


@pytest.fixture
def base(pilot):
    return f"/pilots/{pilot.slug}/"


def save(client, base, name="Tháng này", address=None, **more):
    return client.post(f"{base}views/", {"name": name, "address": address or base}, **more)


def test_a_page_is_saved_under_a_name_and_found_in_the_menu_by_its_owner_alone(
    client, people, pilot, base
):
    client.force_login(people["leader"])
    address = f"{base}?period=2022-05&theme=service"
    answer = save(client, base, "  Phục vụ   tháng 5 ", address)
    assert (answer.status_code, answer.url) == (302, address)
    for headers in ({}, HTMX):
        page = client.get(f"{base}views/", headers=headers).content.decode()
        assert "Phục vụ tháng 5" in page
        assert address.replace("&", "&amp;") in page
    client.force_login(people["reviewer"])
    assert "Phục vụ tháng 5" not in client.get(f"{base}views/").content.decode()


def test_the_menu_saves_the_page_that_is_looked_at_and_stays_where_it_is(client, people, base):
    client.force_login(people["ward"])
    here = f"http://testserver{base}indicators/?period=2022-05"
    headers = HTMX | {"HX-Current-URL": here}
    answer = client.post(f"{base}views/", {"name": "A", "address": "//evil.vn"}, headers=headers)
    assert "<html" not in answer.content.decode()
    assert SavedView.objects.get().address == f"{base}indicators/?period=2022-05"
    again = client.post(f"{base}views/", {"name": "A"}, headers=headers)
    assert "đã có góc nhìn" in again.content.decode()
    assert SavedView.objects.count() == 1
    foreign = HTMX | {"HX-Current-URL": f"https://evil.vn{base}"}
    client.post(f"{base}views/", {"name": "B"}, headers=foreign)
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "//evil.vn{base}",
        "https://evil.vn{base}",
        "javascript:alert(1)",
        "{base}..//evil.vn/",
        "\\\\evil.vn{base}",
        "{base}?x=\\evil",
        "{base}#x",
        "{base}\r\nSet-Cookie: a=b",
        "{base}%00",
        "{base}?x=\x00",
        "{base}overview.csv",
        "{base}views/",
        "{base}views/1/remove/",
        "{base}milestones/",
        "{base}?" + "x" * 1000,
        "/pilots/chi-so-766/",
        "/accounts/logout/",
        "/admin/",
        " {base}",
        "http:{base}",
        "{base}?q=đ",
    ],
)
def test_nothing_but_a_screen_of_this_pilot_is_kept(client, people, base, address):
    demo.build_766()
    client.force_login(people["leader"])
    asked = {"name": "x", "address": address.format(base=base)}
    answer = client.post(f"{base}views/", asked)
    kept = SavedView.objects.values_list("address", flat=True)
    assert answer.status_code == 422 or list(kept) == [address.strip().format(base=base)] == [base]


def test_every_screen_can_be_saved_and_no_file(pilot, base):
    for path in ("", "indicators/", "wards/7/", "origin/", "origin/service/dossiers_on_time/"):
        assert is_screen(base + path + "?period=2022-05", pilot.slug), path
    assert not is_screen(f"{base}origin.csv", pilot.slug)
    assert not is_screen(base, "another")


def test_of_two_tabs_that_give_one_name_at_once_the_second_is_told(
    client, people, pilot, base, monkeypatch
):
    client.force_login(people["leader"])
    for name in ("A", "B"):
        save(client, base, name)
    # The check found the name free; then the other tab was faster.
    monkeypatch.setattr(SavedViewForm, "clean_name", lambda form: form.cleaned_data["name"])
    second = SavedView.objects.get(name="B")
    rename = reverse("saved_view_rename", args=[pilot.slug, second.pk])
    answer = client.post(rename, {"name": "A"}, follow=True)
    assert "đã có góc nhìn" in answer.content.decode()
    assert "đã có góc nhìn" in save(client, base, "A").content.decode()
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["A", "B"]


def test_a_view_is_renamed_and_removed_by_its_owner_alone(client, people, pilot, base):
    client.force_login(people["leader"])
    save(client, base, "A")
    save(client, base, "B")
    first, second = SavedView.objects.order_by("name")
    rename = reverse("saved_view_rename", args=[pilot.slug, first.pk])
    remove = reverse("saved_view_remove", args=[pilot.slug, first.pk])
    for person in ("ward", "reviewer", "admin", "stranger"):
        client.force_login(people[person])
        assert client.post(rename, {"name": "C"}).status_code == 404
        assert client.post(remove).status_code == 404
    client.force_login(people["leader"])
    client.post(rename, {"name": "B"})  # taken
    client.post(rename, {"name": " "})
    client.post(rename, {"name": "x" * 81})
    assert SavedView.objects.get(pk=first.pk).name == "A"
    client.post(rename, {"name": "C", "address": "https://evil.vn/"})
    assert SavedView.objects.get(pk=first.pk).name == "C"
    assert SavedView.objects.get(pk=first.pk).address == base
    elsewhere = reverse("saved_view_remove", args=[demo.build_766().slug, first.pk])
    assert client.post(elsewhere).status_code == 404
    client.post(remove)
    assert list(SavedView.objects.all()) == [second]


def test_who_may_save_is_who_may_browse(client, people, base):
    names = dict(zip(PEOPLE, [302, 404, 302, 302, 302, 302, 302], strict=True))
    assert sent(client, people, f"{base}views/", {"name": "x", "address": base}) == names
    assert SavedView.objects.count() == 5


def test_one_person_keeps_at_most_so_many(client, people, base, monkeypatch):
    monkeypatch.setattr(models, "MOST", 2)
    client.force_login(people["leader"])
    statuses = [save(client, base, name).status_code for name in "abc"]
    assert statuses == [302, 302, 422]
    client.force_login(people["ward"])
    assert save(client, base, "c").status_code == 302


def test_a_name_with_markup_is_text(client, people, base):
    client.force_login(people["leader"])
    save(client, base, "<script>alert(1)</script>")
    for headers in ({}, HTMX):
        assert "<script>alert" not in client.get(f"{base}views/", headers=headers).content.decode()
    assert save(client, base, "a\x00b").status_code == 422


def test_what_is_chosen_is_said_above_the_figures_with_a_way_back(client, people, pilot, base):
    client.force_login(people["reviewer"])
    page = client.get(base).content.decode()
    assert "Bỏ lựa chọn" not in page
    period = pilot.periods.filter(kind="month").earliest("end")
    query = f"?period={period.code}&theme=service&counted=submitted"
    for headers in ({}, {"HX-Request": "true", "HX-Target": "screen"}):
        page = client.get(base + query, headers=headers).content.decode()
        said = page.partition('class="filter-said"')[2].partition("</p>")[0]
        for part in (str(period), "Phục vụ người dân", "Bỏ lựa chọn", f'href="{base}"'):
            assert part in said
        assert "cả số liệu chờ duyệt" in said.lower() or "và" in said
