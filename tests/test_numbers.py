import math
from decimal import Decimal
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pilot.numbers import Ambiguous, NotANumber, parse, parse_rate, write

languages = st.sampled_from(["vi", "en"])
numbers = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.integers(0, 6),
)
typed = st.text("0123456789.,' +-−–%\u00a0\u202f１２．，٣²eđ", max_size=12)


def readings(text):
    try:
        return (parse(text),)
    except Ambiguous as doubt:
        return doubt.readings
    except NotANumber:
        return ()


# Reading


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"),
        ("1234", "1234"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234,567", "1234.567"),
        ("1234.567", "1234.567"),
        ("1.2345", "1.2345"),
        ("0.123", "0.123"),
        ("0,123", "0.123"),
        ("1 234", "1234"),
        ("1 234 567,5", "1234567.5"),
        ("1\u00a0234\u202f567", "1234567"),
        ("1\u2009234.25", "1234.25"),
        ("1'234", "1234"),
        ("1’234,5", "1234.5"),
        ("  7\t\n", "7"),
        ("+7", "7"),
        ("-7", "-7"),
        ("−7", "-7"),
        ("–7", "-7"),
        ("１２，５", "12.5"),
        ("－１．２３４，５", "-1234.5"),
        ("999.999.999.999.999,999999", "999999999999999.999999"),
    ],
)
def test_plain_numbers_are_read_in_either_language(text, number):
    assert parse(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "thousands", "point"),
    [
        ("1.234", "1234", "1.234"),
        ("1,234", "1234", "1.234"),
        ("-12,345", "-12345", "-12.345"),
        ("100.000", "100000", "100"),
        ("１．２３４", "1234", "1.234"),
    ],
)
def test_one_separator_before_three_digits_is_asked_about(text, thousands, point):
    with pytest.raises(Ambiguous) as doubt:
        parse(text)
    assert doubt.value.readings == (Decimal(thousands), Decimal(point))
    assert doubt.value.text == text


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", ".", ".5", "5.", "abc", "12 people", "1_000", "1e5", "inf", "nan", "0x10"),
        *("1.23.456", "1,2,3", "12.3456,7", "1.234.5", "1.234,567,890", "0.123.456", "1.234 567"),
        *("1  234", "12 34", "1\t234", "1\n234", "- 5", "--5", "5-", "(5)", "12 %", "1/2"),
        *("10²", "½", "①", "٣", "१२", "1\u0301", "1.234567,8"),
        *("1234567890123456", "1.234.567.890.123.456", "0,1234567", "1" * 41),
    ],
)
def test_anything_else_is_not_a_number(text):
    with pytest.raises(NotANumber) as refusal:
        parse(text)
    assert refusal.value.text == text


def test_a_form_may_catch_both_as_value_errors():
    assert issubclass(Ambiguous, ValueError)
    assert issubclass(NotANumber, ValueError)
    assert not issubclass(Ambiguous, NotANumber)


def test_minus_nothing_is_nothing():
    assert str(parse("-0")) == "0"


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"), st.sampled_from("+-"))
def test_a_doubtful_number_always_offers_both_readings(head, tail, separator, sign):
    text = f"{sign}{head}{separator}{tail:03}"
    thousands, point = readings(text)
    assert thousands == Decimal(f"{sign}{head}{tail:03}")
    assert point == Decimal(f"{sign}{head}.{tail:03}")


@given(typed | st.text(max_size=12))
@example("\u2000１")
def test_the_form_of_the_text_changes_nothing(text):
    assert readings(normalize("NFD", text)) == readings(normalize("NFC", text))


@given(typed | st.text(max_size=12))
def test_swapping_point_and_comma_changes_nothing(text):
    assert readings(text) == readings(text.translate(str.maketrans(".,", ",.")))


@given(typed)
def test_whatever_is_read_fits_fifteen_digits_and_six_decimals(text):
    for reading in readings(text):
        assert abs(reading) < 10**15
        assert reading.as_tuple().exponent >= -6


# Percentages


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("12 %", "0.12"),
        ("12,5%", "0.125"),
        ("12.5\u00a0%", "0.125"),
        ("１００％", "1"),
        ("−3%", "-0.03"),
        (" 0 % ", "0"),
    ],
)
def test_a_percentage_is_a_fraction(text, fraction):
    assert parse_rate(text) == Decimal(fraction)


@pytest.mark.parametrize("text", ["12", "", "%", "% 12", "12%%", "12 % 5", "12‰", "a%"])
def test_without_one_percent_sign_at_the_end_it_is_not_a_rate(text):
    with pytest.raises(NotANumber) as refusal:
        parse_rate(text)
    assert refusal.value.text == text


def test_a_doubtful_percentage_offers_fractions():
    with pytest.raises(Ambiguous) as doubt:
        parse_rate("12.345 %")
    assert doubt.value.readings == (Decimal("123.45"), Decimal("0.12345"))
    assert doubt.value.text == "12.345 %"


# Writing


@pytest.mark.parametrize(
    ("number", "decimals", "vietnamese", "english"),
    [
        (None, None, "", ""),
        (None, 2, "", ""),
        (0, None, "0", "0"),
        (1234567, None, "1.234.567", "1,234,567"),
        (Decimal("1234.50"), None, "1.234,5", "1,234.5"),
        (Decimal("1234.50"), 2, "1.234,50", "1,234.50"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        (Decimal("0.000001"), None, "0,000001", "0.000001"),
        (-1234.5, None, "−1.234,5", "−1,234.5"),
        (2.675, 2, "2,68", "2.68"),
        (Decimal("0.5"), 0, "1", "1"),
        (Decimal("-2.5"), 0, "−3", "−3"),
        (Decimal("999.95"), 1, "1.000,0", "1,000.0"),
        (-0.04, 1, "0,0", "0.0"),
    ],
)
def test_numbers_are_written_in_both_languages(number, decimals, vietnamese, english):
    assert write(number, decimals) == vietnamese
    assert write(number, decimals, language="en") == english


@pytest.mark.parametrize("number", [math.nan, math.inf, Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_not_a_number_is_not_written(number):
    with pytest.raises(NotANumber):
        write(number)


@given(numbers, languages)
@example(Decimal("1234"), "vi")
@example(Decimal("1.234"), "vi")
def test_what_is_written_is_read_back_or_is_one_of_the_two_readings(number, language):
    assert number in readings(write(number, language=language))


@given(numbers, languages)
def test_without_thousands_separators_it_is_read_back_whenever_decimals_are_not_three(
    number, language
):
    thousands = {"vi": ".", "en": ","}[language]
    for decimals in (4, 5, 6):
        rounded = Decimal(f"{number:.{decimals}f}")
        assert parse(write(rounded, decimals, language).replace(thousands, "")) == rounded


@given(numbers, st.integers(0, 6))
def test_rounding_is_off_by_half_a_unit_at_most(number, decimals):
    text = write(number, decimals, "en").replace(",", "").replace("−", "-")
    assert abs(Decimal(text) - number) <= Decimal("0.5").scaleb(-decimals)


@given(numbers)
def test_the_languages_differ_only_in_their_separators(number):
    swapped = write(number, language="vi").translate(str.maketrans(".,", ",."))
    assert swapped == write(number, language="en")
