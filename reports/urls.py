"""The screens of a pilot. A file is the page's address with a suffix."""

from django.urls import path, register_converter

from .views import (
    districts,
    effect,
    evaluation,
    home,
    indicator,
    origin,
    overview,
    quality,
    saved,
    schedule,
    staff,
    theme,
    ward,
)


class Suffix:
    """What a table can be downloaded as."""

    regex = "csv|xlsx"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(Suffix, "suffix")

urlpatterns = [
    path("", home.home, name="home"),
    path("compare/", districts.districts, name="districts"),
    path("compare.<suffix:suffix>", districts.districts_file, name="districts_file"),
    path("pilots/<slug:pilot>/", overview.overview, name="overview"),
    path(
        "pilots/<slug:pilot>/overview.<suffix:suffix>", overview.overview_file, name="overview_file"
    ),
    path("pilots/<slug:pilot>/indicators/", overview.indicators, name="indicators"),
    path(
        "pilots/<slug:pilot>/indicators.<suffix:suffix>",
        overview.indicators_file,
        name="indicators_file",
    ),
    path("pilots/<slug:pilot>/evaluation/", evaluation.evaluation, name="evaluation"),
    path("pilots/<slug:pilot>/evaluation.xlsx", evaluation.evaluation_file, name="evaluation_file"),
    path(
        "pilots/<slug:pilot>/evaluation/<slug:part>.<suffix:suffix>",
        evaluation.evaluation_part,
        name="evaluation_part",
    ),
    path("pilots/<slug:pilot>/themes/<slug:theme>/", theme.theme, name="theme"),
    path(
        "pilots/<slug:pilot>/themes/<slug:theme>.<suffix:suffix>",
        theme.theme_file,
        name="theme_file",
    ),
    path(
        "pilots/<slug:pilot>/themes/<slug:theme>/history.<suffix:suffix>",
        theme.theme_history_file,
        name="theme_history_file",
    ),
    path(
        "pilots/<slug:pilot>/themes/<slug:theme>/series.<suffix:suffix>",
        theme.theme_series_file,
        name="theme_series_file",
    ),
    path("pilots/<slug:pilot>/staff/", staff.workforce, name="workforce"),
    path("pilots/<slug:pilot>/staff.<suffix:suffix>", staff.workforce_file, name="workforce_file"),
    path(
        "pilots/<slug:pilot>/staff/<slug:part>.<suffix:suffix>",
        staff.workforce_part,
        name="workforce_part",
    ),
    path("pilots/<slug:pilot>/wards/<int:ward>/", ward.ward, name="ward"),
    path("pilots/<slug:pilot>/wards/<int:ward>.<suffix:suffix>", ward.ward_file, name="ward_file"),
    path(
        "pilots/<slug:pilot>/wards/<int:ward>/themes.<suffix:suffix>",
        ward.ward_themes_file,
        name="ward_themes_file",
    ),
    path("pilots/<slug:pilot>/quality/", quality.quality_page, name="quality"),
    path(
        "pilots/<slug:pilot>/quality/<slug:table>.<suffix:suffix>",
        quality.quality_file,
        name="quality_file",
    ),
    path("pilots/<slug:pilot>/milestones/chart/", schedule.schedule_page, name="schedule"),
    path(
        "pilots/<slug:pilot>/milestones/chart/<slug:table>.<suffix:suffix>",
        schedule.schedule_file,
        name="schedule_file",
    ),
    path(
        "pilots/<slug:pilot>/returns/<slug:period>/<unit:unit>/effect/",
        effect.effect,
        name="effect",
    ),
    path("pilots/<slug:pilot>/views/", saved.saved_views, name="saved_views"),
    path(
        "pilots/<slug:pilot>/views/<int:view>/", saved.saved_view_rename, name="saved_view_rename"
    ),
    path(
        "pilots/<slug:pilot>/views/<int:view>/remove/",
        saved.saved_view_remove,
        name="saved_view_remove",
    ),
    path("pilots/<slug:pilot>/origin/", origin.score, name="score"),
    path("pilots/<slug:pilot>/origin.<suffix:suffix>", origin.score_file, name="score_file"),
    path(
        "pilots/<slug:pilot>/origin/<slug:theme>/<slug:indicator>/",
        origin.origin,
        name="origin",
    ),
    path(
        "pilots/<slug:pilot>/origin/<slug:theme>/<slug:indicator>.<suffix:suffix>",
        origin.origin_file,
        name="origin_file",
    ),
    path(
        "pilots/<slug:pilot>/indicators/<slug:theme>/<slug:indicator>/",
        indicator.indicator,
        name="indicator",
    ),
    path(
        "pilots/<slug:pilot>/indicators/<slug:theme>/<slug:indicator>.<suffix:suffix>",
        indicator.indicator_file,
        name="indicator_file",
    ),
    path(
        "pilots/<slug:pilot>/indicators/<slug:theme>/<slug:indicator>/<slug:part>.<suffix:suffix>",
        indicator.part_file,
        name="part_file",
    ),
]
