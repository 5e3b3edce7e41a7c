"""What the screen of many districts draws."""

from reports import words

from . import parts


def names(found):
    """What a pilot is called beside others: its district, with its own name where two share it."""
    districts = words.named(found.pilots, "district")
    twice = districts.duplicated(keep=False)
    return districts.where(~twice, districts + " · " + words.named(found.pilots))


def rows(figures, names, links, kind):
    """What `charts.dots` or `charts.bars` draws of one headline, from `rollup.figures`."""
    said = zip(figures["value"], figures["state"], figures["denominator"], strict=True)
    text = [
        words.with_unit(value, kind, "") or words.outcome(state, denominator)
        for value, state, denominator in said
    ]
    return parts.rows(figures, figures["value"], names, links, (), False, text)
