"""Fills an empty database of a given size. The figures are invented in the database itself.

Figures by the million are made by one INSERT … SELECT each, without indexes, which are built after
them: twelve million values in minutes. What they are does not matter here, only how many.
"""

import datetime as dt
import time

from django.db import connection
from django.utils import timezone

from pilot.models import Indicator, Period, Pilot, Target, Theme
from wards.models import District, Membership, User, Ward

START = dt.date(2021, 1, 1)
THEMES = 10
CLASSES = [{"from": 80, "name_vi": "Tốt"}, {"from": 0, "name_vi": "Khác"}]

SUBMISSIONS = """
    insert into pilot_submission
        (period_id, ward_id, state, first_submitted_at, submitted_at, decided_at, reason, source)
    select p.id, w.ward_id,
        case when p.start = %(last)s and w.ward_id %% 7 = 1 then 'submitted' else 'approved' end,
        %(when)s, %(when)s, %(when)s, '', ''
    from pilot_period p join pilot_pilot_wards w on w.pilot_id = p.pilot_id
    order by p.pilot_id, w.ward_id, p.id
"""
# Of a hundred cells one has no figure; of three indicators two are rates.
VALUES = """
    insert into pilot_value
        (submission_id, indicator_id, state, numerator, denominator, reason, edit)
    select s.id, i.id,
        case when (s.id * 31 + i.id * 17) %% 101 = 0 then 'not_available' else 'reported' end,
        case when (s.id * 31 + i.id * 17) %% 101 = 0 then null
            when i.kind = 'ratio' then 140 + (s.id * 7919 + i.id * 104729) %% 60
            else (s.id * 7919 + i.id * 104729) %% 90 end,
        case when i.kind = 'ratio' and (s.id * 31 + i.id * 17) %% 101 <> 0
            then 200 + (s.id + i.id) %% 40 end,
        case when (s.id * 31 + i.id * 17) %% 101 = 0 then 'hỏng máy' else '' end,
        {edit}
    from pilot_submission s join pilot_period p on p.id = s.period_id
    join pilot_theme t on t.pilot_id = p.pilot_id join pilot_indicator i on i.theme_id = t.id
    order by s.id, i.id
"""
EDIT = {"postgresql": "md5(s.id || '-' || i.id)", "sqlite": "lower(hex(randomblob(16)))"}


def load(size):
    """Fill the database; returns how many values there are and how many seconds it took."""
    begun = time.perf_counter()
    pilots = places(size)
    indicators(size, pilots)
    periods(size, pilots)
    people()
    figures(size)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pilot_value")
        return cursor.fetchone()[0], time.perf_counter() - begun


def places(size):
    """Districts, a pilot for each, and the wards shared out among them."""
    districts = [
        District(code=f"{n:03}", name_vi=f"Quận Thử {n}", name_en=f"District {n}", valid_from=START)
        for n in range(1, size.districts + 1)
    ]
    wards = [
        Ward(
            code=f"{n:05}",
            name_vi=f"Phường Thử {n}",
            name_en=f"Thử {n} Ward",
            valid_from=START,
            district=districts[(n - 1) * size.districts // size.wards],
            map_row=n // 4 % 4,
            map_column=n % 4,
        )
        for n in range(1, size.wards + 1)
    ]
    for place in [*districts, *wards]:
        place.fill_keys()
    District.objects.bulk_create(districts)
    Ward.objects.bulk_create(wards, batch_size=1000)
    pilots = Pilot.objects.bulk_create(
        Pilot(
            slug=f"pilot-{n}",
            name_vi=f"Thí điểm {n}",
            name_en=f"Pilot {n}",
            district=district,
            start=dt.date(2022, 1, 1),
            baseline_start=START,
            baseline_end=dt.date(2021, 12, 31),
            framework="bench",
            classes=CLASSES,
        )
        for n, district in enumerate(districts, 1)
    )
    of = {pilot.district_id: pilot.pk for pilot in pilots}
    through = Pilot.wards.through
    through.objects.bulk_create(
        (through(pilot_id=of[ward.district_id], ward_id=ward.pk) for ward in wards), 1000
    )
    return pilots


def indicators(size, pilots):
    """The same framework for each pilot: ten themes, in each a headline and further indicators."""
    themes = Theme.objects.bulk_create(
        Theme(
            pilot=pilot,
            code=f"t{n}",
            order=n,
            name_vi=f"Lĩnh vực {n}",
            name_en=f"Theme {n}",
            short_vi=f"Lĩnh vực {n}",
            short_en=f"Theme {n}",
        )
        for pilot in pilots
        for n in range(1, THEMES + 1)
    )
    made = Indicator.objects.bulk_create(
        (indicator(theme, n) for theme in themes for n in range(1, size.indicators // THEMES + 1)),
        1000,
    )
    Target.objects.bulk_create(
        (
            Target(indicator=each, since=START, value=0.8 if each.kind == "ratio" else 40)
            for each in made
        ),
        1000,
    )


def indicator(theme, n):
    ratio = n % 3 != 0
    return Indicator(
        theme=theme,
        code=f"{theme.code}-i{n}",
        order=n,
        name_vi=f"Chỉ tiêu {theme.order}.{n}",
        name_en=f"Indicator {theme.order}.{n}",
        short_vi=f"Chỉ tiêu {theme.order}.{n}",
        short_en=f"Indicator {theme.order}.{n}",
        kind="ratio" if ratio else "count",
        frequency="month",
        unit_vi="hồ sơ",
        unit_en="dossiers",
        worst=0.5 if ratio else 0,
        best=1 if ratio else 90,
        points=2,
        headline=n == 1,
        smallest_denominator=10,
    )


def periods(size, pilots):
    last = START.year + size.months // 12 - 1
    Period.objects.bulk_create(
        (
            period
            for pilot in pilots
            for period in Period.objects.calendar(pilot, START, dt.date(last, 12, 31), ["month"])
        ),
        1000,
    )


def people():
    """The administrator, who sees every pilot, and a reviewer of the first district."""
    User.objects.create_superuser("admin", password="bench")
    reviewer = User.objects.create_user("reviewer", password="bench")
    Membership.objects.create(user=reviewer, role="review", district=District.objects.first())


def figures(size):
    """All returns and values, with the indexes of values built after them."""
    last = dt.date(START.year + size.months // 12 - 1, 12, 1)
    when = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(SUBMISSIONS, {"last": last, "when": when})
        if connection.vendor == "postgresql":
            # The figures are right by their making: each is not asked for its return again.
            cursor.execute("set session_replication_role = replica")
            cursor.execute(
                "select indexname, indexdef from pg_indexes where tablename = 'pilot_value'"
                " and indexdef not like 'CREATE UNIQUE%%'"
            )
            indexes = cursor.fetchall()
            for name, _definition in indexes:
                cursor.execute(f'drop index "{name}"')
        cursor.execute(VALUES.format(edit=EDIT[connection.vendor]).replace("%%", "%"))
        if connection.vendor == "postgresql":
            for _name, definition in indexes:
                cursor.execute(definition)
            cursor.execute("set session_replication_role = origin")
            cursor.execute("vacuum analyze")
        else:
            cursor.execute("analyze")
