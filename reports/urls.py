"""The screens of a pilot. A file is the page's address with a suffix."""

from django.urls import path, register_converter

from .views import effect, home, indicator, overview, ward


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
    path("pilots/<slug:pilot>/wards/<int:ward>/", ward.ward, name="ward"),
    path("pilots/<slug:pilot>/wards/<int:ward>.<suffix:suffix>", ward.ward_file, name="ward_file"),
    path(
        "pilots/<slug:pilot>/returns/<slug:period>/<unit:unit>/effect/",
        effect.effect,
        name="effect",
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
        "pilots/<slug:pilot>/indicators/<slug:theme>/<slug:indicator>/history.<suffix:suffix>",
        indicator.history_file,
        name="history_file",
    ),
]
