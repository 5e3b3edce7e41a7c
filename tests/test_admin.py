"""The Django admin: who gets in, what may be changed there, and files in and out."""

import datetime as dt
import io
import unicodedata
from decimal import Decimal

import openpyxl
import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pilot.models import (
    Evidence,
    Indicator,
    Milestone,
    Period,
    Pilot,
    Progress,
    Submission,
    Target,
    Theme,
    Value,
)
from wards.models import (
    Assignment,
    District,
    Establishment,
    Membership,
    Officer,
    Position,
    Rating,
    User,
    Ward,
)

pytestmark = pytest.mark.django_db

START = dt.date(2021, 7, 1)
DESKS = {
    model: desk
    for model, desk in admin.site._registry.items()
    if model._meta.app_label in {"wards", "pilot"}
}
NOT_ADDED = {Value, Submission, Evidence}
models = pytest.mark.parametrize("model", DESKS, ids=lambda model: model.__name__)


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def person(username, **fields):
    return User.objects.create_user(
        username, password="x", full_name=f"Nguyễn {username}", **fields
    )


class World:
    """One row of everything, and `more(n)` of them with rows of their own."""

    def __init__(self):
        self.district = District.objects.create(
            code="019", name_vi="Quận Nam Từ Liêm", valid_from=dt.date(2014, 4, 1)
        )
        self.pilot = Pilot.objects.create(
            slug="ubgm", name_vi="Thí điểm", district=self.district, start=START, framework="ug"
        )
        self.theme = Theme.objects.create(
            pilot=self.pilot, code="tthc", name_vi="Thủ tục hành chính", short_vi="TTHC"
        )
        self.more(0, name="Phường Mễ Trì", code="00637")

    def more(self, n, name=None, code=None):
        self.ward = Ward.objects.create(
            code=code or f"{n:05}",
            name_vi=name or f"Phường {n}",
            valid_from=START,
            district=self.district,
        )
        self.user = person(f"p{n}")
        self.membership = Membership.objects.create(user=self.user, role="enter", ward=self.ward)
        self.position = Position.objects.create(code=f"chair-{n}", name_vi="Chủ tịch UBND", order=n)
        self.officer = Officer.objects.create(full_name=f"Đỗ Thị {n}")
        post = {"ward": self.ward, "position": self.position}
        Establishment.objects.create(**post, posts=1, since=START)
        Assignment.objects.create(**post, officer=self.officer, start=START)
        Rating.objects.create(officer=self.officer, year=2022, grade="good")
        Theme.objects.create(pilot=self.pilot, code=f"t{n}", name_vi="Chủ đề", short_vi="Chủ đề")
        self.indicator = Indicator.objects.create(
            theme=self.theme,
            code=f"i{n}",
            name_vi="Đúng hạn",
            short_vi="Đúng hạn",
            kind="ratio",
            frequency="month",
        )
        Target.objects.create(indicator=self.indicator, ward=self.ward, since=START, value=0.95)
        day = dt.date(2022, 1, 1) + dt.timedelta(n)
        self.period = Period.objects.create(
            pilot=self.pilot, kind="to_date", code=f"{day}", start=day, end=day, due=day
        )
        self.submission = Submission.objects.create(
            ward=self.ward,
            period=self.period,
            state="approved",
            submitted_at=timezone.now(),
            submitted_by=self.user,
            decided_at=timezone.now(),
            decided_by=self.user,
        )
        self.value = Value.objects.create(
            submission=self.submission, indicator=self.indicator, numerator=9, denominator=12
        )
        Evidence.objects.create(
            submission=self.submission, value=self.value, name="so-lieu.xlsx", uploaded_by=self.user
        )
        self.milestone = Milestone.objects.create(
            pilot=self.pilot,
            code=f"m{n}",
            name_vi="Kiện toàn bộ máy",
            owner_vi="Phòng Nội vụ",
            theme=self.theme,
            ward=self.ward,
            start=START,
            due=dt.date(2022, 1, 1),
        )
        self.progress = Progress.objects.create(
            milestone=self.milestone, percent=40, author=self.user
        )


@pytest.fixture
def world():
    return World()


@pytest.fixture
def boss():
    return User.objects.create_superuser("boss", password="x")


