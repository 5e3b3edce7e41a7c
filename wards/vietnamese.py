"""Vietnamese text: kept in NFC, ordered by the Vietnamese alphabet, folded for search.

Knows letters and nothing else: no language setting, no database, no meaning of a name.
"""

import re
import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng; ngang has no mark
SHAPES = "\u0302\u0306\u031b"  # the circumflex, breve and horn that make â, ă and ơ
ABBREVIATIONS = frozenset({"HĐND", "MTTQ", "TP", "TTHC", "UBND"})

# Every code of a key is two digits, so keys compare alike under any collation. Letters start
# at FIRST_LETTER; a number says its length before its digits, so that 2 comes before 10.
END, GAP, NUMBER, FIRST_LETTER, FOREIGN = "00", "01", "02", 10, "99"

# The Icelandic eth and the African d are what some keyboards type for đ, and ƀ is written in
# names of the Central Highlands; Unicode decomposes none of them.
ALIKE = str.maketrans("ÐðƉɖɃƀ‘’‛ʼ′´`“”„«»‐‑–—−", "đđđđbb" + "'" * 7 + '"' * 5 + "-" * 5)

WORD = re.compile(rf"(?:[^\W_][{SHAPES}]*)+")
NUMBER_OR_LETTER = re.compile(rf"\d{{1,99}}|[^\W\d_][{SHAPES}]*")
VOWELS = re.compile(rf"(?:[aeiouy][{SHAPES}{TONES}]*)+")


def nfc(text: str) -> str:
    """One line of text as it is stored: NFC, single spaces, nothing invisible."""
    visible = (c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return unicodedata.normalize("NFC", " ".join("".join(visible).split()))


def sort_key(text: str) -> str:
    """A string of digits that orders `text` by the Vietnamese alphabet under any collation.

    Letters are compared first, over the whole text and word by word, and then tones, as ICU
    does for `vi`. Case and punctuation do not count, numbers count by their value.
    """
    spelling = _decomposed(text)
    words = WORD.findall(re.sub(f"[{TONES}]", "", spelling))
    letters = GAP.join("".join(map(_code, NUMBER_OR_LETTER.findall(word))) for word in words)
    # One tone for each run of vowels, wherever in it the mark stands: hoà is hòa.
    tones = "".join(map(_tone, VOWELS.findall(spelling)))
    return letters + END + tones


def given_name_key(full_name: str) -> str:
    """A `sort_key` that orders people by given name (the last word), family, middle names."""
    *others, given = nfc(full_name).split() or [""]
    # No sort key begins another, so keys one after the other compare name by name.
    return "".join(map(sort_key, (given, " ".join(others[:1]), " ".join(others[1:]))))


def fold(text: str) -> str:
    """`text` for search: lower case, no tones or marks, d for đ, plain quotes and dashes."""
    return nfc(re.sub(f"[{SHAPES}{TONES}]", "", _decomposed(text)).replace("đ", "d"))


def titled(text: str) -> str:
    """An official name in capitals, made readable: `XÃ EA M’DROH` to `Xã Ea M’Droh`.

    Text with any small letter in it comes back as it is.
    """
    if not text.isupper():
        return text
    return re.sub(r"[^\W\d_]+", lambda word: _capitalised(word[0]), nfc(text))


def _decomposed(text):
    # Small letters, each followed by its Vietnamese marks; the marks of other languages go.
    letters = unicodedata.normalize("NFKD", nfc(text).translate(ALIKE)).casefold()
    return "".join(c for c in letters if c in SHAPES + TONES or unicodedata.category(c) != "Mn")


def _code(number_or_letter):
    if number_or_letter.isdecimal():
        digits = str(int(number_or_letter))
        return f"{NUMBER}{len(digits):02}{digits}"
    letter = unicodedata.normalize("NFC", number_or_letter)
    if letter not in ALPHABET:  # A mark on a letter that does not take it, as in ĕ.
        letter = number_or_letter[0]
    if letter not in ALPHABET:
        return f"{FOREIGN}{ord(letter):07}"
    return f"{FIRST_LETTER + ALPHABET.index(letter)}"


def _tone(vowels):
    return next((str(TONES.index(mark) + 1) for mark in vowels if mark in TONES), "0")


def _capitalised(word):
    return word if word in ABBREVIATIONS else word.capitalize()
