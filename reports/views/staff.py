"""The staff of all wards: posts against people, what the people are, before and after the pilot."""

import datetime as dt
from functools import cached_property

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pilot import norms
from reports import charts, headcount, panels, sentences, tables, words
from reports.exports import official
from reports.frames import staff as roster

from .page import TYPES, Page, screen


class Seen:
    """What one person sees of the rosters of a pilot: its page, the day, and whether all is told.

    Every figure about people comes through `quality` and `pyramid`, which withhold what must be.
    """

    def __init__(self, request, slug):
        self.page = Page(request, slug)
        self.staff = roster.kept(self.page.pilot)
        self.everything = self.page.work.keeps_rosters_of(self.page.pilot.district)

    @cached_property
    def day(self):
        """The last day of the period, or today within it."""
        return min(self.page.days[1], self.page.frames.today)

    @cached_property
    def eve(self):
        """The last day before the pilot."""
        return self.page.frames.today.__class__(self.page.pilot.start) - dt.timedelta(days=1)

    @cached_property
    def lines(self):
        return self.staff.once(headcount.lines, self.day)

    @cached_property
    def empty(self):
        """Whether no ward of the pilot has ever had a post or an officer."""
        known = self.staff.posts["ward"], self.staff.people["ward"]
        return not any(each.isin(self.staff.wards.index).any() for each in known)

    @cached_property
    def norms(self):
        return norms.of(self.page.pilot.framework)

    @cached_property
    def labels(self):
        return roster.labels()

    @cached_property
    def names(self):
        return words.named(self.staff.wards, "bare")

    @cached_property
    def links(self):
        """Address of a ward's own roster on the day, for the wards the person may open."""
        day = f"?day={self.day:%d/%m/%Y}"
        return {ward: reverse("staff", args=[ward]) + day for ward in self.page.ward_links}

    def quality(self, kind):
        """The Quality of this kind; grades are of the last year that had ended."""
        day = headcount.graded_on(self.day) if kind == "grade" else self.day
        return self.staff.once(headcount.quality, kind, day, self.everything)

    @cached_property
    def pyramid(self):
        return self.staff.once(headcount.pyramid, self.day, self.everything)

    @cached_property
    def met(self):
        """By position who meets the requirements, for whoever may see all rosters."""
        return self.staff.once(headcount.by_position, "lacking", self.day)

    @cached_property
    def over_time(self):
        periods = self.page.frames.periods
        return self.staff.once(_over_time, periods["start"].min(), self.day)

    @cached_property
    def beside(self):
        return self.staff.once(headcount.beside, self.eve, self.day)

    @cached_property
    def shares(self):
        return headcount.shares(self.lines, self.page.scores.totals)

    @property
    def notes(self):
        """What must be said wherever figures about people go."""
        return [*self.page.notes, *([] if self.everything else [self.said])]

    @cached_property
    def said(self):
        if self.everything:
            return sentences.staff.unguarded(self.day)
        return sentences.staff.guard(self.staff.counting)

    def chart(self, part, title, sentence, figure, links=None):
        """The context of `_chart.html` for one of PARTS, with its table and files."""
        of, suffixes = self.page, ("csv", "xlsx")
        files = {each: of.address("workforce_part", part, each) for each in suffixes}
        return {
            "id": part,
            "title": title,
            "sentence": sentence,
            "figure": figure,
            "empty": sentence,
            # The rows of a table without links are no wards.
            "table": panels.parts.table(PARTS[part](self), links, of.my_wards if links else ()),
            "link": f"{of.address('workforce')}#{part}",
            **files,
        }


def _over_time(staff, first, last):
    return headcount.over_time(staff, headcount.month_ends(first, last, last))


# The tables ------------------------------------------------------------------------------------


def _titled(text, day):
    return f"{text} · {words.day(day)}"


def _posts_sheet(seen):
    title = _titled(_("Posts by unit and position"), seen.day)
    return tables.staff.posts(seen.staff, seen.lines, title, seen.page.notes)


def _wards_sheet(seen):
    title = _titled(_("Posts by %(unit)s") % {"unit": seen.page.units(1)}, seen.day)
    return tables.staff.by_ward(seen.staff, seen.lines, title, seen.page.notes)


def _positions_sheet(seen):
    title = _titled(_("Posts by position"), seen.day)
    return tables.staff.by_position(seen.staff, seen.lines, title, seen.page.notes)


def _time_sheet(seen):
    return tables.staff.over_time(
        seen.over_time, _("Posts and officers over time"), seen.page.notes
    )


def _change_sheet(seen):
    days = (seen.eve, seen.day)
    title = _("Before the pilot and now")
    return tables.staff.beside(seen.staff, seen.beside, days, seen.norms, title, seen.page.notes)


def _quality_sheet(kind):
    def sheet(seen):
        found = seen.quality(kind)
        title = _titled(_titles()[kind], found.day)
        return tables.staff.quality(seen.staff, found, seen.labels[kind], title, seen.notes)

    return sheet


