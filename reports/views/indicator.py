"""One indicator: what it means, how it moved, ward against ward, and what may come of it."""

from functools import cached_property

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilot import periods
from pilot.models import Indicator
from reports import charts, history, measures, panels, scoring, sentences, tables, words
from reports.evaluation import flags, forecast

from .page import Page, screen

SHOWN = ("period", "against", "counted")  # what the panels depend on that do not compare one ward


class Sight(Page):
    """The page of one indicator: what several of its panels show, each worked out once."""

    def __init__(self, request, pilot, theme, indicator):
        super().__init__(request, pilot, ("period", "against", "ward"))
        self.indicator = get_object_or_404(
            Indicator.objects.select_related("theme"),
            theme__pilot=self.pilot,
            theme__code=theme,
            code=indicator,
        )
        self.key, self.kind = self.indicator.pk, self.indicator.kind
        self.unit = self.indicator.said("unit")
        self.place = (theme, indicator)
        self.by_ward = self.indicator.level == "ward"
        # A sum of wards, beside which each of them would be dwarfed.
        self.added = self.by_ward and self.kind not in {"ratio", "score"}

    @cached_property
    def row(self):
        """The district's figure of the chosen period, with target and change."""
        return self.found.loc[self.key]

    @cached_property
    def whole(self):
        """The district period by period, up to the end of the one chosen: `history.district`."""
        return self.frames.once(history.district, self.key, self.period)

    @cached_property
    def through(self):
        """The indicator's own periods up to the end of the one chosen."""
        return self.frames.periods.loc[self.whole.index]

    @cached_property
    def past(self):
        """Every cell up to the end of the chosen period: `history.cells`."""
        return history.cells(self.frames, self.key, self.days[1])

    @cached_property
    def compared(self):
        """Ward by ward in the chosen period, best first, with intervals."""
        cells = scoring.compared(self.frames, self.cells, self.key)
        low, high = history.rated(self.frames, self.key, cells)
        cells = cells.assign(low=low, high=high)
        if self.against is None:
            return cells
        earlier = self.frames.once(measures.cells_in, self.against)
        earlier = scoring.compared(self.frames, earlier, self.key)
        flow = self.kind != "ratio" and self.indicator.over_time == "flow"
        return cells.assign(then=history.before(cells, earlier, flow))

    @cached_property
    def quartiles(self):
        return history.quartiles(self.past)

    @cached_property
    def now(self):
        """How the wards lie apart in the chosen period: a frame of one row."""
        return history.quartiles(self.compared.reset_index().assign(period=self.period))

    @cached_property
    def outlook(self):
        """What may come of the target: the indicator's row of `forecast.forecasts`."""
        return self.frames.once(forecast.forecasts, self.days[1], self.horizon).loc[self.key, 0]

    @cached_property
    def flagged(self):
        """What a person should look at in this indicator, the latest first."""
        found = self.frames.once(flags.flagged, self.period)
        return history.latest(self.frames, found[found["indicator"] == self.key])

    @cached_property
    def signs(self):
        """Words for the flagged cells by (ward, period)."""
        return panels.history.signs(self.flagged)

    @cached_property
    def bare(self):
        """Short names of the wards by id."""
        return words.named(self.frames.wards, "bare")

    @cached_property
    def own_origins(self):
        """Where the figure of each ward in the chosen period comes from, by ward."""
        found = self.origins([self.key], tuple(self.compared.index))
        return {ward: href for (_key, ward, _period), href in found.items()}

    def series_origins(self, ward=0):
        """Where the figure of each period comes from, by period; of the whole district or a ward."""
        found = self.origins([self.key], (ward,), list(self.whole.index))
        return {period: href for (_key, _ward, period), href in found.items()}

    @cached_property
    def beside(self):
        """The lines drawn beside the district's: see `_beside`."""
        return _beside(self)

    def part_files(self, part):
        """The addresses under a panel, which does not change with the ward to compare with."""
        query = self.filters.query(*(self.filters.fields if part == "trend" else SHOWN))
        args = [self.pilot.slug, *self.place]
        named = ("indicator_file", args) if part == "wards" else ("part_file", [*args, part])
        return {
            suffix: reverse(named[0], args=[*named[1], suffix]) + query
            for suffix in ("csv", "xlsx")
        } | {"link": reverse("indicator", args=args) + query}


def _wards_sheet(page):
    title = f"{page.indicator.name} · {page.period_name}"
    return tables.indicator.by_ward(
        page.frames, page.compared, page.key, title, page.notes, page.against_name
    )