@pytest.fixture
def desk(client, boss):
    client.force_login(boss)
    return client


# Who gets in -----------------------------------------------------------------------------------


@models
def test_every_page_opens_for_an_administrator(model, world, desk):
    row = model.objects.first()
    assert desk.get(page(model, "changelist")).status_code == 200
    assert desk.get(page(model, "change", row.pk)).status_code == 200
    assert desk.get(page(model, "history", row.pk)).status_code == 200
    assert desk.get(page(model, "add")).status_code == (403 if model in NOT_ADDED else 200)


@models
@pytest.mark.parametrize("role", ["enter", "submit", "review", "browse"])
def test_no_page_opens_for_people_of_wards_and_district(model, role, world, client):
    user = person("an")
    place = {"district": world.district} if role == "review" else {"ward": world.ward}
    Membership.objects.create(user=user, role=role, **place)
    client.force_login(user)
    row = model.objects.first()
    pages = [page(model, "changelist"), page(model, "add"), page(model, "change", row.pk)]
    for address in [*pages, page(model, "history", row.pk), page(model, "delete", row.pk)]:
        assert client.get(address).status_code in (302, 403)
        assert client.get(address, follow=True).status_code == 403


@pytest.mark.parametrize("model", [Ward, Position, User])
def test_files_are_not_for_people_of_wards(model, world, client):
    client.force_login(world.user)
    for name in ("import", "export", "process_import"):
        assert client.get(page(model, name)).status_code in (302, 403)


def test_staff_need_the_right_to_change_before_they_may_import(world, client):
    client.force_login(person("clerk", is_staff=True))
    assert client.get(page(Ward, "import")).status_code == 403
    assert client.get(page(User, "export")).status_code == 403
    assert client.post(page(User, "process_import")).status_code == 403


def test_log_in_goes_through_the_door_that_counts_failures(client):
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@models
def test_every_model_has_a_desk(model):
    assert DESKS[model].search_fields
    assert DESKS[model].list_display != ("__str__",)


def test_no_model_is_without_a_desk():
    from django.apps import apps

    known = {*apps.get_app_config("wards").get_models(), *apps.get_app_config("pilot").get_models()}
    assert {model for model in known if not model.__name__.startswith("Historical")} - {
        each for each in known if each._meta.auto_created
    } == set(DESKS)


# Lists -----------------------------------------------------------------------------------------


@models
def test_a_list_costs_the_same_whatever_its_length(model, world, desk):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(page(model, "changelist")).status_code == 200
        return len(queries)

    world.more(1)
    cost()  # Content types and the like are fetched once.
    before = cost()
    for n in range(2, 8):
        world.more(n)
    assert cost() == before


@pytest.mark.parametrize(
    ("model", "typed"),
    [
        (Ward, "me tri"),
        (Ward, "METRI".replace("T", " T")),
        (Ward, "00637"),
        (District, "nam tu liem"),
        (Officer, "do thi"),
        (Officer, "me tri"),
        (User, "nguyen p0"),
        (Position, "chu tich ubnd"),
        (Membership, "me tri"),
        (Establishment, "me tri"),
        (Assignment, "do thi me tri"),
        (Theme, "thu tuc"),
        (Indicator, "dung han"),
        (Pilot, "thi diem"),
        (Milestone, "kien toan"),
        (Submission, "me tri"),
        (Value, "i0 me tri"),
    ],
)
def test_search_without_tones(model, typed, world, desk):
    rows = desk.get(page(model, "changelist"), {"q": typed}).context["cl"].queryset
    assert rows.count() == 1
    assert desk.get(page(model, "changelist"), {"q": "quynh"}).context["cl"].queryset.count() == 0


def test_wards_are_ordered_by_the_vietnamese_alphabet(world, desk):
    for n, name in enumerate(["Phường Đại Mỗ", "Phường Dịch Vọng", "Phường Cầu Diễn"]):
        Ward.objects.create(
            code=f"1000{n}", name_vi=name, valid_from=START, district=world.district
        )
    rows = desk.get(page(Ward, "changelist")).context["cl"].result_list
    assert [row.bare_name for row in rows] == ["Cầu Diễn", "Dịch Vọng", "Đại Mỗ", "Mễ Trì"]