def _met_sheet(seen):
    if not seen.everything:
        raise Http404
    title = _titled(_("Match with the requirements by position"), seen.day)
    labels = seen.labels["lacking"]
    return tables.staff.positions(seen.staff, seen.met, "lacking", labels, title, seen.notes)


def _age_sheet(seen):
    found, day = seen.pyramid
    title = _titled(_titles()["age"], day)
    return tables.staff.pyramid(found, seen.labels, title, seen.notes)


def _results_sheet(seen):
    title = _titled(_("Posts filled beside results"), seen.day)
    return tables.staff.results(seen.staff, seen.shares, title, seen.page.notes)


def _form_sheet(seen):
    found = {kind: seen.quality(kind) for kind, _keys in tables.staff.FORM}
    sums = headcount.summed(headcount.lines(seen.staff, found["level"].day), "ward")
    title = _titled(_form_title(seen), found["level"].day)
    return tables.staff.form(seen.staff, sums, found, seen.labels, title, seen.notes)


def _form_title(seen):
    return _("Statistics of the quantity and quality of officials of the %(units)s") % {
        "units": seen.page.units()
    }


def _titles():
    return {
        "lacking": _("Match with the requirements of the position"),
        "level": _("Professional qualification"),
        "theory": _("Political theory"),
        "training": _("State-management training"),
        "age": _("Age and sex"),
        "grade": _("Yearly rating"),
    }


PARTS = {
    "posts": _posts_sheet,
    "wards": _wards_sheet,
    "positions": _positions_sheet,
    "time": _time_sheet,
    "change": _change_sheet,
    "lacking": _quality_sheet("lacking"),
    "lacking-positions": _met_sheet,
    "level": _quality_sheet("level"),
    "theory": _quality_sheet("theory"),
    "training": _quality_sheet("training"),
    "age": _age_sheet,
    "grade": _quality_sheet("grade"),
    "results": _results_sheet,
    "form": _form_sheet,
}


# The page --------------------------------------------------------------------------------------


@screen
def workforce(request, pilot):
    seen = Seen(request, pilot)
    page = seen.page
    if page.period is None:
        return page.render("reports/no_figures.html")
    if seen.empty:
        return page.render("reports/no_staff.html")
    sums = seen.lines.sum()
    counted = (seen.lines.index.get_level_values("ward").nunique(), len(seen.staff.wards))
    norm = next(
        (each for each in seen.norms if each.code == "norm" and each.holds(seen.day.date())), None
    )
    return page.render(
        "reports/staff.html",
        head=sentences.staff.head(sums),
        lead=sentences.staff.lead(seen.day, sums, *counted, page.units),
        tiles=panels.staff.tiles(sums, counted, page.units, norm),
        everything=seen.everything,
        said=seen.said,
        posts=_posts(seen),
        wards=_wards(seen),
        positions=_positions(seen),
        time=_time(seen),
        change=_change(seen) if seen.day > seen.eve else None,
        people=_people(seen),
        form=_form(seen),
        results=_results(seen),
    )


def _posts(seen):
    sums = headcount.summed(seen.lines, "ward")
    title = _("Posts by unit and position")
    sentence = sentences.staff.gaps(sums, seen.names)
    context = seen.chart("posts", title, sentence, None)
    heat = panels.staff.heat(seen.staff, seen.lines, title, seen.links, seen.page.my_wards)
    return context | {"posts": heat}


def _wards(seen):
    sums = headcount.summed(seen.lines, "ward")
    rows = panels.staff.posts(sums, seen.names, seen.links, seen.page.my_wards)
    title = _("Posts by %(unit)s") % {"unit": seen.page.units(1)}
    sentence = sentences.staff.gaps(sums, seen.names)
    sentence = sentences.parts.cut(sentence, len(rows), charts.rows.MOST_ROWS)
    figure = charts.staff.posts(rows, _("officers in main posts"), _("posts assigned"))
    return seen.chart("wards", title, sentence, figure, seen.links)


def _positions(seen):
    sums = headcount.summed(seen.lines, "position", _in_order(seen))
    names = words.named(seen.staff.positions)
    figure = charts.staff.posts(
        panels.staff.posts(sums, names), _("officers in main posts"), _("posts assigned")
    )
    return seen.chart(
        "positions", _("Posts by position"), sentences.staff.gaps(sums, names), figure
    )


def _in_order(seen):
    there = seen.lines.index.get_level_values("position")
    return seen.staff.positions.index[seen.staff.positions.index.isin(there)]


def _time(seen):
    found = seen.over_time
    lines, ticks = panels.staff.averages(found)
    figure = charts.staff.averages(
        lines,
        ticks,
        panels.staff.norm_lines(seen.norms),
        start=panels.staff.first_tick(found, seen.page.pilot.start),
        start_name=_("start of the pilot"),
    )
    return seen.chart("time", _("Over time"), sentences.staff.over_time(found), figure)


def _change(seen):
    days = (seen.eve, seen.day)
    rows = panels.staff.change(seen.beside, seen.names, seen.links, seen.page.my_wards)
    figure = charts.staff.moves(
        rows, *map(words.day, days), lines=panels.staff.norm_lines(seen.norms)
    )
    sentence = sentences.staff.beside(seen.beside, days, seen.norms)
    return seen.chart("change", _("Before the pilot and now"), sentence, figure, seen.links)


