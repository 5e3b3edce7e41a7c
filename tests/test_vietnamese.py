from random import Random
from unicodedata import normalize

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from wards.vietnamese import fold, given_name_key, nfc, sort_key, titled

WARDS = [
    "Cầu Diễn",
    "Đại Mỗ",
    "Mễ Trì",
    "Mỹ Đình 1",
    "Mỹ Đình 2",
    "Phú Đô",
    "Phương Canh",
    "Tây Mỗ",
    "Trung Văn",
    "Xuân Phương",
]

# The order of ICU 72.1, collation vi with numeric ordering, taken down once.
ICU_ORDER = """
    Ái Mộ, An Biên, Ăn Hà, Ân Thi, Ba Đình, Bà Rịa, Ba Vì, Bắc Từ Liêm, Cau, Cảu, Cầu Diễn,
    Cầu Giấy, Chàng Sơn, Da, Dạ, Dại, Dân Hòa, Đa, Đại Mỗ, Đan Phượng, Ea Kao, Ea M’Droh, Em, Ê Đê,
    Fu, Gia Lâm, Giang Biên, Hạ, Hạ Đình, Hà Đông, Ha Hoa, Hoàn Kiếm, Hoàng Mai, Ja Lút, Kim Giang,
    Krông Á, Krông Pắc, La Khê, Lâm, ma, mà, mả, mã, má, mạ, ma mà, mà ma, Mê Linh, Mễ Trì,
    Mỹ Đình, Mỹ Đình 1, Mỹ Đình 2, Mỹ Đình 10, Nghi Tàm, Nghĩa Đô, Ngọc Hà, On, Ô Chợ Dừa, Ơn,
    Phú Diễn, Phú Đô, Phường 2, Phường 10, Phượng Cách, Phương Canh, Quán Thánh, Quang Minh,
    Tam Giang, Tân Mai, Tây Hồ, Tây Mỗ, Thanh Xuân, Thịnh Quang, Trung Văn, Tu, Tư, Từ Liêm,
    Uy Nỗ, Ứng Hòa, Vạn Phúc, Văn Miếu, Vân Canh, Wang, Xuân Đỉnh, Xuân Phương, Ý Yên, Yên Hòa, Zuôn
"""

LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
vietnamese = st.text(LETTERS + LETTERS.upper() + " 0123456789’-", max_size=25)
anything = st.text(max_size=25) | vietnamese


def shuffled(items):
    return Random(97).sample(items, len(items))  # noqa: S311


# Order


def test_the_ten_wards_come_in_the_order_of_the_alphabet():
    assert sorted(shuffled(WARDS), key=sort_key) == WARDS


def test_the_order_is_that_of_icu():
    expected = [name.strip() for name in ICU_ORDER.split(",")]
    assert sorted(shuffled(expected), key=sort_key) == expected


def test_letters_come_in_the_order_of_the_alphabet():
    alphabet = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
    assert sorted(shuffled(alphabet), key=sort_key) == alphabet


def test_tones_come_in_their_order_on_every_vowel():
    for vowel in "aăâeêioôơuưy":
        tones = [normalize("NFC", vowel + mark) for mark in ["", *"\u0300\u0309\u0303\u0301\u0323"]]
        assert sorted(shuffled(tones), key=sort_key) == tones


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Mỹ Đình 2", "Mỹ Đình 10"),
        ("Tổ 9", "Tổ 0010"),
        ("An Thạnh", "Anh"),
        ("mạ an", "ma ăn"),
        ("ma mạ", "mà ma"),
        ("10", "a"),
        ("Zuôn", "Ω"),
    ],
)
def test_one_comes_before_the_other(first, second):
    assert sort_key(first) < sort_key(second)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"),
        ("thuỷ", "thủy"),
        ("khoẻ", "khỏe"),
        ("Hoá Hoè Uỷ", "Hóa Hòe Ủy"),
    ],
)
def test_old_and_new_tone_placement_are_the_same(old, new):
    assert sort_key(old) == sort_key(new)
    assert fold(old) == fold(new)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đông", "đÔNG"),
        ("\u00d0ông", "Đông"),  # Icelandic eth
        ("Ea M’Droh", "Ea M'Droh"),
        ("(Mỹ  Đình - 1)", "Mỹ Đình 01"),
        ("Ｍỹ Đình １", "Mỹ Đình 1"),
        ("Čư Ƀăng B\u0306uôn", "Cư Băng Buôn"),
    ],
)
def test_case_punctuation_and_foreign_marks_do_not_count(one, other):
    assert sort_key(one) == sort_key(other)