def test_choices_tell_two_wards_of_one_name_apart(world, desk):
    Ward.objects.create(
        code="00637",
        name_vi="Phường Mễ Trì",
        valid_from=dt.date(2025, 7, 1),
        district=world.district,
    )
    where = {"app_label": "wards", "model_name": "membership", "field_name": "ward"}
    answer = desk.get(reverse("admin:autocomplete"), {**where, "term": "mê tri"}).json()
    texts = [row["text"] for row in answer["results"]]
    assert texts == ["Phường Mễ Trì · 00637 · 2021–", "Phường Mễ Trì · 00637 · 2025–"]
    form = desk.get(page(Membership, "change", world.membership.pk)).content.decode()
    assert "Phường Mễ Trì · 00637 · 2021–</option>" in form


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"in_force": "now"}, {"Phường Mễ Trì"}),
        ({"in_force": "ended"}, {"Phường Cũ"}),
        ({"in_force": "later"}, {"Phường Mới"}),
    ],
)
def test_wards_by_whether_they_are_in_force(query, found, world, desk):
    today = timezone.localdate()
    for code, name, first, last in [
        ("1", "Phường Cũ", START, today - dt.timedelta(1)),
        ("2", "Phường Mới", today + dt.timedelta(1), None),
    ]:
        Ward.objects.create(
            code=code, name_vi=name, valid_from=first, valid_to=last, district=world.district
        )
    rows = desk.get(page(Ward, "changelist"), query).context["cl"].queryset
    assert {row.name for row in rows} == found


# What stays ------------------------------------------------------------------------------------


def test_figures_are_only_looked_at(world, desk):
    change = page(Value, "change", world.value.pk)
    assert b'name="numerator"' not in desk.get(change).content
    assert desk.post(change, {"numerator": "1"}).status_code == 403
    assert desk.post(page(Value, "delete", world.value.pk), {"post": "yes"}).status_code == 403
    world.value.refresh_from_db()
    assert world.value.numerator == 9


@pytest.mark.parametrize("numerator", ["9", "1"])
def test_figures_do_not_go_back_in_time_either(numerator, world, desk):
    first = world.value.history.first()
    world.value.numerator = 10
    world.value.save()
    address = page(Value, "simple_history", world.value.pk, first.pk)
    seen = desk.get(address)
    assert seen.status_code == 200
    assert b'name="numerator"' not in seen.content
    answer = desk.post(
        address,
        {
            "submission": world.submission.pk,
            "indicator": world.indicator.pk,
            "state": "reported",
            "numerator": numerator,
            "denominator": "12",
        },
    )
    assert answer.status_code == 403
    world.value.refresh_from_db()
    assert world.value.numerator == 10


def test_returns_show_their_figures_and_take_none(world, desk):
    change = page(Submission, "change", world.submission.pk)
    assert "Đúng hạn" in desk.get(change).content.decode()
    assert desk.post(change, {"state": "draft"}).status_code == 403
    assert desk.post(page(Submission, "delete", world.submission.pk)).status_code == 403


def test_an_earlier_state_of_an_officer_can_be_put_back(world, desk):
    first = world.officer.history.first()
    world.officer.full_name = "Đỗ Thị Sai"
    world.officer.save()
    fields = {"full_name": "Đỗ Thị 0", "level": 0, "theory": 0, "training": 0}
    address = page(Officer, "simple_history", world.officer.pk, first.pk)
    assert desk.post(address, fields).status_code == 302
    world.officer.refresh_from_db()
    assert world.officer.full_name == "Đỗ Thị 0"


def test_progress_is_a_log(world, desk, boss):
    assert desk.post(page(Progress, "change", world.progress.pk), {"percent": 1}).status_code == 403
    assert desk.post(page(Progress, "delete", world.progress.pk)).status_code == 403
    entry = {"milestone": world.milestone.pk, "day": "01/06/2022", "percent": 60}
    assert desk.post(page(Progress, "add"), entry).status_code == 302
    assert [(each.percent, each.author) for each in Progress.objects.order_by("pk")] == [
        (40, world.user),
        (60, boss),
    ]


