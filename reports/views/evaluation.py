"""The evaluation of the pilot: before against after, breaks in the series, how firm the ranks are."""

from django.http import Http404
from django.utils.translation import gettext as _

from reports import charts, measures, panels, sentences, tables, words
from reports.evaluation import effect, index

from .page import Page, screen

FIELDS = ("period", "mean", "seed", "series")


def _open(request, pilot):
    return Page(request, pilot, FIELDS)


def _ways(page):
    """The period, the mean and the seed, which ranks and their ranges rest on."""
    return page.period, *page.filters.ways


def _changes(page):
    return page.frames.once(effect.before_after, *_window(page))


def _window(page):
    """The pilot so far: from its start to the end of the period shown."""
    start = measures.day(page.pilot.start)
    return start, max(start, page.days[1])


def _changes_sheet(page):
    title = f"{_('Before and after')} · {page.period_name}"
    return tables.evaluation.changes(page.frames, _changes(page), title, page.notes)


def _by_ward_sheet(page):
    title = f"{_('Before and after')} · {page.period_name}"
    return tables.evaluation.by_ward(page.frames, _changes(page), title, page.notes)


def _ranks_sheet(page):
    ranges = page.frames.once(index.rank_ranges, *_ways(page))
    groups = page.frames.once(index.groups, *_ways(page))
    title = f"{_('How firm the ranks are')} · {page.period_name}"
    notes = [*page.notes, sentences.evaluation.ways(*_ways(page)[1:])]
    return tables.evaluation.ranks(page.frames, ranges, groups, title, notes)


def _parts_sheet(page):
    parts = page.frames.once(index.contributions, *_ways(page)[:2])
    title = f"{_('What the scores are made of')} · {page.period_name}"
    return tables.evaluation.parts(page.frames, parts, title, page.notes)


def _without_sheet(page):
    removed = page.frames.once(index.without, *_ways(page)[:2])
    title = f"{_('Rank without one part')} · {page.period_name}"
    return tables.evaluation.without(page.frames, removed, title, page.notes)


def _series_sheet(page):
    key, found = _series(page)
    title = f"{words.named(page.frames.indicators)[key]} · {_('a break in the series')}"
    return tables.evaluation.series(page.frames, key, found, title, page.notes)


def _series(page):
    """The indicator chosen, and its series broken at the start of the pilot."""
    key = page.filters.series_id
    return key, page.frames.once(effect.interrupted, key, measures.day(page.pilot.start))


@screen
def evaluation(request, pilot):
    page = _open(request, pilot)
    if page.period is None:
        return page.render("reports/no_figures.html")
    changes = _changes(page)
    return page.render(
        "reports/evaluation.html",
        head=sentences.evaluation.head(changes.xs(0, level="ward"), page.months),
        lead=sentences.evaluation.caution(),
        changes=_changes_panel(page, changes),
        by_ward=_by_ward_panel(page, changes),
        series=_series_panel(page),
        ranks=_ranks_panel(page),
        parts=_parts_panel(page),
        without=_without_panel(page),
        ways=sentences.evaluation.ways(*_ways(page)[1:]),
        whole=page.address("evaluation_file"),
    )


def _changes_panel(page, changes):
    pooled = changes.xs(0, level="ward")
    rows = panels.evaluation.forest(page.frames, pooled, page.indicator_links())
    return {
        "id": "changes",
        "title": _("Before and after"),
        "sentence": sentences.evaluation.changes(page.frames, changes, page.units),
        "figure": charts.ranges.forest(rows, _("no change")) if len(rows) else None,
        "empty": _("No rate has figures both before the pilot and since."),
        "table": panels.parts.table(_changes_sheet(page), page.indicator_links()),
        **_files(page, "changes"),
    }


def _by_ward_panel(page, changes):
    title = _("Better or worse by %(unit)s") % {"unit": page.units(1)}
    signs = panels.evaluation.by_ward(page.frames, changes, page.indicator_links(), title)
    table = panels.parts.table(_by_ward_sheet(page))
    return {"title": title, "signs": signs, "table": table, **_files(page, "changes-by-ward")}


