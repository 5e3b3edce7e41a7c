"""What the page of the staff draws: tiles, posts by ward and position, bars, the pyramid."""

import pandas as pd
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import headcount, words
from reports.tables.staff import key_names

MOST_NAMES = 40  # more dots than these have no room for their names
SIDES = ["middle right", "middle left"]


def tiles(sums, wards, units, norm):
    """The contexts of `_tile.html`: `sums` of NUMBERS, `wards` with a roster and in all."""
    there, of_all = wards
    held, average = sums["posts"] - sums["vacant"], sums["filled"] / max(there, 1)
    coverage = words.coverage(there, of_all, units(of_all))
    share = held / sums["posts"] * 100 if sums["posts"] else None
    goal = norm and {"figure": words.number(norm.per_ward, words.decimals_of(norm.per_ward))}
    concurrent = ngettext(
        "%(count)s concurrent post", "%(count)s concurrent posts", int(sums["concurrent"])
    )
    return [
        {
            "name": _("Posts filled"),
            "label": _("held by somebody as a main post"),
            "value": words.number(held),
            "unit": f"/{words.number(sums['posts'])}",
            "fill": share,
            "target": words.with_unit(held / sums["posts"], "ratio", "") if sums["posts"] else "",
            "coverage": coverage,
        },
        {
            "name": _("Vacant posts"),
            "label": _("assigned, and nobody holds them"),
            "value": words.number(sums["vacant"]),
            "unit": "",
            "coverage": coverage,
        },
        {
            "name": _("Beyond the posts"),
            "label": _("more people than posts of their position"),
            "value": words.number(sums["surplus"]),
            "unit": "",
            "target": concurrent % {"count": words.number(sums["concurrent"])},
            "coverage": coverage,
        },
        {
            "name": _("Officers per unit"),
            "label": _("in main posts, on average"),
            "value": words.number(average, 1),
            "unit": _("officers"),
            "fill": average / norm.per_ward * 80 if norm else None,
            "mark": 80 if norm else None,
            "target": _("Norm %(figure)s") % goal if norm else "",
            "coverage": coverage,
        },
    ]


def heat(staff, found, caption, links, mine):
    """The context of `reports/_posts.html`: wards by positions, from `headcount.lines`.

    Each cell says posts, people and, by sign and word, what is vacant or beyond.
    """
    positions = staff.positions.index[
        staff.positions.index.isin(found.index.get_level_values("position"))
    ]
    names, heads = words.named(staff.wards, "bare"), words.named(staff.positions)
    sums = headcount.summed(found, "ward")
    totals = headcount.summed(found, "position", positions)
    rows = [
        {
            "name": names[ward],
            "href": links.get(ward, ""),
            "mine": ward in mine,
            "cells": [
                _cell(found.loc[ward, each] if (ward, each) in found.index else None)
                for each in positions
            ],
            "total": _cell(sums.loc[ward]),
        }
        for ward in sums.index
    ]
    return {
        "caption": caption,
        "columns": list(heads.reindex(positions)),
        "rows": rows,
        "totals": [_cell(row) for _position, row in totals.iterrows()],
        "total": _cell(sums.sum()),
    }


def _cell(line):
    if line is None:
        return {"text": "", "state": "none", "words": []}
    said = []
    if line["vacant"]:
        text = ngettext("%(count)s vacant", "%(count)s vacant", int(line["vacant"]))
        said.append(("missing", text % {"count": line["vacant"]}))
    if line["surplus"]:
        text = ngettext("%(count)s surplus", "%(count)s surplus", int(line["surplus"]))
        said.append(("flag", text % {"count": line["surplus"]}))
    return {
        "text": f"{words.number(line['filled'])}/{words.number(line['posts'])}",
        "state": said[0][0] if said else "done",
        "words": said,
    }


def posts(sums, names, links=None, mine=()):
    """What `charts.staff.posts` draws, from sums of NUMBERS by ward or position."""
    links = links or {}
    return pd.DataFrame(
        {
            "name": names.reindex(sums.index),
            "filled": sums["filled"],
            "posts": sums["posts"],
            "text": [
                f"{words.number(filled)}/{words.number(posts)}"
                for filled, posts in zip(sums["filled"], sums["posts"], strict=True)
            ],
            "mine": sums.index.isin(list(mine)),
            "href": [links.get(key, "") for key in sums.index],
        }
    )