def test_progress_is_added_on_the_page_of_its_milestone(world, desk, boss):
    form = desk.get(page(Milestone, "change", world.milestone.pk)).context["adminform"].form
    fields = {name: form[name].value() or "" for name in form.fields}
    fields |= {"start": "01/07/2021", "due": "01/01/2022"}
    lines = {"TOTAL_FORMS": 2, "INITIAL_FORMS": 1, "0-id": world.progress.pk, "0-percent": 1}
    lines |= {"0-milestone": world.milestone.pk, "1-day": "02/01/2022", "1-percent": 100}
    fields |= {f"progress-{name}": value for name, value in lines.items()}
    answer = desk.post(page(Milestone, "change", world.milestone.pk), fields)
    assert answer.status_code == 302
    assert [(each.percent, each.author) for each in Progress.objects.order_by("pk")] == [
        (40, world.user),
        (100, boss),
    ]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("pilot", "slug"),
        ("pilot", "framework"),
        ("theme", "code"),
        ("indicator", "code"),
        ("period", "code"),
        ("milestone", "code"),
    ],
)
def test_names_in_addresses_are_fixed_once_given(name, field, world, desk):
    row = getattr(world, name)
    assert (
        desk.get(page(type(row), "add")).context["adminform"].form.fields[field].disabled is False
    )
    form = desk.get(page(type(row), "change", row.pk)).context["adminform"].form
    assert form.fields[field].disabled is True


@pytest.mark.parametrize(
    "name", ["district", "ward", "pilot", "theme", "indicator", "period", "position"]
)
def test_what_returns_rest_on_is_not_deleted(name, world, desk):
    row = getattr(world, name)
    asked = desk.get(page(type(row), "delete", row.pk))
    assert asked.context["protected"]  # What stands in the way is named.
    assert not asked.context["perms_lacking"]
    for answer in [
        asked,
        desk.post(page(type(row), "delete", row.pk), {"post": "yes"}),
        desk.post(
            page(type(row), "changelist"),
            {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        ),
    ]:
        assert answer.status_code in (200, 403)
    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_theme_is_added_on_the_page_of_its_pilot_and_old_codes_stay(world, desk):
    address = page(Pilot, "change", world.pilot.pk)
    shown = desk.get(address).context
    form = shown["adminform"].form
    fields = {name: form[name].value() for name in form.fields}
    fields = {name: value for name, value in fields.items() if value not in (None, False, "")}
    fields |= {"start": "01/07/2021", "classes": "[]"}
    lines = {"TOTAL_FORMS": 3, "INITIAL_FORMS": 2}
    for n, theme in enumerate(world.pilot.themes.all()):
        lines |= {f"{n}-id": theme.pk, f"{n}-pilot": world.pilot.pk, f"{n}-order": n}
        lines |= {f"{n}-name_vi": "Đã đổi", f"{n}-short_vi": "Đã đổi", f"{n}-code": "hacked"}
    lines |= {"2-order": 9, "2-code": "new", "2-name_vi": "Mới", "2-short_vi": "Mới"}
    fields |= {f"themes-{name}": value for name, value in lines.items()}
    answer = desk.post(address, fields)
    assert answer.status_code == 302, answer.context["errors"]
    assert {theme.code for theme in world.pilot.themes.all()} == {"tthc", "t0", "new"}
    assert world.pilot.themes.filter(name_vi="Đã đổi").count() == 2


# People ----------------------------------------------------------------------------------------


def test_a_person_is_added_with_rights_in_one_go(world, desk):
    lines = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-role": "enter", "0-ward": world.ward.pk}
    fields = {
        "username": "an.nv",
        "full_name": "Nguyễn Văn An",
        "password1": "mot mat khau du dai",
        "password2": "mot mat khau du dai",
        **{f"memberships-{name}": value for name, value in lines.items()},
    }
    answer = desk.post(page(User, "add"), fields)
    assert answer.status_code == 302
    user = User.objects.get(username="an.nv")
    assert user.check_password("mot mat khau du dai")
    assert user.memberships.get().ward == world.ward
    shown = desk.get(page(User, "changelist"), {"q": "van an"}).content.decode()
    assert "Phường Mễ Trì" in shown


def test_people_are_deactivated_never_deleted(world, desk, boss):
    assert desk.post(page(User, "delete", world.user.pk), {"post": "yes"}).status_code == 403
    everybody = {"_selected_action": [world.user.pk, boss.pk]}
    desk.post(page(User, "changelist"), {"action": "deactivate", **everybody})
    assert not User.objects.get(pk=world.user.pk).is_active
    assert User.objects.get(pk=boss.pk).is_active  # Nobody locks himself out.
    desk.post(page(User, "changelist"), {"action": "activate", **everybody})
    assert User.objects.get(pk=world.user.pk).is_active


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"seen": "never"}, {"p0", "idle"}),
        ({"seen": "lately"}, {"boss"}),
        ({"memberships__role": "enter"}, {"p0"}),
        ({"memberships__role": "review"}, set()),
    ],
)
def test_people_by_right_and_last_log_in(query, found, world, desk):
    person("idle")
    rows = desk.get(page(User, "changelist"), query).context["cl"].queryset
    assert {row.username for row in rows} == found


