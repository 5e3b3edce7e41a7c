"""Numbers picked at random from every table, recomputed by plain SQL: on screen, in CSV, in Excel.

A further screen is one more entry of SCREENS: where it is, and the SQL that gives rows of
(texts that name a row, heading of the column, number). Only `cursor.execute` is used here: neither
the models nor the frames, whose mistakes are what is looked for.
"""

# ruff: noqa: S608 (the SQL is put together from constants of this file)
import csv
import io
import random
import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

import openpyxl
import pytest
from django.db import connection

from pilot import demo

PICKED = 35
SEEDS = [1, 20220630]
SUM = "sum({0}) filter (where v.state = 'reported')"
VALUE = (
    "case i.kind when 'ratio' then 100.0 * {0} / nullif({1}, 0) when 'score' then avg(v.numerator)"
    " else {0} end"
)
SHARE = VALUE.format(SUM.format("v.numerator"), SUM.format("v.denominator"))
# All approved cells of the pilot's own wards.
CELLS = """
    from pilot_value v
    join pilot_submission s on s.id = v.submission_id and s.state = 'approved'
    join pilot_period p on p.id = s.period_id
    join pilot_indicator i on i.id = v.indicator_id
    join pilot_theme t on t.id = i.theme_id and t.pilot_id = p.pilot_id
    join pilot_pilot o on o.id = p.pilot_id
    join pilot_pilot_wards k on k.pilot_id = o.id and k.ward_id = s.ward_id
    join wards_ward w on w.id = s.ward_id
    where o.slug = %(pilot)s
"""
ONE = VALUE.format("v.numerator", "v.denominator").replace("avg(v.numerator)", "v.numerator")
# The points of every ward for every scored indicator in the period that answers for a month.
POINTS = """
    with answering as (
        select p.id, p.kind from pilot_period p join pilot_pilot o on o.id = p.pilot_id
        where o.slug = %(pilot)s and p."end" = (
            select max(q."end") from pilot_period q where q.pilot_id = p.pilot_id
            and q.kind = p.kind and q."end" <= (
                select "end" from pilot_period m where m.pilot_id = p.pilot_id
                and m.code = %(month)s))
    ), cells as (
        select k.ward_id as ward, i.id as indicator, i.theme_id as theme, i.points as most,
            i.kind, i.nothing_due, i.worst, i.best, i.best_high, i.worst_high,
            v.numerator as n, v.denominator as d,
            case i.kind when 'ratio' then 1.0 * v.numerator / nullif(v.denominator, 0)
                else 1.0 * v.numerator end as x
        from pilot_pilot o
        join pilot_pilot_wards k on k.pilot_id = o.id
        join pilot_theme t on t.pilot_id = o.id
        join pilot_indicator i on i.theme_id = t.id and i.level = 'ward' and i.points is not null
        left join answering a on a.kind = i.frequency
        left join pilot_submission s on s.period_id = a.id and s.ward_id = k.ward_id
            and s.state = 'approved'
        left join pilot_value v on v.submission_id = s.id and v.indicator_id = i.id
            and v.state = 'reported'
        where o.slug = %(pilot)s
    ), shares as (
        select *, (x - worst) / (best - worst) as low,
            case when best_high is null then 1
                else (x - worst_high) / (best_high - worst_high) end as high
        from cells
    ), given as (
        select ward, indicator, theme, most,
            case when n is null then null when kind = 'score' then n
                when d = 0 then case nothing_due when 'full' then most when 'none' then 0 end
                when low <= 0 or high <= 0 then 0
                else round(cast(most * case when low <= high and low < 1 then low
                    when high < 1 then high else 1 end as numeric), 2)
            end as points
        from shares
    ), themes as (
        select ward, theme, sum(most) as most,
            case when sum(case when points is not null then most end) >= 0.6666 * sum(most)
                then sum(points) * sum(most) / sum(case when points is not null then most end)
            end as points
        from given group by ward, theme
    )
"""


@dataclass
class Screen:
    """Where a table stands, and the SQL of its cells; {names} are filled in from the pilot."""

    page: str
    file: str
    sql: str
    close: float = 1e-6  # how near a number must be beyond what is shown of it


