"""Frames to CSV: one plain form for programs, one for Excel in a Vietnamese office."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def plain(frame):
    """The frame as text for programs: commas, decimal points, blanks for what is not there."""
    return frame.map(_plain).to_csv(index=False, lineterminator="\n")


def _plain(value):
    """A float without its noise and without a needless .0; anything else as it is."""
    if isinstance(value, float):
        return "" if value != value else f"{value:.10f}".rstrip("0").rstrip(".")
    return "" if value is None else value


def office(sheet):
    """A Sheet as bytes that Excel opens rightly by a double click: UTF-8 mark, semicolons, commas.

    Text that a spreadsheet would take for a formula is led by an apostrophe. The notes of the sheet
    (illustrative figures, source) travel in a last column, so that a copied row still carries them.
    """
    frame = sheet.frame.copy()
    if sheet.notes:
        frame[sheet.notes_name] = " · ".join(sheet.notes)
    if sheet.nothing:
        frame = frame.astype(object).where(frame.notna(), sheet.nothing)
    text = frame.map(_office).to_csv(index=False, sep=";", lineterminator="\r\n")
    return ("\ufeff" + text).encode()


def _office(value):
    if isinstance(value, float):
        return _plain(value).replace(".", ",")
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return "" if value is None else value
