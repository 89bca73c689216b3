"""Reads what our pages say, whatever their line breaks and indentation."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.http import HttpResponse

# Elements without an end tag: a space after one of these separates words.
_VOID = "area|br|col|embed|hr|img|input|link|meta|source|track|wbr"
# What HTML takes for white space, so not the no-break space.
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAG = re.compile(r"<[^>]*>")
_AFTER_START_TAG = re.compile(rf"(<(?!/|(?:{_VOID})\b)[a-z][^>]*>) ")


def raw_page(response: Any) -> str:
    """The page's HTML as it was sent, with its character references resolved."""
    return unescape(response.content.decode())


def page(response: Any) -> str:
    """The page's HTML on one line, with its character references resolved.

    White space is one space, and none where it means nothing: between two tags, after a start
    tag, before an end tag, and before the end of a tag.
    """
    html = _SPACE.sub(" ", response.content.decode()).strip()
    html = re.sub(r" (/?>)", r"\1", html).replace("> <", "><")
    html = _AFTER_START_TAG.sub(r"\1", html).replace(" </", "</")
    return unescape(html)


def text_of(html: Any) -> str:
    """The words of a page or a part of it, without tags, scripts, styles and choices."""
    if isinstance(html, HttpResponse):
        html = html.content.decode()
    html = re.sub(r"<(style|script|select)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def messages_of(response: Any) -> str:
    """The messages that a page shows."""
    return " ".join(str(message) for message in response.context["messages"])


def total_of(html: str, place: str) -> str:
    """The hours that a total of the week's page shows. `place` is a day, a task's gid or `week`."""
    match = re.search(rf'id="total-{place}".*?</span>\s*(?:<span|</span>|</td>|$)', html, re.DOTALL)
    assert match, place
    return re.search(r">(-?\d[\d:.]*)<", match[0])[1]


def status_of(html: str) -> str:
    """The words of the delivery status in the header."""
    return text_of(re.search(r'<div id="status".*?</div>', html, re.DOTALL)[0])


def person_rows(html: str) -> dict[str, str]:
    """The row of each person of a team, by gid."""
    return dict(re.findall(r'<tr id="person-(\d+)"(.*?)</tr>', html, re.DOTALL))


def marks(html: str) -> dict[str, str]:
    """The fields of a form that say which hours it shows."""
    return dict(re.findall(r'name="(fingerprint:\d+)" value="(\w+)"', html))


def report_total(html: str) -> int:
    """The minutes of a report's total."""
    return minutes(re.search(r'id="total"[^>]*>([\d:]+)<', html)[1])


def report_rows(html: str) -> dict[str, int]:
    """The minutes of each line of a report's table, by its label."""
    label_and_time = (
        r'<th scope="row">(?:<a[^>]*>)?<bdi>(.*?)</bdi>(?:</a>)?</th><td[^>]*><a[^>]*>([\d:]+)<'
    )
    return {label: minutes(text) for label, text in re.findall(label_and_time, _table(html))}


def report_links(html: str) -> dict[str, str]:
    """The address behind the hours of each line of a report's table, by its label."""
    label_and_address = (
        r'<th scope="row">(?:<a[^>]*>)?<bdi>(.*?)</bdi>(?:</a>)?</th><td[^>]*><a href="([^"]*)"'
    )
    return dict(re.findall(label_and_address, _table(html)))


def _table(html: str) -> str:
    return html[html.index('id="figures-title"') : html.index("<tfoot>")]


def minutes(text: str) -> int:
    """The minutes of a time such as `7:30`."""
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)