def test_people_not_seen_for_45_days(world, desk):
    User.objects.filter(pk=world.user.pk).update(last_login=timezone.now() - dt.timedelta(46))
    rows = desk.get(page(User, "changelist"), {"seen": "idle"}).context["cl"].queryset
    assert [row.username for row in rows] == ["p0"]


def test_staff_do_not_become_administrators(world, boss, client):
    from django.contrib.auth.models import Permission

    clerk = person("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="wards"))
    client.force_login(clerk)
    password = reverse("admin:auth_user_password_change", args=[boss.pk])
    assert client.get(password).status_code == 403
    assert client.post(page(User, "change", boss.pk), {"is_active": ""}).status_code == 403
    own = client.get(page(User, "change", clerk.pk)).context["adminform"].form
    assert not {"is_staff", "is_superuser", "groups"} & set(own.fields)


# Files in and out ------------------------------------------------------------------------------


WARD_COLUMNS = "code;valid_from;valid_to;name_vi;name_en;district;area_km2;population"
XLSX, CSV = "0", "1"


def upload(client, model, content, form=CSV):
    """The answers to the upload and, where it is offered, to the confirmation."""
    content = content.encode("utf-8-sig") if isinstance(content, str) else content
    file = SimpleUploadedFile("rows.csv", content)
    preview = client.post(page(model, "import"), {"import_file": file, "format": form})
    confirm = preview.context.get("confirm_form")
    done = confirm and client.post(page(model, "process_import"), confirm.initial, follow=True)
    return preview, done


def workbook(*rows):
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def faults(preview):
    return {
        (row.number + 1, column)
        for row in preview.context["result"].invalid_rows
        for column in row.error_dict
    }


def test_import_of_wards(world, desk):
    preview, done = upload(
        desk,
        Ward,
        f"{WARD_COLUMNS}\n"
        "00637;2021-07-01;;Phường Mễ Trì;;019;;\n"
        "00634;01/07/2021;30/06/2025;Phường Đại Mỗ;Đại Mỗ Ward;019;4,98;40123\n",
    )
    assert [row.import_type for row in preview.context["result"].rows] == ["skip", "new"]
    assert b"style=" not in preview.content
    assert done.status_code == 200
    new = Ward.objects.get(code="00634")
    assert (new.valid_from, new.valid_to) == (START, dt.date(2025, 6, 30))
    assert (new.area_km2, new.population) == (Decimal("4.98"), 40123)
    assert Ward.objects.matching("dai mo").get() == new  # Saved by the model, keys and all.


def test_import_is_only_a_preview_until_confirmed(world, desk):
    file = SimpleUploadedFile("w.csv", f"{WARD_COLUMNS}\n00001;2021-07-01;;A;;019;;".encode())
    desk.post(page(Ward, "import"), {"import_file": file, "format": CSV})
    assert not Ward.objects.filter(code="00001").exists()


def test_import_updates_by_code_and_first_day(world, desk):
    _preview, done = upload(
        desk, Ward, f"{WARD_COLUMNS}\n00637;2021-07-01;;Phường Mễ Trì;Me Tri;019;;\n"
        "00637;2025-07-01;;Phường Từ Liêm;;019;;\n"
    )  # fmt: skip
    assert done
    assert list(
        Ward.objects.filter(code="00637").values_list("name_en", flat=True).order_by("valid_from")
    ) == [
        "Me Tri",
        "",
    ]


def test_import_keeps_vietnamese_composed(world, desk):
    text = unicodedata.normalize("NFD", f"{WARD_COLUMNS}\n00634;2021-07-01;;Phường Đại Mỗ;;019;;")
    assert upload(desk, Ward, text)[1]
    assert Ward.objects.filter(name_vi="Phường Đại Mỗ").exists()


def test_import_of_wards_with_faults_says_where_and_writes_nothing(world, desk):
    preview, done = upload(
        desk,
        Ward,
        f"{WARD_COLUMNS}\n"
        "00001;2021-07-01;;Phường Tốt;;019;;\n"
        "00002;2021-07-01;;Phường A;;999;;\n"
        "00003;07/31/2021;;Phường B;;019;;\n"
        "00001;01/07/2021;;Phường Tốt;;019;;\n"
        "00004;2021-07-01;2020-07-01;Phường C;;019;;\n"
        "634;2021-07-01;;Phường D;;019;;\n"
        "00005;2021-07-01;;;;019;;\n"
        "00006;2021-07-01;;Phường E;;019;;1.234\n",
    )
    assert done is None
    assert faults(preview) == {
        (3, "district"),
        (4, "valid_from"),
        (5, "__all__"),
        (6, "__all__"),
        (7, "code"),
        (8, "name_vi"),
        (9, "population"),
    }
    assert "“999”" in preview.content.decode()
    assert "Traceback" not in preview.content.decode()
    assert Ward.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "code;name_vi\n00001;A",
        f"{WARD_COLUMNS};colour\n00001;2021-07-01;;A;;019;;;red",
        "nothing",
        "",
    ],
)
def test_import_of_something_else_is_refused_without_a_traceback(text, world, desk):
    preview, done = upload(desk, Ward, text)
    assert preview.status_code == 200
    assert done is None
    assert "Traceback" not in preview.content.decode()


