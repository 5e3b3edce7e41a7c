"""Vietnamese first: every text of the interface is in the catalogue, translated and compiled."""

import string

import pytest

from tests import catalogue


@pytest.fixture(scope="module")
def kept():
    return catalogue.kept()


def key(message):
    return message.context, message.id


def test_every_text_in_the_sources_is_in_the_catalogue_and_no_other(kept):
    wanted = {key(m) for m in catalogue.messages() if m.id}
    there = {key(m) for m in kept if m.id}
    assert wanted - there == set(), "run `make messages`"
    assert there - wanted == set(), "run `make messages`"


def test_every_text_is_translated(kept):
    assert [m.id for m in kept if m.id and not catalogue.complete(m)] == []


def test_translations_fill_the_same_gaps_as_the_texts(kept):
    for message in kept:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        for form in forms:
            assert gaps(form) == gaps(ids[-1]), message.id


def gaps(text):
    """The names that are filled in: %(name)s, and {name} of format strings."""
    import re

    named = set(re.findall(r"%\((\w+)\)", text))
    braces = {name for _lit, name, _spec, _conv in string.Formatter().parse(text) if name}
    return named | braces


def test_the_compiled_catalogue_is_the_one_in_the_repository(kept):
    assert catalogue.MO.read_bytes() == catalogue.compiled(kept)


def test_dates_and_numbers_are_written_the_vietnamese_way(settings):
    import datetime as dt

    from django.utils import formats, translation

    with translation.override("vi"):
        assert formats.date_format(dt.date(2021, 7, 1), "SHORT_DATE_FORMAT") == "01/07/2021"
        assert formats.number_format(1234.5, use_l10n=True, force_grouping=True) == "1.234,5"
