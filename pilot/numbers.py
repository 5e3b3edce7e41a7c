"""Typed text into Decimal and back, in Vietnamese (1.234,5) and in English (1,234.5).

Never guesses: what the two languages read as different numbers is `Ambiguous`.
"""

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext

# Written out rather than left to NFKC, which would also turn 10² into 102.
PLAIN = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
PLAIN |= str.maketrans("\u00a0\u202f\u2009\u3000−–’", "    --'")

NUMBER = re.compile(
    r"""
    (?P<sign> [+-]? )
    (?P<whole>
        [1-9][0-9]{0,2} (?P<group>[.,'\ ]) [0-9]{3} (?: (?P=group)[0-9]{3} ){0,3}
        | [0-9]{1,15}
    )
    (?: (?!(?P=group)) [.,] (?P<fraction>[0-9]{1,6}) )?
    """,
    re.VERBOSE,
)

WRITTEN = {
    "vi": str.maketrans(",.-", ".,−"),
    "en": str.maketrans("-", "−"),
}


class NotANumber(ValueError):
    """`text` is no number in either language."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text


class Ambiguous(ValueError):
    """`text` is two numbers: `readings` has it with a thousands separator, then with a point."""

    def __init__(self, text, readings):
        super().__init__(text, readings)
        self.text = text
        self.readings = readings


def parse(text: str) -> Decimal:
    """The number typed: at most 15 digits before the decimal point and 6 after it.

    Raises `Ambiguous` for text like 1.234 or 1,234, and `NotANumber` for whatever else is not
    plainly one number, a percentage included.
    """
    match = NUMBER.fullmatch(text.translate(PLAIN).strip())
    if not match:
        raise NotANumber(text)
    sign, whole, group, fraction = match.group("sign", "whole", "group", "fraction")
    size = Decimal(f"{re.sub('[^0-9]', '', whole)}.{fraction or ''}")
    number = -size if sign == "-" else size
    if group and group in ".," and whole.count(group) == 1 and not fraction:
        raise Ambiguous(text, (number, number.scaleb(-3)))
    return number


def parse_rate(text: str) -> Decimal:
    """The fraction typed as a percentage: 0.125 for `12,5 %`.

    Raises as `parse` does, its readings being fractions, and `NotANumber` without a `%`.
    """
    number, percent, rest = text.translate(PLAIN).strip().partition("%")
    if not percent or rest:
        raise NotANumber(text)
    try:
        return parse(number).scaleb(-2)
    except NotANumber:
        raise NotANumber(text) from None
    except Ambiguous as doubt:
        raise Ambiguous(text, tuple(reading.scaleb(-2) for reading in doubt.readings)) from None


def write(
    number: Decimal | int | float | None, decimals: int | None = None, language: str = "vi"
) -> str:
    """`number` in "vi" or "en", rounded half up to `decimals`, or with its own digits (up to 28).

    A float counts as Python prints it (2.675 is not 2.67499…). None is "". NaN and infinity
    raise `NotANumber`: why a cell is empty is for its state to say.
    """
    if number is None:
        return ""
    exact = Decimal(str(number))
    if not exact.is_finite():
        raise NotANumber(str(number))
    with localcontext(rounding=ROUND_HALF_UP):
        # z: what rounds to zero has no sign.
        digits = f"{exact.normalize():z,f}" if decimals is None else f"{exact:z,.{decimals}f}"
    return digits.translate(WRITTEN[language])


def editable(number: Decimal | None, language: str = "vi") -> str:
    """`number` for a field of a form: what `parse` reads back as the same number, never ambiguous.

    No separators of thousands; three decimals are padded to four, since 1,234 could be 1234.
    """
    if number is None:
        return ""
    digits = f"{Decimal(number).normalize():f}"
    if len(digits.partition(".")[2]) == 3:
        digits += "0"
    return digits.replace(".", "," if language == "vi" else ".")