@dataclass
class Cell:
    screen: Screen
    page: str
    file: str
    row: tuple
    column: str
    value: float
    on_screen: tuple = ()  # (row, column) where the screen names them otherwise


def columns(first, group, *, texts, also="", and_where=""):
    """SQL for numerator, denominator and value of cells: three columns of one table."""
    n, d = ("v.numerator", "v.denominator") if not group else (
        SUM.format("v.numerator"), SUM.format("v.denominator"))  # fmt: skip
    value = ONE if not group else VALUE.format(n, d)
    return " union all ".join(
        f"select {texts}, '{name}', {what} {first} {and_where}{also} {group}"
        for name, what in (("Tử số", n), ("Mẫu số", d), ("Giá trị", value))
    )


STAFF = """
    with asked as (
        select p."end" as day, o.id as pilot from pilot_period p
        join pilot_pilot o on o.id = p.pilot_id where o.slug = %(pilot)s and p.code = %(month)s
    )
    select w.name_vi, 'Biên chế', sum(e.posts)
    from asked join pilot_pilot_wards k on k.pilot_id = asked.pilot
    join wards_ward w on w.id = k.ward_id
    join wards_establishment e on e.ward_id = w.id and e.since = (
        select max(f.since) from wards_establishment f
        where f.ward_id = e.ward_id and f.position_id = e.position_id and f.since <= asked.day)
    group by w.id, w.name_vi
    union all
    select w.name_vi, 'Đã bố trí', count(*)
    from asked join pilot_pilot_wards k on k.pilot_id = asked.pilot
    join wards_ward w on w.id = k.ward_id
    join wards_assignment a on a.ward_id = w.id and not a.concurrent and a.start <= asked.day
        and (a."end" is null or a."end" >= asked.day)
    group by w.id, w.name_vi
"""
MONTH = " and p.code = %(month)s and i.frequency = 'month' and i.level = 'ward'"
RATIO = " and i.code = 'dossiers_on_time' and v.state = 'reported'"
SCREENS = {
    "indicators": Screen(
        "indicators/?period={month}",
        "indicators.csv?period={month}",
        columns(CELLS, "group by i.id, i.name_vi, i.kind", texts="i.name_vi", and_where=MONTH),
    ),
    "indicator": Screen(
        "indicators/service/dossiers_on_time/?period={month}",
        "indicators/service/dossiers_on_time.csv?period={month}",
        columns(CELLS, "", texts="w.name_vi", and_where=MONTH + RATIO),
    ),
    "history": Screen(
        "indicators/service/dossiers_on_time/?period={month}",
        "indicators/service/dossiers_on_time/history.csv?period={month}",
        f"select w.name_vi, p.code, 'Giá trị', {ONE} {CELLS} {RATIO}",
    ),
    "ward": Screen(
        "wards/{ward}/?period={month}",
        "wards/{ward}.csv?period={month}",
        columns(
            CELLS,
            "",
            texts="i.name_vi",
            and_where=MONTH + " and w.id = %(ward)s and v.state = 'reported'",
        ),
    ),
    "ward points": Screen(
        "wards/{ward}/?period={month}",
        "wards/{ward}.csv?period={month}",
        POINTS + "select i.name_vi, 'Điểm', g.points from given g join pilot_indicator i"
        " on i.id = g.indicator where g.ward = %(ward)s and g.points is not null",
        close=0.011,
    ),
    "ranking": Screen(
        "?period={month}",
        "overview.csv?period={month}",
        POINTS + "select w.name_vi, 'Điểm', sum(h.points) * sum(h.most)"
        " / sum(case when h.points is not null then h.most end) from themes h"
        " join wards_ward w on w.id = h.ward group by w.id, w.name_vi"
        " having sum(case when h.points is not null then h.most end) >= 0.6666 * sum(h.most)",
        close=0.011,  # one tie of a rounding may fall the other way
    ),
    "ranking in a theme": Screen(
        "?period={month}&theme=service",
        "overview.csv?period={month}&theme=service",
        POINTS + "select w.name_vi, 'Điểm', h.points from themes h join wards_ward w"
        " on w.id = h.ward join pilot_theme t on t.id = h.theme and t.code = 'service'"
        " where h.points is not null",
        close=0.011,
    ),
    "theme": Screen(
        "themes/service/?period={month}",
        "themes/service.csv?period={month}",
        POINTS + "select w.name_vi, 'Điểm', h.points from themes h join wards_ward w"
        " on w.id = h.ward join pilot_theme t on t.id = h.theme and t.code = 'service'"
        " where h.points is not null",
        close=0.011,
    ),
    "evaluation": Screen(
        "evaluation/?period={last}",
        "evaluation/changes.csv?period={last}",
        " union all ".join(
            f"select i.name_vi, t.short_vi, '{name}', {SHARE}"
            f" {CELLS} and i.kind = 'ratio' and i.frequency = 'month' and i.level = 'ward' and {when}"
            " group by i.id, i.name_vi, i.kind, t.short_vi"
            for name, when in (
                ("Trước thí điểm", 'p."end" < o.start'),
                ("Từ khi bắt đầu", "p.start >= o.start"),
            )
        ),
    ),
    "quality": Screen(
        "quality/?period={month}",
        "quality/completeness.csv?period={month}",
        "select w.name_vi, p.code, 'Đã báo cáo', count(*) filter (where v.state = 'reported')"
        f" {CELLS} and p.kind = 'month' and p.code <= %(month)s group by w.id, w.name_vi, p.code",
    ),
    "staff": Screen(
        "staff/?period={month}",
        "staff/wards.csv?period={month}",
        STAFF,
    ),
    "origin": Screen(
        "origin/service/dossiers_on_time/?period={month}",
        "origin/service/dossiers_on_time.csv?period={month}",
        columns(CELLS, "", texts="w.name_vi", and_where=MONTH + RATIO).replace(
            "'Giá trị'", "'Giá trị, %%'"
        ),
    ),
    "origin of a ward's quarter": Screen(
        "origin/service/dossiers_on_time/?period={quarter}&ward={ward}",
        "origin/service/dossiers_on_time.csv?period={quarter}&ward={ward}",
        f"select p.code, 'Giá trị, %%', {ONE} {CELLS} {RATIO} and w.id = %(ward)s"
        " and p.kind = 'month' and exists (select 1 from pilot_period q where q.pilot_id ="
        ' p.pilot_id and q.code = %(quarter)s and p.start >= q.start and p."end" <= q."end")',
    ),
    "score": Screen(
        "origin/?period={month}&ward={ward}",
        "origin.csv?period={month}&ward={ward}",
        POINTS + "select i.short_vi, 'Điểm', g.points from given g join pilot_indicator i"
        " on i.id = g.indicator where g.ward = %(ward)s and g.points is not null",
        close=0.011,
    ),
}


