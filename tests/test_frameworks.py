"""Framework files: reviewed data, refused with line and fault, loaded safely twice."""

import pytest

from pilot import frameworks
from pilot.frameworks import FaultyFramework
from pilot.models import Indicator, Pilot, Target, Theme
from wards.models import District

pytestmark = pytest.mark.django_db

TEXT = """\
code = "small"
version = "1"
name_vi = "Nhỏ"
source_vi = "-"
note_vi = "-"
minimum_weight = 1
classes = [{ from = 50, name_vi = "Đạt" }, { from = 0, name_vi = "Chưa đạt" }]

[[themes]]
code = "one"
name_vi = "Một"
short_vi = "Một"

[[themes.indicators]]
code = "rate"
name_vi = "Tỷ lệ"
short_vi = "Tỷ lệ"
kind = "ratio"
frequency = "month"
direction = "higher"
numerator_vi = "tử"
denominator_vi = "mẫu"
worst = 0
best = 1
points = 10
headline = true
target = [{ since = 2021-07-01, value = 0.9 }]
"""


@pytest.fixture
def pilot():
    district = District.objects.create(code="1", name_vi="Quận Một", valid_from="2020-01-01")
    return Pilot.objects.create(slug="p", name_vi="P", district=district, start="2021-07-01")


def test_every_framework_of_the_product_is_faultless():
    assert frameworks.available() == ["qd766", "urban-government"]
    for code in frameworks.available():
        frameworks.read(code)


def test_the_seven_themes_of_the_seed_with_their_sources():
    content = frameworks.read("urban-government")
    indicators = [each for theme in content["themes"] for each in theme["indicators"]]
    assert len(content["themes"]) == 7
    assert 25 <= len(indicators) <= 35
    assert all(
        each["source_vi"] and each["why_vi"] and each["definition_vi"] for each in indicators
    )
    assert sum(each.get("points", 0) for each in indicators if each["level"] == "ward") == 100


def test_the_six_blocks_of_decision_766_have_their_points():
    content = frameworks.read("qd766")
    maxima = {}
    for theme in content["themes"]:
        whole = [each["points"] for each in theme["indicators"] if each.get("whole_theme")]
        parts = [each["points"] for each in theme["indicators"] if not each.get("whole_theme")]
        maxima[theme["code"]] = whole[0] if whole else sum(parts)
        assert not (whole and parts) or whole[0] == sum(parts)
    assert maxima == {
        "cong_khai": 18,
        "tien_do": 20,
        "dvctt": 12,
        "thanh_toan": 10,
        "so_hoa": 22,
        "hai_long": 18,
    }


def test_loading_twice_changes_nothing(pilot):
    content = frameworks.parse(TEXT, "small.toml")
    assert frameworks.load(pilot, content) == 3
    assert frameworks.load(pilot, content) == 0
    assert (Theme.objects.count(), Indicator.objects.count(), Target.objects.count()) == (1, 1, 1)
    for code in frameworks.available():
        frameworks.load(pilot, frameworks.read(code))
        assert frameworks.load(pilot, frameworks.read(code)) == 0


def test_a_changed_file_changes_the_row_and_a_line_taken_out_has_an_effect(pilot):
    frameworks.load(pilot, frameworks.parse(TEXT, "small.toml"))
    text = TEXT.replace("best = 1", "best = 0.8").replace(
        'numerator_vi = "tử"', 'numerator_vi = "t"'
    )
    frameworks.load(pilot, frameworks.parse(text.replace("points = 10\n", ""), "small.toml"))
    kept = Indicator.objects.get()
    assert (kept.best, kept.points, kept.numerator_vi) == (0.8, None, "t")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version = "1"', "version = ", "line 2"),
        ('version = "1"\n', "", "line 1: 'version' is missing"),
        ('kind = "ratio"', 'kind = "rate"', "line 18: kind"),
        ("best = 1", "best = -1", "line 24: indicator 'rate': the goalposts"),
        ("worst = 0", "worst = 1", "line 25: points"),
        ("headline = true", "headline = false", "line 9: theme 'one' needs one headline"),
        ('numerator_vi = "tử"', "", "a ratio says"),
        ("points = 10", "point = 10", "line 25: unknown key 'point'"),
        ("points = 10", 'points = "many"', "line 25: points"),
        ("since = 2021-07-01, ", "", "a target has"),
        ("from = 50", "from = -50", "line 7: the thresholds"),
        ('code = "rate"\n', "", "'code' is missing"),
        ('direction = "higher"', 'direction = "band"', "four edges"),
        ("[[themes.indicators]]", "[[themes.indicator]]", "unknown key 'indicator'"),
    ],
)
def test_a_faulty_file_is_refused_naming_line_and_fault(old, new, said):
    assert old in TEXT
    with pytest.raises(FaultyFramework) as error:
        frameworks.parse(TEXT.replace(old, new, 1), "small.toml")
    assert said in str(error.value)


def test_two_of_a_code_are_refused():
    doubled = TEXT + TEXT[TEXT.index("[[themes.indicators]]") :].replace("headline = true", "")
    with pytest.raises(FaultyFramework, match="line 29: a second indicator 'rate'"):
        frameworks.parse(doubled, "small.toml")