@pytest.mark.parametrize("form", [XLSX, CSV])
def test_import_of_a_broken_file_is_refused(form, desk):
    preview, done = upload(desk, Ward, b"\xff\xfe\x00broken", form)
    assert preview.status_code == 200
    assert preview.context["form"].errors
    assert done is None


def test_import_of_excel_with_dates_numbers_and_leftovers(world, desk):
    preview, done = upload(
        desk,
        Ward,
        workbook(
            ["code", "valid_from", "name_vi", "district", "population", None],
            ["00634", dt.datetime(2021, 7, 1), "Phường Đại Mỗ", "019", 40123, None],
            ["10001", "01/07/2021", "Phường Xuân Phương", "019", None, None],
            [None, None, None, None, None, None],
        ),
        XLSX,
    )
    assert done, faults(preview)
    assert Ward.objects.get(code="00634").valid_from == START
    assert Ward.objects.count() == 3


def test_the_district_is_the_one_of_the_day_where_its_code_was_used_again(world, desk):
    District.objects.filter(pk=world.district.pk).update(valid_to=dt.date(2025, 6, 30))
    new = District.objects.create(code="019", name_vi="Khác", valid_from=dt.date(2025, 7, 1))
    assert upload(
        desk, Ward, f"{WARD_COLUMNS}\n00001;2025-07-01;;A;;019;;\n00002;2021-07-01;;B;;019;;"
    )[1]
    assert Ward.objects.get(code="00001").district == new
    assert Ward.objects.get(code="00002").district == world.district


@pytest.mark.parametrize("model", [Ward, Position, User])
@pytest.mark.parametrize("form", [XLSX, CSV])
def test_an_exported_file_comes_back_unchanged(model, form, world, desk):
    file = desk.post(page(model, "export"), {"format": form, "resource": ""})
    assert file["Content-Disposition"].startswith("attachment")
    preview, _done = upload(desk, model, file.content, form)
    result = preview.context["result"]
    assert not result.has_errors(), result.row_errors() or result.base_errors
    assert not result.has_validation_errors(), faults(preview)
    assert {row.import_type for row in result.rows} == {"skip"}