def _trend_sheet(page):
    beside = {name: figures for _ward, name, figures, _rank in page.beside}
    if page.added:
        beside = {_main_name(page): page.whole["each"]} | beside
    return tables.indicator.trend(
        page.frames, page.whole, beside, page.key, page.indicator.name, page.notes
    )


def _history_sheet(page):
    return tables.indicator.history(
        page.frames, page.past, page.signs, page.key, page.indicator.name, page.notes
    )


def _distribution_sheet(page):
    title = f"{page.indicator.name} · {page.period_name}"
    return tables.indicator.spread(page.frames, page.now, page.key, title, page.notes, "quartiles")


def _spread_sheet(page):
    name = page.indicator.name
    return tables.indicator.spread(page.frames, page.quartiles, page.key, name, page.notes)


def _flags_sheet(page):
    title = page.indicator.name
    return tables.indicator.flags(page.frames, page.flagged, page.past, page.key, title, page.notes)


def _forecast_sheet(page):
    name = page.indicator.name
    return tables.indicator.forecast(
        page.frames, page.outlook, page.horizon, page.key, name, page.notes
    )


PARTS = {
    "trend": _trend_sheet,
    "history": _history_sheet,
    "distribution": _distribution_sheet,
    "spread": _spread_sheet,
    "flags": _flags_sheet,
    "forecast": _forecast_sheet,
}


@screen
def indicator(request, pilot, theme, indicator):
    page = Sight(request, pilot, theme, indicator)
    if page.period is None:
        return page.render("reports/no_figures.html", indicator=page.indicator)
    if page.asks_for("trend"):
        return page.part(_trend(page))
    row = page.row
    # A quarterly figure seen from a month is the quarter's, and is called so.
    period = page.period if row["periods"] > 1 or not row["last"] else row["last"]
    name = words.period(page.frames.periods.loc[period])
    return page.render(
        "reports/indicator.html",
        filters=page.filters.without("ward"),
        indicator=page.indicator,
        theme=page.indicator.theme,
        theme_href=page.theme_links()[page.indicator.theme_id],
        head=page.indicator.name,
        lead=sentences.indicator.lead(row, page.kind, page.unit, name, page.against_name),
        facts=panels.indicator.facts(page.indicator),
        trend=_trend(page),
        forecast=_forecast(page),
        heat=_heat(page),
        flags=_flags(page),
        **(_among_wards(page) if page.by_ward and len(page.frames.wards) else {}),
    )


def _beside(page):
    """The lines drawn beside the district's, as (ward or 0, name, figures by period, rank).

    The ward to compare with and its peers; where none is chosen the reader's own wards.
    """
    chosen = page.filters.ward_id if page.by_ward else None
    shown = {chosen} if chosen else page.my_wards if page.by_ward else ()
    found = [
        (ward, page.bare[ward], _pooled(page, [ward]), "mine")
        for ward in page.bare.index
        if ward in shown
    ]
    if chosen:
        like, alike = history.peers(page.frames, chosen)
        if len(like):
            figures = _pooled(page, like)
            name = sentences.indicator.peers(len(like), alike, page.units)
            found.append((0, name, figures, "peers"))
    return found


def _pooled(page, wards):
    """The figure of these wards together, period by period; of counts their mean."""
    found = page.frames.once(history.pooled, page.key, tuple(int(ward) for ward in wards))
    return found["each"].loc[page.whole.index]


def _trend(page):
    """The panel of the trend as it stands in the page, drawn once for all who see it alike."""
    # All that it rests on besides the figures: what is chosen, and whose wards stand out.
    mine = () if page.filters.ward_id else tuple(sorted(page.my_wards))
    chosen = (page.period, page.against, page.filters.ward_id, mine)
    return page.frames.keep(
        (_trend, page.key, *chosen, get_language()),
        lambda: render_to_string("reports/_trend.html", {"trend": _trend_panel(page)}),
    )


def _trend_panel(page):
    """The district over time, beside the ward chosen and its peers, and how it may go on."""
    return {
        "span": "span-8",
        "title": _("Over time"),
        "said": _trend_said(page),
        "choose": page.filters["ward"] if page.by_ward and len(page.frames.wards) > 1 else None,
        "action": page.request.path,
        "figure": _trend_figure(page),
        "table": panels.parts.table(_trend_sheet(page), origins=page.series_origins()),
        **page.part_files("trend"),
    }


