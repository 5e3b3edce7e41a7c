"""The Django admin: who gets in, what may be changed there, and files in and out."""

import datetime as dt
import io
import unicodedata
from decimal import Decimal

import openpyxl
import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pilot import demo
from pilot.models import Evidence, Milestone, Progress, ProgressEvidence, Reminder, Value
from wards.models import District, Level, Officer, Position, User, Ward

pytestmark = pytest.mark.django_db

FOUNDED, TODAY = dt.date(2013, 12, 27), timezone.localdate()
DESKS = {
    model.__name__: desk
    for model, desk in admin.site._registry.items()
    if model._meta.app_label in {"wards", "pilot"}
}
KEPT = ["Value", "Submission", "ProgressEvidence", "Reminder"]
FILED = ["Ward", "Position", "User"]


@pytest.fixture(scope="module", autouse=True)
def small_demo(django_db_setup, django_db_blocker):
    """Two wards and two months of the demo, with a row of everything; each test undoes its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        pilot = demo.build(wards=2, months=2)
        value = Value.objects.first()
        user = User.objects.get(username="nhap.metri")
        Evidence.objects.create(
            submission=value.submission,
            indicator=value.indicator,
            name="so-lieu.xlsx",
            uploaded_by=user,
        )
        ProgressEvidence.objects.create(
            progress=Progress.objects.first(), name="bien-ban.pdf", uploaded_by=user
        )
        Reminder.objects.create(user=user, key="return-1", sent_on=TODAY)
        yield pilot
        transaction.set_rollback(True)


@pytest.fixture
def boss():
    return User.objects.create_superuser("boss", password="x")


@pytest.fixture
def desk(client, boss):
    client.force_login(boss)
    return client


def page(name, kind, *args):
    return reverse(f"admin:{DESKS[name].opts.label_lower.replace('.', '_')}_{kind}", args=args)


def pages(name, *kinds):
    """The pages of the list and those of its first row."""
    row, of_row = DESKS[name].model.objects.first(), {"change", "history", "delete"}
    return [page(name, kind, *([row.pk] if kind in of_row else [])) for kind in kinds]


def listed(client, name, **query):
    return client.get(page(name, "changelist"), query).context["cl"].queryset


def new_ward(code="10001", name="Phường Mới", **fields):
    fields = {"valid_from": FOUNDED, "district": District.objects.first(), **fields}
    return Ward.objects.create(code=code, name_vi=name, **fields)


# Who gets in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DESKS)
def test_every_page_opens_for_an_administrator_and_needs_no_inline_script_or_style(name, desk):
    kinds = ["changelist", "change", "history"]
    kinds += ["add"] if name not in KEPT else []
    kinds += ["import", "export"] if name in FILED else []
    for address in pages(name, *kinds):
        answer = desk.get(address)
        assert answer.status_code == 200
        for refused in ["<style", " style=", " onc", "javascript:", "<script>"]:
            assert refused not in answer.content.decode()


@pytest.mark.parametrize("username", ["nhap.metri", "chutich.metri", "phongnoivu", "lanhdao"])
def test_no_page_opens_for_people_of_wards_and_district(username, client):
    client.force_login(User.objects.get(username=username))
    for name in DESKS:
        kinds = ["changelist", "add", "change", "history", "delete"]
        kinds += ["import", "export", "process_import"] if name in FILED else []
        for address in pages(name, *kinds):
            assert client.get(address, follow=True).status_code == 403


def test_staff_need_the_right_to_change_before_they_may_import(client):
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get(page("Ward", "import")).status_code == 403
    assert client.get(page("User", "export")).status_code == 403
    assert client.post(page("User", "process_import")).status_code == 403


def test_log_in_goes_through_the_door_that_counts_failures(client):
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_every_model_has_a_page_or_stands_on_that_of_another():
    known = {
        model
        for app in ("wards", "pilot")
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    }
    desks = DESKS.values()
    assert known == {each.model for desk in desks for each in [desk, *desk.inlines]}


# Lists -----------------------------------------------------------------------------------------


def test_a_list_costs_the_same_whatever_its_length(desk):
    def costs():
        found = {}
        for name in DESKS:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(page(name, "changelist")).status_code == 200
            found[name] = len(queries)
        return found

    costs()  # Content types and the like are fetched once.
    before = costs()
    demo.build(wards=4, months=3, slug="second", history=False)
    assert costs() == before


@pytest.mark.parametrize(
    ("name", "typed", "rows"),
    [
        ("Ward", "CAU DIEN", 1),
        ("Officer", "bui quoc phong cau dien", 1),
        ("User", "chau dang", 1),
        ("User", "cau dien", 2),
        ("Position", "chu tich ubnd", 2),
        ("Establishment", "chair cau dien", 4),
        ("Assignment", "bui quoc phong cau dien", 2),
        ("Indicator", "bien che", 1),
        ("Milestone", "bau cu dai bieu", 1),
        ("Value", "posts_filled cau dien 2021-07", 1),
        ("Period", "2021-07", 1),
    ],
)
def test_search_needs_no_tones(name, typed, rows, desk):
    assert listed(desk, name, q=typed).distinct().count() == rows


@pytest.mark.parametrize("name", DESKS)
def test_search_finds_nothing_that_is_not_there(name, desk):
    assert not listed(desk, name, q="quynh xyz")


def test_choices_tell_two_wards_of_one_name_apart(desk):
    new_ward("00592", "Phường Cầu Diễn", valid_from=dt.date(2025, 7, 1))
    where = {"app_label": "wards", "model_name": "membership", "field_name": "ward"}
    answer = desk.get(reverse("admin:autocomplete"), {**where, "term": "câu dien"}).json()
    old, new = "Phường Cầu Diễn · 00592 · 2013–2025", "Phường Cầu Diễn · 00592 · 2025–"
    assert [row["text"] for row in answer["results"]] == [old, new]
    user = User.objects.get(username="nhap.metri")
    assert f"{old}</option>" in desk.get(page("User", "change", user.pk)).content.decode()


def test_wards_can_be_filtered_by_whether_they_are_in_force(desk):
    day = dt.timedelta(1)
    new_ward("1", "Phường Nay", valid_to=TODAY)
    new_ward("2", "Phường Mai", valid_from=TODAY + day)
    Ward.objects.filter(code__startswith="0").update(valid_to=TODAY - day)
    found = {key: listed(desk, "Ward", in_force=key) for key in ("now", "ended", "later")}
    codes = {key: [ward.code for ward in rows] for key, rows in found.items()}
    assert codes == {"now": ["1"], "ended": ["00592", "00622"], "later": ["2"]}


def test_people_can_be_filtered_by_right_and_by_45_days_without_a_log_in(desk):
    User.objects.create_user("new", last_login=timezone.now() - dt.timedelta(44))
    User.objects.create_user("old", last_login=timezone.now() - dt.timedelta(46))
    assert [user.username for user in listed(desk, "User", seen="idle")] == ["old"]
    assert not {"new", "old"} & {user.username for user in listed(desk, "User", seen="never")}
    (reviewer,) = listed(desk, "User", memberships__role="review")
    assert reviewer.username == "phongnoivu"


# What stays ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KEPT)
def test_what_was_reported_is_only_looked_at(name, desk):
    rows = DESKS[name].model.objects
    row, before = rows.first(), rows.values().first()
    change, add, delete = pages(name, "change", "add", "delete")
    log = [row.history.first().pk] if hasattr(row, "history") else []
    earlier = [page(name, "simple_history", row.pk, record) for record in log]
    fields = {key: value for key, value in before.items() if value is not None}
    fields = {key.removesuffix("_id"): value for key, value in fields.items()}
    fields |= {"numerator": "1", "post": "yes"}
    assert desk.get(add).status_code == 403
    for address in (change, *earlier):
        assert b'name="state"' not in desk.get(address).content
        assert desk.post(address, fields).status_code == 403
    assert desk.post(delete, fields).status_code == 403
    assert rows.values().first() == before


def test_figures_stand_on_the_page_of_their_return(desk):
    value = Value.objects.filter(indicator__code="posts_filled").first()
    shown = desk.get(page("Submission", "change", value.submission_id)).content.decode()
    assert str(value.indicator) in shown
    assert f"{value.numerator:.0f}/{value.denominator:.0f}" in shown


def test_an_earlier_state_of_an_officer_can_be_put_back(desk):
    officer = Officer.objects.first()
    first, name = officer.history.first(), officer.full_name
    officer.full_name = "Đỗ Thị Sai"
    officer.save()
    fields = {"full_name": name, "level": 0, "theory": 0, "training": 0}
    address = page("Officer", "simple_history", officer.pk, first.pk)
    assert desk.post(address, fields).status_code == 302
    assert Officer.objects.get(pk=officer.pk).full_name == name


def test_progress_is_a_log_that_only_grows_and_says_who_wrote(desk, boss):
    milestone = Milestone.objects.filter(progress__isnull=False).first()
    old = milestone.progress.get()
    form = desk.get(page("Milestone", "change", milestone.pk)).context["adminform"].form
    fields = {name: form[name].value() or "" for name in form.fields}
    fields |= {name: f"{fields[name]:%d/%m/%Y}" for name in ("start", "due", "done")}
    lines = {"TOTAL_FORMS": 2, "INITIAL_FORMS": 1, "0-id": old.pk, "0-percent": 1}
    lines |= {"0-milestone": milestone.pk, "1-day": "02/01/2024", "1-percent": 90}
    fields |= {f"progress-{name}": value for name, value in lines.items()}
    assert desk.post(page("Milestone", "change", milestone.pk), fields).status_code == 302
    entries = Progress.objects.filter(milestone=milestone).order_by("pk")
    assert [(each.percent, each.author) for each in entries] == [(100, old.author), (90, boss)]


@pytest.mark.parametrize("name", ["Pilot", "Theme", "Indicator", "Period", "Milestone"])
def test_names_in_addresses_are_chosen_once(name, desk):
    field = "slug" if name == "Pilot" else "code"
    add, change = pages(name, "add", "change")
    assert field in desk.get(add).context["adminform"].form.fields
    assert field not in desk.get(change).context["adminform"].form.fields


@pytest.mark.parametrize(
    "name", ["District", "Ward", "Pilot", "Theme", "Indicator", "Period", "Position"]
)
def test_what_returns_rest_on_is_not_deleted(name, desk):
    row = DESKS[name].model.objects.filter(**{"code": "00592"} if name == "Ward" else {}).first()
    delete = page(name, "delete", row.pk)
    asked = desk.get(delete)
    assert asked.context["protected"]  # What stands in the way is named.
    assert not asked.context["perms_lacking"]
    desk.post(delete, {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    desk.post(page(name, "changelist"), chosen)
    row.refresh_from_db()


# People ----------------------------------------------------------------------------------------


def test_a_person_is_added_with_rights_in_one_go(desk):
    ward = Ward.objects.get(code="00592")
    lines = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-role": "enter", "0-ward": ward.pk}
    password = "mot mat khau du dai"
    fields = {"username": "an.nv", "full_name": "Nguyễn Văn An"}
    fields |= {"password1": password, "password2": password}
    fields |= {f"memberships-{name}": value for name, value in lines.items()}
    assert desk.post(page("User", "add"), fields).status_code == 302
    user = User.objects.get(username="an.nv")
    assert user.check_password(password)
    assert user.memberships.get().ward == ward
    shown = desk.get(page("User", "changelist"), {"q": "van an"}).content.decode()
    assert "Phường Cầu Diễn" in shown


def test_people_are_deactivated_never_deleted(desk, boss):
    user = User.objects.get(username="nhap.metri")
    assert desk.post(page("User", "delete", user.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "deactivate", "_selected_action": [user.pk, boss.pk]}
    desk.post(page("User", "changelist"), chosen)
    assert not User.objects.get(pk=user.pk).is_active
    assert User.objects.get(pk=boss.pk).is_active  # Nobody locks himself out.


def test_staff_do_not_become_administrators(boss, client):
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="wards"))
    client.force_login(clerk)
    password = reverse("admin:auth_user_password_change", args=[boss.pk])
    assert client.get(password).status_code == 403
    assert client.post(page("User", "change", boss.pk), {"is_active": ""}).status_code == 403
    chosen = {"action": "deactivate", "_selected_action": [boss.pk]}
    client.post(page("User", "changelist"), chosen)
    assert User.objects.get(pk=boss.pk).is_active
    own = client.get(page("User", "change", clerk.pk)).context["adminform"].form
    assert not {"is_staff", "is_superuser", "groups"} & set(own.fields)


# Files in and out ------------------------------------------------------------------------------

COLUMNS = "code;valid_from;valid_to;name_vi;name_en;district;area_km2;population"
XLSX, CSV = "0", "1"


def upload(client, name, content, form=CSV):
    """The answers to the upload and, where it is offered, to the confirmation."""
    preview = choose(client, name, content, form)
    confirm = preview.context.get("confirm_form")
    done = confirm and client.post(page(name, "process_import"), confirm.initial, follow=True)
    return preview, done


def choose(client, name, content, form=CSV):
    content = content.encode("utf-8-sig") if isinstance(content, str) else content
    file = SimpleUploadedFile("rows", content)
    return client.post(page(name, "import"), {"import_file": file, "format": form})


def download(client, name, form=CSV, query=""):
    return client.post(page(name, "export"), {"format": form}).content


def types(preview):
    return [row.import_type for row in preview.context["result"].rows]


def faults(preview):
    return {
        (row.number + 1, column)
        for row in preview.context["result"].invalid_rows
        for column in row.error_dict
    }


def test_wards_are_added_changed_and_passed_over_by_code_and_first_day(desk):
    text = (
        f"{COLUMNS}\n"
        "00592;2013-12-27;2025-06-30;Phường Cầu Diễn;Cau Dien Ward;019;;\n"
        "00622;27/12/2013;30/06/2025;Phường Xuân Phương;Xuan Phuong;019;;\n"
        "00592;2025-07-01;;Phường Từ Liêm;;019;;\n"
        "00634;01/07/2021;30/06/2025;Phường Đại Mỗ;Đại Mỗ Ward;019;4,98;40123\n"
        ";;;;;;;\n"
    )
    preview, done = upload(desk, "Ward", unicodedata.normalize("NFD", text))
    assert types(preview) == ["skip", "update", "new", "new"]
    assert b"style=" not in preview.content
    assert done.status_code == 200
    assert Ward.objects.get(code="00622").name_en == "Xuan Phuong"
    assert Ward.objects.filter(code="00592").count() == 2
    new = Ward.objects.get(code="00634")
    assert (new.valid_from, new.valid_to) == (dt.date(2021, 7, 1), dt.date(2025, 6, 30))
    assert (new.area_km2, new.population) == (Decimal("4.98"), 40123)
    assert new.name_vi == "Phường Đại Mỗ"  # Composed as everything else in the database.
    assert Ward.objects.matching("dai mo").get() == new  # Saved by the model, keys and all.


def test_one_faulty_row_keeps_the_whole_file_out_and_every_fault_is_named(desk):
    preview, done = upload(
        desk,
        "Ward",
        f"{COLUMNS}\n"
        "00001;2021-07-01;;Phường Tốt;;019;;\n"
        "00002;2021-07-01;;Phường A;;999;;\n"
        "00003;07/31/2021;;Phường B;;019;;\n"
        "00001;01/07/2021;;Phường Tốt;;019;;\n"
        "00004;2021-07-01;2020-07-01;Phường C;;019;;\n"
        "634;2021-07-01;;Phường D;;019;;\n"
        "00005;2021-07-01;;;;019;;\n"
        "00006;2021-07-01;;Phường E;;019;;1.234\n"
        "00007;2021-07-01;;Phường G;;019;1,234;\n",
    )
    assert done is None
    columns = ["district", "valid_from", "__all__", "__all__", "code", "name_vi"]
    assert faults(preview) == {*enumerate([*columns, "population", "area_km2"], 3)}
    assert "“999”" in preview.content.decode()
    assert "Traceback" not in preview.content.decode()
    assert Ward.objects.count() == 2


def test_neither_a_preview_nor_a_confirmation_that_no_longer_fits_writes_anything(desk):
    other = District.objects.create(code="001", name_vi="Ba Đình", valid_from=FOUNDED)
    lines = "00001;2021-07-01;;A;;019;;\n00002;2021-07-01;;B;;001;;"
    preview = choose(desk, "Ward", f"{COLUMNS}\n{lines}")
    assert types(preview) == ["new", "new"]
    assert Ward.objects.count() == 2
    other.delete()
    answer = desk.post(page("Ward", "process_import"), preview.context["confirm_form"].initial)
    assert answer.url == page("Ward", "import")
    assert Ward.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("code;name_vi\n00001;A", CSV),
        (f"{COLUMNS};colour\n00001;2021-07-01;;A;;019;;;red", CSV),
        ("nothing", CSV),
        ("", CSV),
        (b"\xff\xfe\x00broken", CSV),
        (b"\xff\xfe\x00broken", XLSX),
    ],
)
def test_a_file_of_something_else_is_refused_without_a_traceback(content, form, desk):
    preview, done = upload(desk, "Ward", content, form)
    assert preview.status_code == 200
    assert done is None
    assert "Traceback" not in preview.content.decode()
    assert Ward.objects.count() == 2


def test_excel_may_hold_dates_numbers_and_leftovers(desk):
    rows = [
        ["code", "valid_from", "name_vi", "district", "population", None],
        ["00634", dt.datetime(2021, 7, 1), "Phường Đại Mỗ", "019", 40123, None],
        ["10001", "01/07/2021", "Phường Mễ Trì", "019", None, None],
        [None] * 6,
    ]
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    preview, done = upload(desk, "Ward", data.getvalue(), XLSX)
    assert done, faults(preview)
    assert Ward.objects.get(code="00634").valid_from == dt.date(2021, 7, 1)
    assert Ward.objects.count() == 4


def test_the_district_is_the_one_of_the_day_where_its_code_was_used_again(desk):
    old = District.objects.get()
    new = District.objects.create(code="019", name_vi="Khác", valid_from=dt.date(2025, 7, 1))
    lines = "00001;2025-07-01;;A;;019;;\n00002;2021-07-01;;B;;019;;"
    assert upload(desk, "Ward", f"{COLUMNS}\n{lines}")[1]
    assert Ward.objects.get(code="00001").district == new
    assert Ward.objects.get(code="00002").district == old


@pytest.mark.parametrize("name", FILED)
@pytest.mark.parametrize("form", [XLSX, CSV])
def test_an_exported_file_comes_back_unchanged(name, form, desk):
    preview, done = upload(desk, name, download(desk, name, form), form)
    assert done, preview.context["result"].base_errors or faults(preview)
    assert set(types(preview)) == {"skip"}


def test_formulas_leave_as_text_and_come_back_as_they_were(desk):
    Ward.objects.update(source='=HYPERLINK("http://x";"y")', name_en="@SUM(1)")
    text = download(desk, "Ward").decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert ";'@SUM" in text
    data = download(desk, "Ward", XLSX)
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(data)).active for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "None" not in [cell.value for cell in cells]
    assert set(types(choose(desk, "Ward", data, XLSX))) == {"skip"}


def test_positions_are_read_with_choices_as_people_write_them(desk):
    header = "code,name_vi,leads,required_level,required_theory\n"
    lines = f"clerk,Văn thư,0,,\nvice,Phó,1,{str(Level.MASTER.label).upper()},2\n"
    preview, done = upload(desk, "Position", header + lines)
    assert done, faults(preview)
    clerk, vice = Position.objects.filter(code__in=["clerk", "vice"]).order_by("code")
    assert (clerk.leads, clerk.required_level, clerk.required_theory) == (False, 3, 0)
    assert (vice.leads, vice.required_level, vice.required_theory) == (True, 4, 2)
    assert "True" not in download(desk, "Position").decode()  # Excel would make TRUE of it.
    preview, done = upload(desk, "Position", header + "x,X,maybe,genius,\ny,Y,1,9,")
    assert faults(preview) == {(2, "leads"), (2, "required_level"), (3, "required_level")}
    assert done is None


def test_imported_people_have_no_password_and_no_power(desk):
    text = "username;full_name;office;email\nan.nv;Nguyễn Văn An;UBND phường;an@example.vn\n"
    assert upload(desk, "User", text)[1]
    user = User.objects.get(username="an.nv")
    assert not user.has_usable_password()
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)


@pytest.mark.parametrize("column", ["is_superuser", "is_staff", "is_active", "password", "groups"])
def test_no_column_of_a_file_makes_an_administrator(column, desk):
    text = f"username;full_name;{column}\nevil;Evil;1\nnhap.metri;Evil;1"
    preview, done = upload(desk, "User", text)
    assert done is None
    assert column in str(preview.context["result"].base_errors[0].error)
    assert not User.objects.filter(full_name="Evil").exists()


def test_a_file_neither_touches_administrators_nor_makes_doubles(desk):
    preview, done = upload(desk, "User", "username;full_name\nboss;Evil\nNHAP.metri;Evil")
    assert done is None
    assert faults(preview) == {(2, "__all__"), (3, "__all__")}


def test_an_export_of_people_holds_no_secrets(desk, boss):
    text = download(desk, "User").decode("utf-8-sig")
    assert text.splitlines()[0] == "username;full_name;office;email"
    assert boss.username in text
    assert boss.password not in text
