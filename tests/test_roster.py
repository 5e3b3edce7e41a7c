"""The roster: the arithmetic of posts and people, what may be recorded, and who is told what."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wards import staffing
from wards.models import (
    Assignment,
    District,
    Establishment,
    Level,
    Membership,
    Officer,
    Position,
    Rating,
    Theory,
    User,
    Ward,
)
from wards.staffing import Staffing, qualities

pytestmark = pytest.mark.django_db

FOUNDED = dt.date(2020, 1, 1)
DAY = dt.date(2022, 6, 30)


@pytest.fixture
def ward():
    district = District.objects.create(code="1", name_vi="Quận Một", valid_from=FOUNDED)
    return new_ward(district, "00001", "Phường Mễ Trì")


def new_ward(district, code, name):
    return Ward.objects.create(district=district, code=code, name_vi=name, valid_from=FOUNDED)


@pytest.fixture
def office(ward):
    """A position with two posts in the ward."""
    return new_position(ward, "office", posts=2)


def new_position(ward, code, posts=1, **asked):
    position = Position.objects.create(code=code, name_vi=code.capitalize(), **asked)
    Establishment.objects.create(ward=ward, position=position, posts=posts, since=FOUNDED)
    return position


def new_officer(name="Nguyễn Văn An", **fields):
    return Officer.objects.create(full_name=name, **{"birth_year": 1980, **fields})


def hold(officer, ward, position, start=FOUNDED, end=None, **fields):
    names = {"officer": officer, "ward": ward, "position": position}
    return Assignment.objects.create(**names, start=start, end=end, **fields)


@pytest.fixture
def keeper(client, ward):
    """Whoever enters in the ward, logged in."""
    return log_in(client, "keeper", role="enter", ward=ward)


def log_in(client, name, **right):
    user = User.objects.create_user(name, full_name=f"Trần Thị {name}")
    Membership.objects.create(user=user, **right)
    client.force_login(user)
    return user


def send(client, name, *args, **typed):
    """Post a form as a browser does: what the page holds already, and what is typed."""
    url = reverse(name, args=args)
    form = client.get(url).context["form"]
    there = {field.html_name: field.value() for field in form}
    told = {**there, **typed}
    told = {key: value for key, value in told.items() if value is not None and value is not False}
    days = {k: v.strftime("%d/%m/%Y") for k, v in told.items() if isinstance(v, dt.date)}
    return client.post(url, told | days)


def faults(answer):
    assert answer.status_code == 200, "the form was kept"
    assert answer.context["form"].errors, "the form was shown, but not sent"
    return answer.context["form"].errors.get_json_data()


def names(standing):
    return [each.officer.full_name for each in standing.holders]


# The arithmetic --------------------------------------------------------------------------------

days = st.integers(0, 60).map(lambda n: FOUNDED + dt.timedelta(days=n))
posts = st.lists(st.tuples(st.integers(0, 2), days, st.integers(0, 4)), max_size=9)
people = st.lists(st.tuples(st.integers(0, 2), days, st.none() | days, st.booleans()), max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=posts, held=people, day=days)
def test_posts_filled_vacant_and_surplus_are_those_of_a_plain_count(ward, rows, held, day):
    Assignment.objects.all().delete()
    Establishment.objects.all().delete()
    places = [Position.objects.get_or_create(code=f"p{n}", order=n)[0] for n in range(3)]
    rows = {(place, since): count for place, since, count in rows}
    for (place, since), count in rows.items():
        Establishment.objects.create(ward=ward, position=places[place], since=since, posts=count)
    held = [row for row in held if row[2] is None or row[2] >= row[1]]
    for place, start, end, concurrent in held:
        hold(new_officer(), ward, places[place], start, end, concurrent=concurrent)

    standing = Staffing(ward).on(day)
    found = {line.position: line for line in standing.lines}
    vacant = surplus = filled = total = 0
    for n, place in enumerate(places):
        count = 0
        for since in sorted(since for which, since in rows if which == n):
            if since <= day:
                count = rows[n, since]
        there = [row for row in held if row[0] == n and row[1] <= day]
        there = [row for row in there if row[2] is None or day <= row[2]]
        main = sum(not row[3] for row in there)
        line = found.get(place)
        assert (line is not None) == bool(count or there)
        if line:
            seen = (line.posts, line.filled, line.vacant, line.surplus, len(line.concurrent))
            beyond = main - count if main > count else 0
            short = count - main if count > main else 0
            assert seen == (count, main, short, beyond, len(there) - main)
            vacant, surplus = vacant + short, surplus + beyond
        filled, total = filled + main, total + count
    assert standing.numbers()[:4] == (total, filled, vacant, surplus)
    # The querysets that others ask say the same.
    assert filled == ward.assignments.on(day).filter(concurrent=False).count()
    assert total == sum(row.posts for row in ward.establishment.on(day))


def test_over_time_tells_each_day_on_which_a_number_moved_and_no_other(ward, office):
    first, second = new_officer("A"), new_officer("B")
    hold(first, ward, office, dt.date(2021, 1, 1), dt.date(2021, 12, 31))
    hold(second, ward, office, dt.date(2022, 1, 1))  # takes over: nothing moves
    Establishment.objects.create(ward=ward, position=office, posts=1, since=dt.date(2022, 3, 1))
    told = [(each.day, each.posts, each.filled) for each in Staffing(ward).over_time(DAY)]
    assert told == [(dt.date(2022, 3, 1), 1, 1), (dt.date(2021, 1, 1), 2, 1), (FOUNDED, 2, 0)]


def test_the_sentence_counts_nobody_beyond_the_posts_as_filling_one(ward, office):
    land = new_position(ward, "land", posts=1)
    for name in "ABC":
        hold(new_officer(name), ward, office)
    standing = Staffing(ward).on(DAY)
    assert (standing.posts, standing.filled, standing.vacant, standing.surplus) == (3, 3, 1, 1)
    assert "2" in standing.sentence()
    assert [line.vacant for line in standing.lines if line.position == land] == [1]


def test_the_check_against_the_position_tells_what_is_lacking():
    position = Position(
        code="x",
        required_level=Level.UNIVERSITY,
        required_theory=Theory.INTERMEDIATE,
        required_fields="Luật\nHành chính học\n",
    )
    fits = Officer(full_name="A", level=Level.MASTER, theory=Theory.ADVANCED, field="LUAT")
    assert fits.lacks(position) == []
    lacks = Officer(full_name="B", level=Level.COLLEGE, theory=Theory.NONE, field="Kế toán")
    assert len(lacks.lacks(position)) == 3
    assert len(Officer(full_name="C", level=Level.UNIVERSITY).lacks(position)) == 2
    assert Officer(full_name="D").lacks(Position(code="y", required_level=Level.NONE)) == []


# What may be recorded --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "concurrent", "same", "right"),
    [
        ("2021-06-01", None, False, False, False),  # a second main post
        ("2020-06-01", "2020-12-31", False, False, False),  # its last day is the other's first
        ("2020-06-01", "2020-12-30", False, False, True),
        ("2022-01-01", None, False, False, True),
        ("2021-06-01", None, True, False, True),
        ("2021-06-01", None, True, True, False),  # on top of itself
        ("2020-06-01", None, True, False, False),  # on top of nothing
        ("2019-12-31", "2020-01-31", False, False, False),  # before the ward
    ],
)
def test_posts_of_one_officer_do_not_collide(ward, office, start, end, concurrent, same, right):
    other = new_position(ward, "land")
    officer = new_officer()
    hold(officer, ward, office, dt.date(2020, 12, 31), dt.date(2021, 12, 31))
    post = Assignment(officer=officer, ward=ward, position=office if same else other)
    post.start = dt.date.fromisoformat(start)
    post.end = dt.date.fromisoformat(end) if end else None
    post.concurrent = concurrent
    if right:
        post.full_clean()
    else:
        with pytest.raises(ValidationError):
            post.full_clean()


def test_a_move_ends_the_old_main_post_the_day_before_and_keeps_the_concurrent_one(
    client, ward, office, keeper
):
    land, culture = new_position(ward, "land"), new_position(ward, "culture")
    officer = new_officer()
    old = hold(officer, ward, office)
    extra = hold(officer, ward, culture, concurrent=True)
    typed = {"position": land.pk, "start": "01/07/2021", "move": "on"}
    assert send(client, "assignment_add", ward.pk, officer.pk, **typed).status_code == 302
    old.refresh_from_db()
    extra.refresh_from_db()
    assert (old.end, extra.end) == (dt.date(2021, 6, 30), None)
    assert officer.main_post().position == land
    assert old.history.first().history_user == keeper
    # The same click once more changes nothing.
    send(client, "assignment_add", ward.pk, officer.pk, **typed)
    assert officer.assignments.count() == 3
    assert officer.main_post().start == dt.date(2021, 7, 1)


def test_a_move_that_fails_ends_nothing(client, ward, office, keeper):
    land = new_position(ward, "land")
    officer = new_officer()
    old = hold(officer, ward, office, dt.date(2021, 1, 1))
    typed = {"position": land.pk, "start": "01/01/2021", "move": "on"}
    assert "start" in faults(send(client, "assignment_add", ward.pk, officer.pk, **typed))
    without = typed | {"start": "01/07/2021", "move": False}
    assert faults(send(client, "assignment_add", ward.pk, officer.pk, **without))
    old.refresh_from_db()
    assert old.end is None
    assert officer.assignments.count() == 1


def test_the_last_main_post_takes_what_was_held_on_top_of_it_along(client, ward, office, keeper):
    officer = new_officer()
    post = hold(officer, ward, office)
    extra = hold(officer, ward, new_position(ward, "land"), concurrent=True)
    args = (ward.pk, post.pk)
    assert faults(send(client, "assignment_end", *args, end="31/12/2019"))
    typed = {"end": "30/06/2022", "reason": "Nghỉ hưu"}
    assert send(client, "assignment_end", *args, **typed).status_code == 302
    post.refresh_from_db()
    extra.refresh_from_db()
    assert post.end == extra.end == DAY
    record = post.history.first()
    assert (record.history_user, record.history_change_reason) == (keeper, "Nghỉ hưu")
    assert client.post(reverse("assignment_end", args=args), typed).status_code == 302
    assert post.history.count() == 2


def test_only_the_district_moves_an_officer_to_another_ward(client, ward, office, keeper):
    other = new_ward(ward.district, "00002", "Phường Phú Đô")
    Establishment.objects.create(ward=other, position=office, posts=1, since=FOUNDED)
    officer = new_officer()
    hold(officer, ward, office)
    typed = {"ward": other.pk, "position": office.pk, "start": "01/07/2021", "move": "on"}
    earlier = typed | {"start": "01/02/2021"}
    client.post(reverse("assignment_add", args=[ward.pk, officer.pk]), earlier)
    assert not other.assignments.exists()
    log_in(client, "reviewer", role="review", district=ward.district)
    assert send(client, "assignment_add", ward.pk, officer.pk, **typed).status_code == 302
    assert officer.main_post().ward == other

    # The old ward goes on seeing what was there, and changes nothing of what is the other's now.
    client.force_login(keeper)
    page = client.get(reverse("officer", args=[ward.pk, officer.pk]))
    assert "1980" not in page.content.decode()
    assert [each.ward for each in page.context["assignments"]] == [ward, ward]
    assert client.get(reverse("officer_edit", args=[ward.pk, officer.pk])).status_code == 403
    assert client.get(reverse("assignment_add", args=[ward.pk, officer.pk])).status_code == 403


# Adding and correcting -------------------------------------------------------------------------

NEW = {
    **{"full_name": "Đỗ  Thị Hà", "birth_year": 1990, "level": 3, "theory": 0, "training": 0},
    **{"start": "01/07/2021", "field": "", "foreign_language": "", "it": "", "decision": ""},
}


def test_an_officer_comes_with_a_post_and_a_name_to_find(client, ward, office, keeper):
    answer = send(client, "officer_add", ward.pk, **NEW, position=office.pk)
    officer = Officer.objects.get()
    assert answer.url == reverse("officer", args=[ward.pk, officer.pk])
    assert officer.full_name == "Đỗ Thị Hà"
    assert officer.main_post().start == dt.date(2021, 7, 1)
    assert {officer.history.get().history_user, Assignment.history.get().history_user} == {keeper}
    page = reverse("staff", args=[ward.pk])
    found = client.get(page, {"q": "do thi ha"}).context["people"]
    assert [each.officer for each in found] == [officer]
    assert not client.get(page, {"q": "khac"}).context["people"]


def test_a_second_click_makes_no_twin_and_a_namesake_is_asked_about(client, ward, office, keeper):
    typed = NEW | {"position": office.pk}
    for _click in range(2):
        assert send(client, "officer_add", ward.pk, **typed).status_code == 302
    assert Officer.objects.count() == Assignment.objects.count() == 1

    namesake = typed | {"start": "01/08/2021"}
    asked = send(client, "officer_add", ward.pk, **namesake)
    assert faults(asked)
    assert "Đỗ Thị Hà, 1990" in asked.content.decode()
    known = {"another": "on", "known": asked.context["form"]["known"].value()}
    for _click in range(2):
        answer = send(client, "officer_add", ward.pk, **namesake, **known)
        assert answer.status_code == 302
    assert Officer.objects.count() == 2
    # Whoever was not shown cannot have been meant.
    third = typed | {"start": "01/09/2021", "another": "on", "known": ""}
    assert faults(send(client, "officer_add", ward.pk, **third))


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(client, ward, office, keeper):
    officer = new_officer()
    hold(officer, ward, office)
    url = reverse("officer_edit", args=[ward.pk, officer.pk])
    form = client.get(url).context["form"]
    opened = {field.html_name: "" if field.value() is None else field.value() for field in form}
    first = client.post(url, opened | {"field": "Luật"})
    second = client.post(url, opened | {"it": "Tin học văn phòng"})
    assert (first.status_code, second.status_code) == (302, 200)
    assert client.post(url, opened | {"field": "Luật"}).status_code == 302  # the same, twice
    officer.refresh_from_db()
    assert (officer.field, officer.it) == ("Luật", "")
    assert officer.history.count() == 2


def test_a_mistake_is_taken_out_with_a_reason_that_stays(client, ward, office, keeper):
    officer = new_officer()
    post = hold(officer, ward, office)
    Rating.objects.create(officer=officer, year=2021, grade="good")
    args = (ward.pk, post.pk)
    assert "reason" in faults(send(client, "assignment_correct", *args, start="01/02/2020"))
    typed = {"start": "01/02/2020", "reason": "Ghi nhầm ngày"}
    assert send(client, "assignment_correct", *args, **typed).status_code == 302
    post.refresh_from_db()
    assert post.start == dt.date(2020, 2, 1)
    page = client.get(reverse("officer", args=[ward.pk, officer.pk])).content.decode()
    assert "Ghi nhầm ngày" in page
    assert "01/01/2020 → 01/02/2020" in page

    typed = {"remove": "on", "reason": "Nhầm người"}
    answer = send(client, "assignment_correct", *args, **typed)
    assert answer.url == reverse("staff", args=[ward.pk])
    assert not Officer.objects.exists()
    gone = Officer.history.first()
    assert (gone.history_type, gone.history_user) == ("-", keeper)
    assert gone.history_change_reason == Assignment.history.first().history_change_reason


def test_the_list_of_changes_outlives_what_it_speaks_of(client, ward, office, keeper):
    land = new_position(ward, "land")
    officer = new_officer()
    hold(officer, ward, office)
    hold(officer, ward, land, concurrent=True).delete()
    Establishment.objects.filter(position=land).delete()
    land.delete()
    for place in (reverse("officer", args=[ward.pk, officer.pk]), reverse("posts", args=[ward.pk])):
        assert client.get(place).status_code == 200


def test_a_year_has_one_grade_and_a_correction_says_why(client, ward, office, keeper):
    officer = new_officer()
    hold(officer, ward, office)
    args = (ward.pk, officer.pk)
    for _click in range(2):
        answer = send(client, "rating_add", *args, year=2021, grade="good")
        assert answer.status_code == 302
    assert faults(send(client, "rating_add", *args, year=2021, grade="excellent"))
    assert "year" in faults(send(client, "rating_add", *args, year=3000, grade="good"))
    typed = {"grade": "excellent", "reason": "Kết luận của Hội đồng"}
    assert send(client, "rating_correct", *args, 2021, **typed).status_code == 302
    assert [each.grade for each in officer.ratings.all()] == ["excellent"]
    assert Rating.history.count() == 2


def test_the_district_assigns_posts_from_a_day_on(client, ward, office):
    reviewer = log_in(client, "reviewer", role="review", district=ward.district)
    typed = {"position": office.pk, "posts": 3, "since": "01/07/2021", "decision": "12/QĐ-UBND"}
    for _click in range(2):
        assert send(client, "posts_add", ward.pk, **typed).status_code == 302
    assert Staffing(ward).on(dt.date(2021, 6, 30)).posts == 2
    assert Staffing(ward).on(dt.date(2021, 7, 1)).posts == 3
    assert faults(send(client, "posts_add", ward.pk, **typed | {"posts": 4}))
    assert faults(send(client, "posts_add", ward.pk, **typed | {"since": "01/07/1921"}))
    for wrong in ("-1", "2.5", "20222", ""):
        assert "posts" in faults(send(client, "posts_add", ward.pk, **typed | {"posts": wrong}))
    entry = ward.establishment.get(posts=3)
    args = (ward.pk, entry.pk)
    assert send(client, "posts_correct", *args, posts=4, reason="Nhầm").status_code == 302
    assert Staffing(ward).on(DAY).posts == 4
    assert entry.history.first().history_user == reviewer


# The page --------------------------------------------------------------------------------------


def test_a_day_beyond_the_ward_shows_its_last_one_and_no_day_at_all_is_refused(
    client, ward, office, keeper
):
    ward.valid_to = dt.date(2025, 6, 30)
    ward.save()
    page = reverse("staff", args=[ward.pk])
    assert client.get(page).context["day"] == ward.valid_to
    assert client.get(page, {"day": "01/01/1999"}).context["day"] == FOUNDED
    assert client.get(page, {"day": "30/06/2022"}).context["day"] == DAY
    for wrong in ("32/01/2022", "2022", "x", "01/01/9999", "٠١/٠١/٢٠٢٢x"):
        assert client.get(page, {"day": wrong}).status_code == 400, wrong


def test_people_stand_by_given_name_and_those_who_left_on_request(client, ward, office, keeper):
    for name in ("Nguyễn Văn Đức", "Trần Thị Dung", "Đỗ Văn Ân"):
        hold(new_officer(name), ward, office)
    hold(new_officer("Lê Thị Ánh"), ward, office, end=dt.date(2021, 12, 31))
    page = reverse("staff", args=[ward.pk])

    def listed(**query):
        found = client.get(page, {"day": "30/06/2022", **query}).context["people"]
        return [each.officer.full_name.split()[-1] for each in found]

    assert listed() == ["Ân", "Dung", "Đức"]
    assert listed(former="on") == ["Ánh", "Ân", "Dung", "Đức"]
    assert listed(q="THI", former="on") == ["Ánh", "Dung"]


def test_the_page_costs_the_same_for_few_and_many(client, ward, office, keeper):
    def cost(name, *args):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=args)).status_code == 200
        return len(queries)

    officer = new_officer()
    hold(officer, ward, office)
    pages = [("staff", ward.pk), ("posts", ward.pk), ("officer", ward.pk, officer.pk)]
    few = [cost(*page) for page in pages]
    for n in range(12):
        place = new_position(ward, f"place{n}")
        other = new_officer(f"Người {n}")
        hold(other, ward, place, dt.date(2021, 1, 1))
        Rating.objects.create(officer=other, year=2021, grade="good")
        Rating.objects.create(officer=officer, year=2000 + n, grade="good")
        hold(officer, ward, place, dt.date(2021, 2, 1), concurrent=True)
    assert [cost(*page) for page in pages] == few
    assert max(few) <= 18


# By Excel --------------------------------------------------------------------------------------


def filled(client, ward, *rows):
    """The ward's form as downloaded, with cells set: (row, heading, content)."""
    content = client.get(reverse("roster_file", args=[ward.pk])).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    heads = {c.value: c for row in sheet.iter_rows() for c in row if isinstance(c.value, str)}
    for row, heading, text in rows:
        cell = heads[heading]
        sheet.cell(cell.row + row, cell.column).value = text
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("nhan-su.xlsx", out.getvalue())