def _trend_said(page):
    """The sentences above the lines: the district, then the ward and its peers."""
    kind, unit = page.kind, page.unit
    said = [sentences.indicator.trend(page.whole["each"], page.through, kind, unit)]
    if page.added:
        said.append(sentences.indicator.meant(page.units))
    chosen = page.filters.ward_id
    if not page.by_ward or chosen is None:
        return said
    lines = {
        rank: (name, figures) for ward, name, figures, rank in page.beside if ward in (0, chosen)
    }
    name, ours = lines.get("mine", (page.bare[chosen], page.whole["value"][:0]))
    of, theirs = lines.get("peers", ("", ours))
    said.append(sentences.indicator.beside(name, ours, theirs, page.through, kind, unit, of))
    if of and not history.peers(page.frames, chosen)[1]:
        said.append(sentences.indicator.why_all(name))
    return said


def _trend_figure(page):
    """The lines, the interval around the district's, the target in force and the forecast."""
    ticks = panels.history.ticks(page.through)
    end = page.horizon
    ahead = panels.history.ticks_ahead(page.through, page.indicator.frequency, end)
    lines = [
        panels.history.line(
            _main_name(page),
            page.whole["each"],
            ticks,
            page.kind,
            page.unit,
            "main",
            list(page.series_origins().values()),
        )
    ]
    lines += [
        panels.history.line(
            name,
            figures,
            ticks,
            page.kind,
            page.unit,
            rank,
            list(page.series_origins(ward).values()) if ward else [],
        )
        for ward, name, figures, rank in page.beside
    ]
    band = (_("95 % interval"), page.whole["low"], page.whole["high"], ticks)
    return charts.lines.trend(
        lines,
        [*ticks, *ahead],
        page.kind == "ratio",
        band=band if page.whole["low"].notna().any() else None,
        target=panels.history.target(page.whole["target"], ticks, page.kind),
        ahead=panels.history.ahead(
            page.outlook, page.whole["each"], ticks, ahead, page.kind, page.unit
        ),
        start=panels.indicator.first_tick(page.frames, page.key, page.pilot.start),
        start_name=_("start of the pilot"),
    )


def _main_name(page):
    """What the district's line is: where the wards add up, the mean of those that reported."""
    if not page.added:
        return _("whole district")
    return _("mean of the %(units)s") % {"units": page.units()}


def _forecast(page):
    """What may come of the target, in words, with the arithmetic a click away."""
    return {
        "id": "forecast",
        **panels.history.outlook(page.outlook),
        "sentence": sentences.forecast.said(
            page.outlook, page.indicator.frequency, page.horizon, page.kind, page.unit
        ),
        "method": sentences.forecast.method(forecast.LAST)
        if words.finite(page.outlook["expected"]) is not None
        else "",
        "table": panels.parts.table(_forecast_sheet(page)),
        "open": True,
        **page.part_files("forecast"),
    }


def _heat(page):
    """Wards by periods, and what in it a person should look at."""
    shaded = scoring.shades(page.frames, page.key, page.past["value"], page.whole["each"])
    cells, whole = (
        each.assign(share=share)
        for each, share in zip((page.past, page.whole), shaded, strict=True)
    )
    wards = [0, *page.frames.wards.index] if page.by_ward else [0]
    return {
        "id": "heat",
        "title": _("By %(unit)s and period") % {"unit": page.units(1)}
        if page.by_ward
        else _("By period"),
        "sentence": sentences.indicator.history(page.past, len(whole)),
        "heat": panels.history.heat(
            page.frames,
            cells,
            whole,
            page.key,
            caption=page.indicator.name,
            links=page.ward_links,
            mine=page.my_wards,
            origins=page.origins([page.key], wards, list(whole.index)),
            flags=page.signs,
        ),
        "legend": panels.history.legend(page.frames.indicators.loc[page.key], page.unit),
        "open": True,
        **page.part_files("history"),
    }


def _flags(page):
    """What a person should look at, in words."""
    wards = dict.fromkeys(int(ward) for ward in page.flagged["ward"])
    periods = dict.fromkeys(int(period) for period in page.flagged["period"])
    return {
        "id": "flags",
        "sentence": sentences.flags.count(
            len(page.flagged), len(page.signs), panels.history.MOST_FLAGS
        ),
        "todo": panels.history.flags(
            page.frames,
            page.flagged,
            page.past,
            page.key,
            page.origins([page.key], list(wards), list(periods)),
        ),
        "table": panels.parts.table(_flags_sheet(page)),
        **page.part_files("flags"),
    }


def _among_wards(page):
    """Ward against ward: now, apart, through time."""
    return {
        "wards": _wards(page),
        "distribution": _distribution(page),
        "spread": _spread(page),
        "multiples": _multiples(page),
        "small": panels.history.multiples(
            page.frames,
            page.past,
            page.whole,
            page.key,
            order=page.compared.index[: charts.rows.MOST_ROWS],
            links=page.ward_links,
            mine=page.my_wards,
        ),
    }


