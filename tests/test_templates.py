"""Templates and scripts keep to what our policy lets a browser do: nothing inline, no eval."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Mails have no policy, and programs of mail read no sheets.
TEMPLATES = [
    path
    for folder in ("templates", "sandbox/templates")
    for path in (ROOT / folder).rglob("*.html")
    if "mail" not in path.parts
]
SCRIPTS = list((ROOT / "static" / "js").glob("*.js"))

INLINE = {
    "a style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a script without a file": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "a handler": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "an address that is a script": re.compile(r"[\"'=]\s*(?:javascript|vbscript):", re.IGNORECASE),
    "a script of htmx": re.compile(r"hx-on|hx-(?:vals|headers)\s*=\s*[\"']\s*js:", re.IGNORECASE),
    "a condition for eval": re.compile(r"hx-trigger\s*=\s*[\"'][^\"']*\[", re.IGNORECASE),
    "something unescaped": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off"),
}
EVALUATED = re.compile(
    r"\beval\s*\(|new\s+Function\b|(?:setTimeout|setInterval)\s*\(\s*[\"'`]|document\.write"
    r"|\.(?:innerHTML|outerHTML)\s*[+]?=|insertAdjacentHTML|\.cssText|createContextualFragment"
)


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has(what):
    found = [str(path) for path in TEMPLATES if INLINE[what].search(path.read_text())]
    assert len(TEMPLATES) > 50
    assert found == []


def test_no_script_runs_or_puts_in_what_is_text():
    found = [path.name for path in SCRIPTS if EVALUATED.search(path.read_text())]
    assert len(SCRIPTS) > 15
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a style", '<p style="color: red">'),
        ("a style", "<style>p {}</style>"),
        ("a script without a file", "<script>x()</script>"),
        ("a script without a file", '<script type="module">x()</script>'),
        ("a handler", '<p onclick="x()">'),
        ("an address that is a script", '<a href="javascript:x()">'),
        ("a script of htmx", '<p hx-on:click="x()">'),
        ("a script of htmx", "<p hx-vals='js:{a: 1}'>"),
        ("a condition for eval", '<p hx-trigger="click[ctrlKey]">'),
        ("something unescaped", "{{ text|safe }}"),
    ],
)
def test_it_would_be_seen(what, text):
    assert INLINE[what].search(text)
    assert not INLINE[what].search('<script src="{% static \'a.js\' %}" defer></script><p id="on">')
