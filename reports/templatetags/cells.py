"""The cells of a table, written in Python: a page may have a thousand, and a template is ten times slower."""

from django import template
from django.template.loader import get_template
from django.utils.formats import localize
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

register = template.Library()
LONG = 60  # letters of a text that needs room, where a table would leave it a column of words


@register.simple_tag(takes_context=True)
def cells(context, row):
    """The cells of one row of `_table.html`: {text, href, origin, state, numeric, head} each."""
    badges = context.render_context.setdefault("badges", {})
    return mark_safe("".join([_cell(cell, badges) for cell in row]))  # noqa: S308


def _cell(cell, badges):
    text, origin = escape(localize(cell["text"])), cell.get("origin")
    if cell.get("numeric"):
        return f'<td class="numeric">{_link(origin, text, "origin") if text else text}</td>'
    if cell.get("head"):
        return f'<th scope="row">{_link(cell.get("href"), text)}</th>'
    if state := cell.get("state"):
        key = state, cell["text"]
        if key not in badges:
            badges[key] = get_template("_badge.html").render({"state": state, "text": cell["text"]})
        return f"<td>{_link(origin, badges[key], 'origin')}</td>"
    look = ' class="long"' if len(text) > LONG else ""
    return f"<td{look}>{_link(origin, text, 'origin')}</td>"


def _link(href, content, name=""):
    """`content`, which is escaped already, as a link where there is an address."""
    if not href:
        return content
    if name:
        return format_html('<a class="{}" href="{}">{}</a>', name, href, mark_safe(content))  # noqa: S308
    return format_html('<a href="{}">{}</a>', href, mark_safe(content))  # noqa: S308