def _wards(page):
    """Ward against ward in the chosen period."""
    cells = page.compared
    sentence = sentences.indicator.spread(cells, page.bare, page.kind, page.unit, page.units)
    return {
        "id": "wards",
        "title": _("By %(unit)s") % {"unit": page.units(1)},
        "sentence": sentences.parts.cut(
            sentences.indicator.stood(sentence, page.against_name),
            len(cells),
            charts.rows.MOST_ROWS,
        ),
        "figure": _wards_figure(page) if cells["value"].count() else None,
        "empty": sentence,
        "table": panels.parts.table(
            _wards_sheet(page), page.ward_links, page.my_wards, page.own_origins
        ),
        **page.part_files("wards"),
    }


def _wards_figure(page):
    """Dots for rates and scores, bars from zero for counts."""
    rows = panels.indicator.by_ward(
        page.compared, page.bare, page.own_origins, page.my_wards, page.kind
    )
    lines = _goal_lines(page)
    if page.kind in {"ratio", "score"}:
        return charts.rows.dots(rows, page.kind == "ratio", lines)
    return charts.rows.bars(rows, lines)


def _goal_lines(page):
    """The district's own figure, and the target, to hold each ward against."""
    target = measures.targets(page.frames, page.days[1])[page.key]
    whole = page.row["per_cell"]
    names = {"target": words.target(target, page.kind), "value": words.figure(whole, page.kind)}
    lines = [
        (whole, _("all %(value)s") % names, "dash"),
        (target, _("target %(target)s") % names, "dot"),
    ]
    return [line for line in lines if words.finite(line[0]) is not None]


def _distribution(page):
    """Where the wards stand in the chosen period, and their quartiles."""
    now = page.now.iloc[0] if len(page.now) else None
    sentence = sentences.indicator.distribution(now, page.kind, page.unit, page.units)
    rows = panels.indicator.strip(
        page.compared, page.bare, page.own_origins, page.my_wards, page.kind
    )
    return {
        "id": "distribution",
        "title": _("Distribution, %(period)s") % {"period": periods.in_sentence(page.period_name)},
        "sentence": sentence,
        "figure": charts.spread.strip(rows, _median_line(now, page.kind), page.kind == "ratio")
        if len(rows)
        else None,
        "empty": sentence,
        "height": "s",
        "table": panels.parts.table(_distribution_sheet(page)),
        **page.part_files("distribution"),
    }


def _median_line(row, kind):
    name = _("median %(value)s") % {"value": words.figure(row["median"], kind)}
    return [(row["median"], name, "solid")]


def _spread(page):
    """Whether the wards come closer together."""
    spread = page.quartiles["spread"]
    sentence = sentences.indicator.narrowing(*history.narrowing(spread), page.kind, page.unit)
    texts = [words.distance(value, page.kind, page.unit) for value in spread]
    return {
        "id": "spread",
        "title": _("How far the middle half of the %(units)s lies apart") % {"units": page.units()},
        "sentence": sentence,
        "figure": charts.spread.widths(
            spread * (100 if page.kind == "ratio" else 1),
            texts,
            panels.history.ticks(page.frames.periods.loc[spread.index]),
            _("Distance between the quartiles"),
            panels.indicator.first_tick(page.frames, page.key, page.pilot.start),
            _("start of the pilot"),
        )
        if spread.count()
        else None,
        "empty": sentence,
        "height": "s",
        "table": panels.parts.table(_spread_sheet(page)),
        **page.part_files("spread"),
    }


def _multiples(page):
    sentence = _("All on one scale; the grey line behind is the %(main)s.") % {
        "main": _main_name(page)
    }
    return {
        "id": "multiples",
        "title": _("Each %(unit)s over time") % {"unit": page.units(1)},
        "sentence": sentences.parts.cut(sentence, len(page.compared), charts.rows.MOST_ROWS),
        "width": panels.history.MULTIPLE_WIDTH,
        "height": panels.history.MULTIPLE_HEIGHT,
        "table_at": "#heat",
        **page.part_files("history"),
    }


@screen
def indicator_file(request, pilot, theme, indicator, suffix):
    page = Sight(request, pilot, theme, indicator)
    return page.file(page.indicator.code, suffix, _wards_sheet, *PARTS.values())


@screen
def part_file(request, pilot, theme, indicator, part, suffix):
    """One panel's table as a file of its own."""
    page = Sight(request, pilot, theme, indicator)
    if part not in PARTS:
        raise Http404
    return page.file(f"{page.indicator.code}-{part}", suffix, PARTS[part])