def cells(screen, names):
    """All cells of a screen that have a number, by plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(screen.sql, names)
        rows = cursor.fetchall()
    if screen is SCREENS["history"]:  # the page shows what lies up to its period
        names = names | {"month": max(code for _ward, code, *_figure in rows)}
    place = [each.format(**names) for each in (screen.page, screen.file)]
    for *texts, column, value in rows:
        if value is not None:
            shown = [month_name(text) for text in texts]
            on_screen = ()
            if screen is SCREENS["history"]:  # there the screen has a heat map
                year, month = texts[1].split("-")
                on_screen = ((texts[0].removeprefix("Phường "),), f"{int(month)}/{year}")
            yield Cell(screen, *place, tuple(shown), column, float(value), on_screen)


def month_name(text):
    year, _dash, month = text.partition("-")
    return f"Tháng {int(month)}/{year}" if year.isdecimal() and month.isdecimal() else text


# Reading tables back ---------------------------------------------------------------------------


class Tables(HTMLParser):
    """The tables of a page: lists of rows, a row a list of texts; a group's name goes with its rows."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.cell, self.group = [], None, ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "table":
            self.tables.append([])
            self.group = ""
        elif tag == "tr":
            self.row = []
        elif tag in ("td", "th"):
            self.cell = ""
            self.is_group = attrs.get("scope") == "colgroup"

    def handle_data(self, text):
        if self.cell is not None:
            self.cell += text

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.row.append(" ".join(self.cell.split()))
            if self.is_group:
                self.group = self.row[-1]
            self.cell = None
        elif tag == "tr" and not self.is_group:
            self.tables[-1].append([*self.row, self.group])