@given(anything)
@example("\u0660" * 200)
def test_a_key_is_digits_alone(text):
    assert set(sort_key(text)) <= set("0123456789")


@given(st.text(LETTERS + " ", max_size=25), st.text(LETTERS, min_size=1, max_size=5))
def test_a_text_comes_before_the_same_text_gone_on(text, more):
    assert sort_key(text) < sort_key(f"{text} {more}")


@given(vietnamese, vietnamese)
def test_no_key_begins_another(one, other):
    assume(sort_key(one) != sort_key(other))
    assert not sort_key(one).startswith(sort_key(other))


@given(vietnamese, vietnamese)
def test_tones_decide_only_between_the_same_letters(one, other):
    toneless = [sort_key(without_tones(text)) for text in (one, other)]
    assume(toneless[0] != toneless[1])
    assert (sort_key(one) < sort_key(other)) == (toneless[0] < toneless[1])


def without_tones(text):
    tones = dict.fromkeys(map(ord, "\u0300\u0309\u0303\u0301\u0323"))
    return normalize("NFC", normalize("NFD", text).translate(tones))


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_numbers_count_by_value(one, other):
    assert (sort_key(f"Tổ {one}") < sort_key(f"Tổ {other}")) == (one < other)


# People


def test_people_come_by_given_name_then_family_name_then_middle_names():
    people = [
        "An",
        "Lê Văn An",
        "Nguyễn Thị An",
        "Nguyễn Văn An",
        "Đỗ Thị Ân",
        "Vũ Thu Hà",
        "Bùi Thị Hạ",
        "Trần Quốc Hoà",
        "Vũ Minh Hòa",
        "Nguyễn Hải Yến",
    ]
    assert sorted(shuffled(people), key=given_name_key) == people


@given(anything)
def test_any_name_has_a_key(name):
    assert given_name_key(name) == given_name_key(nfc(name))


# Storing and searching


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Mỹ \u00a0 Đình\t1\n", "Mỹ Đình 1"),
        (normalize("NFD", "Mễ Trì"), "Mễ Trì"),
        ("\ufeffPhú\u200b \u200e Đô\u0000\u202c", "Phú Đô"),
        ("Trung\u00adVăn", "TrungVăn"),
        ("\u200b", ""),
    ],
)
def test_text_is_stored_in_nfc_with_single_spaces_and_nothing_invisible(typed, stored):
    assert nfc(typed) == stored


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đại  Mỗ", "dai mo"),
        ("Ưng Ý, Ơn Ức", "ung y, on uc"),
        ("Ea M’Droh", "ea m'droh"),
        ("“Sơ kết” 2021–2026", '"so ket" 2021-2026'),
        ("\u00d0ông \u0189ông", "dong dong"),
    ],
)
def test_folding_leaves_plain_small_letters(text, folded):
    assert fold(text) == folded


@given(anything)
@example("ệ\u0323")
@example("İ™´½ﬁẞ")
def test_the_form_of_the_text_changes_nothing(text):
    for function in (nfc, fold, sort_key, given_name_key):
        assert function(normalize("NFD", text)) == function(normalize("NFC", text))


@given(anything)
@example("İ™´½ﬁẞ")
def test_storing_and_folding_twice_is_storing_and_folding_once(text):
    assert nfc(nfc(text)) == nfc(text)
    assert fold(fold(text)) == fold(text)


@given(vietnamese)
def test_vietnamese_folds_to_ascii(text):
    assert fold(text).isascii()


# Official names


@pytest.mark.parametrize(
    ("official", "readable"),
    [
        ("UBND XÃ KRÔNG PẮC", "UBND Xã Krông Pắc"),
        ("XÃ EA M’DROH", "Xã Ea M’Droh"),
        ("PHƯỜNG CƯ BAO", "Phường Cư Bao"),
        ("HĐND VÀ UBND PHƯỜNG MỸ ĐÌNH 2", "HĐND Và UBND Phường Mỹ Đình 2"),
        (normalize("NFD", "XÃ HÒA SƠN"), "Xã Hòa Sơn"),
        ("TTHC", "TTHC"),
    ],
)
def test_names_in_capitals_become_readable(official, readable):
    assert titled(official) == readable


@pytest.mark.parametrize("text", ["UBND xã Hòa Sơn", "mễ trì", "Xã EA KAO", "2021", ""])
def test_text_that_is_not_all_capitals_is_left_alone(text):
    assert titled(text) == text