def _series_panel(page):
    key, found = _series(page)
    kind = page.frames.indicators.at[key, "kind"]
    unit = words.named(page.frames.indicators.loc[[key]], "unit").iloc[0]
    drawn = panels.evaluation.broken(page.frames, found, kind, unit)
    return {
        "id": "series",
        "title": _("A break in the series: %(indicator)s")
        % {"indicator": words.named(page.frames.indicators)[key]},
        "sentence": sentences.evaluation.series(found, kind, unit),
        "figure": charts.ranges.broken(
            drawn,
            kind == "ratio",
            panels.indicator.first_tick(page.frames, key, page.pilot.start),
            _("start of the pilot"),
        )
        if len(found.periods) > 1
        else None,
        "empty": _("A series begins with two figures."),
        "table": panels.parts.table(_series_sheet(page)),
        **_files(page, "series"),
    }


def _ranks_panel(page):
    ranges = page.frames.once(index.rank_ranges, *_ways(page))
    groups = page.frames.once(index.groups, *_ways(page))
    names = words.named(page.frames.wards, "bare")
    rows = panels.evaluation.ranges(ranges, groups, names, page.ward_links, page.my_wards)
    sentence = sentences.evaluation.ranks(ranges, groups, names, page.units)
    return {
        "id": "ranks",
        "title": _("How firm the ranks are"),
        "sentence": sentences.parts.cut(sentence, len(rows), charts.rows.MOST_ROWS),
        "figure": charts.ranges.ranks(rows) if ranges["rank"].notna().any() else None,
        "empty": sentence,
        "table": panels.parts.table(_ranks_sheet(page), page.ward_links, page.my_wards),
        **_files(page, "ranks"),
    }


def _parts_panel(page):
    parts = page.frames.once(index.contributions, *_ways(page)[:2])
    rows = panels.evaluation.parts(page.frames, parts, page.ward_links)
    sentence = sentences.evaluation.parts(parts, words.named(page.frames.themes, "short"))
    return {
        "id": "parts",
        "title": _("What the scores are made of"),
        "sentence": sentence,
        "figure": charts.ranges.stacked(
            rows, panels.evaluation.weighted(page.frames, page.scores.themes)
        )
        if parts.notna().any(axis=None)
        else None,
        "empty": sentence,
        "table": panels.parts.table(_parts_sheet(page), page.ward_links, page.my_wards),
        **_files(page, "scores"),
    }


def _without_panel(page):
    removed = page.frames.once(index.without, *_ways(page)[:2])
    ranks = page.frames.once(index.rank_ranges, *_ways(page))["rank"]
    return {
        "id": "without",
        "title": _("What would change the ranks"),
        "sentence": sentences.evaluation.without(page.frames, removed, ranks),
        "signs": panels.evaluation.without(page.frames, removed, ranks, page.ward_links),
        "table": panels.parts.table(_without_sheet(page)),
        **_files(page, "without"),
    }


SHEETS = {
    "changes": _changes_sheet,
    "changes-by-ward": _by_ward_sheet,
    "series": _series_sheet,
    "ranks": _ranks_sheet,
    "scores": _parts_sheet,
    "without": _without_sheet,
}


def _files(page, part):
    return {
        "csv": page.address("evaluation_part", part, "csv"),
        "xlsx": page.address("evaluation_part", part, "xlsx"),
        "link": page.address("evaluation"),
    }


@screen
def evaluation_file(request, pilot):
    """The whole page as one workbook."""
    return _open(request, pilot).file("evaluation", "xlsx", *SHEETS.values())


@screen
def evaluation_part(request, pilot, part, suffix):
    """One table of the page."""
    if part not in SHEETS:
        raise Http404
    return _open(request, pilot).file(part, suffix, SHEETS[part])