def read(table, row, column):
    """What stands in `column` of the one row that has all texts of `row`; None in other tables.

    One of the texts at least is the row's own, and not that of its group, which stands last.
    """
    heads = [head.replace("\u200b", "") for head in table[0]] if table else []
    if column not in heads:
        return None
    place = heads.index(column)
    texts = set(row)
    found = [each for each in table[1:] if texts <= set(each) and texts & set(each[:-1])]
    found = [each for each in found if len(each) > place]
    assert len(found) <= 1, (row, found)
    return found[0][place] if found else None


def number(text):
    return float(text.replace(".", "").replace(",", ".").replace("−", "-").lstrip("+"))


def on_page(text, cell):
    row, column = cell.on_screen or (cell.row, cell.column)
    found = [read(table, row, column) for table in Tables(text).tables]
    shown = {each for each in found if each is not None}
    assert len(shown) == 1, (cell.page, row, column, shown)
    # Behind a flagged figure stands why somebody should look at it.
    shown = re.match(r"[-+−]?[\d.,]+", *shown).group()
    digits = len(shown.partition(",")[2])
    return number(shown), 0.5 * 10**-digits


def in_csv(content, cell):
    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    return float(read(table, cell.row, cell.column).replace(",", "."))


def in_workbook(content, cell):
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        rows = [list(each) for each in sheet.iter_rows(values_only=True)]
        tops = [n for n, each in enumerate(rows) if cell.column in each]
        if tops and (found := read(rows[tops[0] :], cell.row, cell.column)) is not None:
            return float(found)
    return None


# The claim -------------------------------------------------------------------------------------


@pytest.fixture
def six(db):
    return demo.build(wards=6, months=6, slug="six", history=False)


@pytest.mark.kept
@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_picked_at_random_are_those_of_plain_sql_on_screen_and_in_files(
    client, admin_user, six, seed
):
    client.force_login(admin_user)
    chance = random.Random(seed)  # noqa: S311
    with connection.cursor() as cursor:
        cursor.execute(
            'select code, kind from pilot_period where pilot_id = %s order by "end"', [six.pk]
        )
        codes = cursor.fetchall()
    months = [code for code, kind in codes if kind == "month"]
    quarters = [code for code, kind in codes if kind == "quarter"]
    checked = 0

    @cache
    def fetch(path):
        answer = client.get(f"/pilots/{six.slug}/{path}")
        assert answer.status_code == 200, path
        return answer.content

    for name, screen in SCREENS.items():
        wards = list(six.wards.values_list("pk", flat=True))
        names = {
            "pilot": six.slug,
            "month": chance.choice(months[2:-1]),
            "last": months[-1],
            "quarter": chance.choice(quarters),
            "ward": chance.choice(wards),
        }
        known = list(cells(screen, names))
        assert len(known) >= 2, name
        for cell in chance.sample(known, min(len(known), -(-PICKED // len(SCREENS)))):
            shown, half = on_page(fetch(cell.page).decode(), cell)
            assert shown == pytest.approx(cell.value, abs=half + screen.close), (name, cell)
            text, book = fetch(cell.file), fetch(cell.file.replace(".csv", ".xlsx"))
            exact = pytest.approx(cell.value, abs=screen.close)
            assert (in_csv(text, cell), in_workbook(book, cell)) == (exact, exact), (name, cell)
            checked += 1
    assert checked >= 30


def test_a_wrong_number_would_be_found(client, admin_user, six):
    """The test of the test: one figure changed behind the screen's back is noticed."""
    client.force_login(admin_user)
    month = six.periods.filter(kind="month").order_by("end")[2].code
    names = {"pilot": six.slug, "month": month, "quarter": "", "ward": six.wards.first().pk}
    cell = next(each for each in cells(SCREENS["indicator"], names) if each.column == "Tử số")
    page = client.get(f"/pilots/{six.slug}/{cell.page}").content.decode()
    cell.value += 1
    shown, half = on_page(page, cell)
    assert shown != pytest.approx(cell.value, abs=half + 1e-6)