def test_formulas_leave_as_text_and_come_back_as_they_were(world, desk):
    formula = '=HYPERLINK("http://x";"y")'
    Ward.objects.filter(pk=world.ward.pk).update(source=formula, name_en="@SUM(1)")
    text = desk.post(page(Ward, "export"), {"format": CSV}).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert ";'@SUM" in text
    data = desk.post(page(Ward, "export"), {"format": XLSX}).content
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(data)).active for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "None" not in [cell.value for cell in cells]
    preview, _done = upload(desk, Ward, data, XLSX)
    assert [row.import_type for row in preview.context["result"].rows] == ["skip"]


def test_export_of_wards_follows_search(world, desk):
    Ward.objects.create(
        code="00001", name_vi="Phường Đại Mỗ", valid_from=START, district=world.district
    )
    text = desk.post(page(Ward, "export") + "?q=dai+mo", {"format": CSV}).content.decode()
    assert "Đại Mỗ" in text
    assert "Mễ Trì" not in text


def test_import_of_positions(world, desk):
    preview, done = upload(
        desk,
        Position,
        "code,name_vi,leads,required_level,required_theory\n"
        "justice,Tư pháp - hộ tịch,0,university,\n"
        "vice,Phó Chủ tịch,1,Master,intermediate\n",
    )
    assert done, faults(preview)
    vice = Position.objects.get(code="vice")
    assert (vice.leads, vice.required_level, vice.required_theory) == (True, 4, 2)
    preview, done = upload(desk, Position, "code,name_vi,required_level\nx,X,genius")
    assert faults(preview) == {(2, "required_level")}
    assert done is None


def test_import_of_people_gives_no_password_and_no_power(world, desk):
    _preview, done = upload(
        desk,
        User,
        "username;full_name;office;email;is_active\n"
        "an.nv;Nguyễn Văn An;UBND phường Mễ Trì;an@example.vn;0\n",
    )
    assert done
    user = User.objects.get(username="an.nv")
    assert not user.has_usable_password()
    assert not user.is_staff
    assert not user.is_superuser
    assert user.is_active  # That column is for reading only.


@pytest.mark.parametrize("column", ["is_superuser", "is_staff", "password", "groups", "id"])
def test_import_of_people_cannot_make_an_administrator(column, world, desk):
    preview, done = upload(desk, User, f"username;full_name;{column}\nevil;Evil;1\np0;Evil;1")
    assert done is None
    assert column in str(preview.context["result"].base_errors[0].error)
    assert not User.objects.filter(full_name="Evil").exists()


def test_import_does_not_touch_administrators_nor_make_doubles(world, desk):
    preview, done = upload(desk, User, "username;full_name\nboss;Evil\nP0;Evil")
    assert done is None
    assert faults(preview) == {(2, "__all__"), (3, "username")}


def test_export_of_people_holds_no_secrets(world, desk):
    text = desk.post(page(User, "export"), {"format": CSV}).content.decode("utf-8-sig")
    assert text.splitlines()[0] == "username;full_name;office;email;is_active;last_login;rights"
    assert "enter 00637" in text
    assert not [user for user in User.objects.all() if user.password in text]


def test_a_confirmation_that_no_longer_fits_writes_nothing(world, desk):
    text = f"{WARD_COLUMNS}\n00001;2021-07-01;;A;;019;;\n00002;2021-07-01;;B;;001;;"
    other = District.objects.create(code="001", name_vi="Ba Đình", valid_from=START)
    file = SimpleUploadedFile("w.csv", text.encode())
    preview = desk.post(page(Ward, "import"), {"import_file": file, "format": CSV})
    other.delete()
    answer = desk.post(page(Ward, "process_import"), preview.context["confirm_form"].initial)
    assert answer.url == page(Ward, "import")
    assert Ward.objects.count() == 1


# What the browser refuses ----------------------------------------------------------------------


@models
def test_pages_need_no_inline_script_or_style(model, world, desk):
    row = model.objects.first()
    names = [
        page(model, "changelist"),
        page(model, "change", row.pk),
        page(model, "history", row.pk),
    ]
    if hasattr(DESKS[model], "import_action"):
        names += [page(model, "import"), page(model, "export")]
    for address in names:
        html = desk.get(address).content.decode()
        assert "<style" not in html
        assert " style=" not in html
        assert " onc" not in html  # onclick, onchange
        assert "javascript:" not in html
        assert "<script>" not in html