def bars(found, labels):
    """What `charts.rows.bars` draws of a Quality over all wards: its keys in their order."""
    names = key_names(found.totals.index, labels)
    said = [share_of(count, found.everybody) for count in found.totals]
    return pd.DataFrame(
        {
            "name": [names[key] for key in found.totals.index],
            "text": said,
            "value": found.totals.to_numpy(),
            "mine": False,
            "small": False,
            "href": "",
        }
    )


def share_of(count, of):
    """«98 (68 %)», or that it is withheld."""
    if pd.isna(count):
        return _("withheld")
    percent = words.number(count / of * 100) if of else ""
    return f"{words.number(count)} ({percent}{words.NO_BREAK}%)" if percent else words.number(count)


def met(counts, names, links=None, mine=()):
    """What `charts.rows.dots` draws: the share of those who meet all that their position asks for."""
    links, people = links or {}, counts.sum(axis=1)
    share = counts["met"] / people
    frame = pd.DataFrame(
        {
            "name": names.reindex(counts.index),
            "text": [
                f"{words.number(each)}/{words.number(of)}"
                for each, of in zip(counts["met"], people, strict=True)
            ],
            "value": share,
            "mine": counts.index.isin(list(mine)),
            "small": False,
            "href": [links.get(key, "") for key in counts.index],
        }
    )
    return frame.sort_values("value", ascending=False, kind="stable")


def pyramid(found, labels):
    """What `charts.staff.pyramid` draws: a row for each age band, youngest first."""
    ages = key_names(found.index, labels["age"])
    empty = pd.Series(float("nan"), found.index)
    women, men = (found.get(sex, empty) for sex in ("f", "m"))
    return pd.DataFrame(
        {
            "name": [ages[key] for key in found.index],
            "left": women,
            "right": men,
            "left_text": [words.number(each) or _("withheld") for each in women],
            "right_text": [words.number(each) or _("withheld") for each in men],
        }
    )


def change(found, names, links, mine):
    """What `charts.staff.moves` draws: officers of each ward before and now."""
    return pd.DataFrame(
        {
            "name": names.reindex(found.index),
            "before": found["before_filled"],
            "now": found["now_filled"],
            "text": [
                f"{words.number(then)} → {words.number(now)}"
                for then, now in zip(found["before_filled"], found["now_filled"], strict=True)
            ],
            "mine": found.index.isin(list(mine)),
            "href": [links.get(ward, "") for ward in found.index],
        }
    )


def averages(found):
    """What `charts.staff.averages` draws: posts and officers per ward over time."""
    ticks = [f"{day.month}/{day.year}" for day in found.index]
    return [
        _line(_("posts per unit"), ticks, found["posts_each"], "posts"),
        _line(_("officers per unit"), ticks, found["filled_each"], "main"),
    ], ticks


def _line(name, ticks, values, rank):
    return {
        "name": name,
        "x": ticks,
        "y": [words.finite(value) for value in values],
        "text": [words.number(value, 1) for value in values],
        "rank": rank,
    }


def norm_lines(norms):
    """(figure, name) of the norms, for the charts."""
    return [
        (
            norm.per_ward,
            f"{norm.said('name')} {words.number(norm.per_ward, words.decimals_of(norm.per_ward))}",
        )
        for norm in norms
    ]


def first_tick(found, day):
    """The first label on the time axis that lies in the pilot; None where all or none do."""
    after = [each for each in found.index if each >= pd.Timestamp(day)]
    return f"{after[0].month}/{after[0].year}" if after and len(after) < len(found) else None


def results(found, names, links, mine):
    """What `charts.staff.scatter` draws: wards with a score and posts."""
    there = found.dropna(subset=["share", "points"]).sort_values(["share", "points"])
    return pd.DataFrame(
        {
            "name": names.reindex(there.index) if len(there) <= MOST_NAMES else "",
            "place": _places(there["share"]),
            "x": there["share"],
            "y": there["points"],
            "text": [
                f"{words.with_unit(share, 'ratio', '')} · {words.points(points)}"
                for share, points in zip(there["share"], there["points"], strict=True)
            ],
            "mine": there.index.isin(list(mine)),
            "href": [links.get(ward, "") for ward in there.index],
        }
    )


def _places(shares):
    """Where names stand beside their dots, so that those one above the other do not meet."""
    order = shares.groupby(shares).cumcount()
    last = shares.groupby(shares).transform("size") - 1
    return [
        "bottom center" if n == 0 else "top center" if n == end else SIDES[n % 2]
        for n, end in zip(order, last, strict=True)
    ]


def numbered(frame):
    """The rows of a table with their numbers before them, None for what is not told; a total has none."""
    rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    last = len(rows) - 1
    return [["" if n == last else str(n + 1), *row] for n, row in enumerate(rows)]
