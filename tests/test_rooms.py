"""The doors of the house open one way: who may import whom."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PURE = [
    *("measures", "history", "scoring", "sums", "themes", "concerns", "evaluation", "headcount"),
    *("withholding", "quality", "schedule", "rollup", "standing", "charts", "exports"),
]
WORDS = ["words", "sentences", "tables", "panels"]
LATE = {"scipy", "statsmodels"}


def rooms(app):
    return [path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def imports(path):
    """Full names of the modules that a file imports anywhere in it."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def found(paths, *forbidden):
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imports(path)
        if any(name == each or name.startswith(f"{each}.") for each in forbidden)
    ]


def reports(*names):
    top = {path: path.relative_to(ROOT / "reports").parts[0] for path in rooms("reports")}
    return [path for name in names for path in top if top[path] in (name, f"{name}.py")]


def test_wards_knows_nothing_of_pilots_or_reports():
    assert found(rooms("wards"), "pilot", "reports") == []


def test_nobody_imports_reports_but_its_address_list():
    paths = [path for path in rooms("pilot") if path.name != "urls.py"]
    assert found([*paths, *rooms("wards")], "reports") == []


@pytest.mark.parametrize("name", PURE)
def test_arithmetic_and_drawing_know_neither_django_nor_a_model(name):
    paths = reports(name)
    assert paths
    assert found(paths, "django", "pilot", "wards", "reports.frames", "reports.words") == []


@pytest.mark.parametrize("name", WORDS)
def test_words_know_of_django_its_translation_alone(name):
    names = [
        each
        for path in reports(name)
        for each in imports(path)
        if each.startswith(("django", "pilot", "wards"))
    ]
    allowed = ("django.utils.translation", "pilot.numbers", "pilot.periods")
    assert [each for each in names if each != "pilot" and not each.startswith(allowed)] == []


def test_only_frames_stands_between_the_database_and_pandas():
    both = [
        path
        for path in rooms("reports")
        if found([path], "pandas") and found([path], "pilot.models", "wards.models", "django.db")
    ]
    assert {path.parent.name for path in both} == {"frames"}
    assert found([*rooms("pilot"), *rooms("wards")], "pandas", "plotly") == []


def test_views_get_wards_through_access_alone():
    views = [path for app in ("pilot", "reports") for path in (ROOT / app / "views").glob("*.py")]
    assert found(views, "wards.models") == []


def test_heavy_statistics_are_imported_only_where_used():
    top = [
        f"{path.name}: {name}"
        for app in ("wards", "pilot", "reports")
        for path in rooms(app)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
        if name.split(".")[0] in LATE
    ]
    assert top == []


@pytest.mark.parametrize("word", ["utils", "helpers", "services", "common", "mixins", "signals"])
def test_no_room_is_called_by_a_word_that_says_nothing(word):
    assert [
        p for app in ("wards", "pilot", "reports") for p in (ROOT / app).rglob(f"{word}*")
    ] == []


def test_the_vendored_plotly_is_the_one_that_python_speaks_to():
    from plotly.offline import get_plotlyjs_version

    version = get_plotlyjs_version()
    folder = ROOT / "static" / "vendor" / f"plotly-cartesian-{version}"
    assert (
        f"plotly.js (cartesian - minified) v{version}"
        in (folder / "plotly-cartesian.min.js").read_text(encoding="utf-8")[:300]
    )
    page = (ROOT / "templates" / "_chart_scripts.html").read_text(encoding="utf-8")
    assert f"plotly-cartesian-{version}/" in page


def test_what_is_vendored_carries_its_version_and_licence():
    for folder in [*(ROOT / "static" / "vendor").iterdir(), *(ROOT / "static" / "fonts").iterdir()]:
        assert any(sign.isdigit() for sign in folder.name)
        assert (folder / "LICENSE").stat().st_size > 500