def test_a_roster_comes_back_from_excel_shown_first_and_kept_once(client, ward, office, keeper):
    officer = new_officer(level=Level.COLLEGE)
    hold(officer, ward, office)
    file = filled(
        client,
        ward,
        *((1, "Chuyên ngành đào tạo", "Luật"), (2, "Họ và tên", "Lê Thị Bích")),
        *((2, "Vị trí việc làm", "Office"), (2, "Từ ngày", "01/07/2021")),
    )
    shown = client.post(reverse("roster_upload", args=[ward.pk]), {"file": file})
    assert not Officer.objects.exclude(pk=officer.pk).exists()
    reading = shown.context["reading"]
    assert (reading.new, reading.changed, reading.findings) == (1, 1, [])
    token = {"token": shown.context["token"]}
    for _click in range(2):
        assert client.post(reverse("roster_import", args=[ward.pk]), token).status_code == 302
    assert {each.full_name: each.field for each in Officer.objects.all()} == {
        "Nguyễn Văn An": "Luật",
        "Lê Thị Bích": "",
    }
    assert officer.history.first().history_user == keeper
    assert Staffing(ward).on(DAY).filled == 2


def test_a_file_is_not_imported_over_what_was_changed_after_it_was_shown(
    client, ward, office, keeper
):
    officer = new_officer()
    hold(officer, ward, office)
    file = filled(client, ward, (1, "Chuyên ngành đào tạo", "Luật"))
    shown = client.post(reverse("roster_upload", args=[ward.pk]), {"file": file})
    Officer.objects.filter(pk=officer.pk).update(field="Kế toán")
    token = {"token": shown.context["token"]}
    answer = client.post(reverse("roster_import", args=[ward.pk]), token, follow=True)
    assert answer.redirect_chain[0][0] == reverse("roster_upload", args=[ward.pk])
    officer.refresh_from_db()
    assert officer.field == "Kế toán"


