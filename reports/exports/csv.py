"""Frames to CSV: one plain form for programs, one for Excel in a Vietnamese office."""


def plain(frame):
    """The frame as text for programs: commas, decimal points, blanks for what is not there."""
    return frame.map(_plain).to_csv(index=False, lineterminator="\n")


def _plain(value):
    """A float without its noise and without a needless .0; anything else as it is."""
    if isinstance(value, float):
        return "" if value != value else f"{value:.10f}".rstrip("0").rstrip(".")
    return "" if value is None else value