def _people(seen):
    """What the officers are, two charts of one height side by side."""
    if not seen.everything:
        kinds = ("lacking", "grade", "level", "theory", "training")
        return [*(_quality(seen, kind) for kind in kinds), _age(seen)]
    kinds = ("level", "theory", "training", "grade")
    return [*_matches(seen), *(_quality(seen, kind) for kind in kinds), _age(seen)]


def _quality(seen, kind):
    found, labels = seen.quality(kind), seen.labels[kind]
    sentence = sentences.staff.quality(found, tables.staff.key_names(found.totals.index, labels))
    figure = charts.rows.bars(panels.staff.bars(found, labels))
    told = found.totals.notna().any()
    return seen.chart(kind, _titles()[kind], sentence, figure if told else None, seen.links)


def _matches(seen):
    """Who meets what the position asks for, by ward and by position."""
    found, positions = seen.quality("lacking").cells, words.named(seen.staff.positions)
    by_ward = panels.staff.met(found, seen.names, seen.links, seen.page.my_wards)
    by_position = panels.staff.met(seen.met, positions)
    title = _("Match with the requirements by %(unit)s") % {"unit": seen.page.units(1)}
    return [
        seen.chart(
            "lacking",
            title,
            sentences.staff.met(found, seen.names),
            charts.rows.dots(by_ward, percent=True),
            seen.links,
        ),
        seen.chart(
            "lacking-positions",
            _("Match with the requirements by position"),
            sentences.staff.met(seen.met, positions),
            charts.rows.dots(by_position, percent=True),
        ),
    ]


def _age(seen):
    found, _day = seen.pyramid
    ages, sexes = seen.quality("age"), seen.labels["sex"]
    rows = panels.staff.pyramid(found, seen.labels)
    figure = charts.staff.pyramid(rows, sexes["f"], sexes["m"])
    names = tables.staff.key_names(ages.totals.index, seen.labels["age"])
    sentence = sentences.staff.pyramid(found, ages, names)
    told = found.notna().any(axis=None)
    return seen.chart("age", _titles()["age"], sentence, figure if told else None)


def _results(seen):
    found = seen.shares
    rows = panels.staff.results(found, seen.names, seen.page.ward_links, seen.page.my_wards)
    figure = charts.staff.scatter(rows, _("Posts filled"), _("Points"))
    sentence = sentences.staff.results(found, seen.page.units)
    title = _("Posts filled beside results")
    return seen.chart("results", title, sentence, figure if len(rows) > 1 else None)


def _form(seen):
    context = seen.chart("form", _form_title(seen), sentences.staff.form(), None, seen.links)
    return context | {"title": _("The official statistical form")}


# The files -------------------------------------------------------------------------------------


@screen
def workforce_file(request, pilot, suffix):
    """All tables in one workbook; as CSV the posts."""
    seen = Seen(request, pilot)
    told = [part for part in PARTS if seen.everything or part != "lacking-positions"]
    return _file(seen, "staff", suffix, told)


@screen
def workforce_part(request, pilot, part, suffix):
    """The table of one chart; the official form in its own layout."""
    seen = Seen(request, pilot)
    if part not in PARTS:
        raise Http404
    if part != "form" or suffix == "csv":
        return _file(seen, f"staff-{part}", suffix, [part])
    if seen.page.period is None or seen.empty:
        raise Http404
    response = HttpResponse(official.workbook(_paper(seen)), content_type=TYPES[suffix])
    name = f"{seen.page.pilot.slug}-staff-form-{seen.quality('level').day:%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _file(seen, name, suffix, parts):
    if seen.page.period is None or seen.empty:
        raise Http404
    return seen.page.file(
        name, suffix, *(lambda _page, part=part: PARTS[part](seen) for part in parts)
    )


def _paper(seen):
    """The official form as it is printed and signed."""
    sheet, day = _form_sheet(seen), seen.quality("level").day
    groups = tables.staff.form_groups(seen.labels)
    columns = len(sheet.frame.columns) - sum(len(each) for _head, each in groups)
    return official.Form(
        office=[_("PEOPLE'S COMMITTEE"), seen.page.pilot.district.name.upper()],
        motto=[_("SOCIALIST REPUBLIC OF VIET NAM"), _("Independence - Freedom - Happiness")],
        title=_form_title(seen).upper(),
        subtitle=_("(as of %(day)s)") % {"day": words.day(day)},
        first=[_("No."), *sheet.frame.columns[:columns]],
        groups=[(head, [name for _kind, _key, name in each]) for head, each in groups],
        rows=panels.staff.numbered(sheet.frame),
        nothing=sheet.nothing,
        place=_("Day …… month …… year ……"),
        signatures=[
            (_("PREPARED BY"), _("(Signature, full name)")),
            (_("HEAD OF THE OFFICE"), _("(Signature, seal, full name)")),
        ],
        notes=sheet.notes,
    )