def test_whoever_went_to_another_ward_is_in_no_file_of_the_old_one(client, ward, office, keeper):
    other = new_ward(ward.district, "00002", "Phường Phú Đô")
    officer = new_officer()
    hold(officer, ward, office, end=dt.date(2021, 12, 31))
    hold(officer, other, office, start=dt.date(2022, 1, 1))
    page = client.get(reverse("staff", args=[ward.pk]), {"day": "30/06/2021"})
    assert "Nguyễn Văn An" in page.content.decode()
    assert "1980" not in page.content.decode()
    file = client.get(reverse("roster_file", args=[ward.pk]), {"day": "30/06/2021"})
    cells = openpyxl.load_workbook(io.BytesIO(file.content)).worksheets[0].iter_rows()
    assert "Nguyễn Văn An" not in {cell.value for row in cells for cell in row}


# Whoever sees no names -------------------------------------------------------------------------


def test_whoever_sees_no_names_is_told_nothing_of_what_one_wards_people_are(client, ward, office):
    for n in range(6):
        hold(new_officer(f"A{n}", level=Level.UNIVERSITY), ward, office)
    log_in(client, "leader", role="browse", district=ward.district)
    page = client.get(reverse("staff", args=[ward.pk]), {"day": "15/05/2022"})
    assert "people" not in page.context
    assert "qualities" not in page.context
    assert page.context["standing"].filled == 6


def test_officers_are_banded_by_age_up_to_retirement(settings):
    settings.RETIREMENT_AGES = {"f": 60, "m": 62}

    def band(years, sex):
        return staffing.age(Officer(birth_year=2022 - years, sex=sex), DAY)

    assert [band(years, "f") for years in (30, 31, 50, 51, 60, 61)] == [
        *("30", "40", "50", "working", "working", "beyond")
    ]
    assert (band(62, "m"), band(63, "m"), band(62, "")) == ("working", "beyond", "working")
    assert staffing.age(Officer(), DAY) is None


def test_those_inside_see_every_count(ward, office):
    hold(new_officer("A", level=Level.DOCTOR, sex="f"), ward, office)
    hold(new_officer("B", level=Level.MASTER, birth_year=None), ward, office)
    told = dict(qualities(Staffing(ward).on(DAY)))
    counts = {title: [share.count for share in shares] for title, shares in told.items()}
    assert all(sum(each) == 2 and 0 not in each for each in counts.values())
