"""The links of a page, followed."""

import re
from urllib.parse import parse_qs, urlsplit

from django.urls import resolve

FEW = 3  # of each kind: the first, the last and one between them


def followed(client, *pages):
    """What the links of these pages answer, as (address, status): a few of each kind.

    Of a kind are links to one view with the same words in their queries, as from the cells of a table.
    """
    kinds = {}
    for page in pages:
        for link in re.findall(r'href="(/pilots/[^"]+)"', client.get(page).content.decode()):
            address = link.replace("&amp;", "&")
            place = urlsplit(address)
            kind = resolve(place.path).url_name, *sorted(parse_qs(place.query))
            kinds.setdefault(kind, {})[address] = None
    for found in map(list, kinds.values()):
        for address in {found[n * (len(found) - 1) // (FEW - 1)]: None for n in range(FEW)}:
            yield address, client.get(address).status_code
