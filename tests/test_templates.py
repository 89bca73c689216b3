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
    for path in (ROOT / folder).rglob("*.*")
    if path.suffix in (".html", ".jinja") and "mail" not in path.parts
]
SCRIPTS = list((ROOT / "static").rglob("*.js"))

INLINE = {
    "a style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a script without a file": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "a handler": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "an address that is a script": re.compile(r"[\"'=]\s*(?:javascript|vbscript):", re.IGNORECASE),
    "a script of htmx": re.compile(r"hx-on|hx-(?:vals|headers)\s*=\s*[\"']\s*js:", re.IGNORECASE),
    "a condition for eval": re.compile(r"hx-trigger\s*=\s*[\"'][^\"']*\[", re.IGNORECASE),
    "something unescaped": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+(?:off|false)"),
}
IMPORTED = re.compile(r"""(?:\bfrom|^import) ["']([^"']+)["']""", re.MULTILINE)
SCRIPT_TAG = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
TYPE_MODULE = re.compile(r"\stype=[\"']module[\"']")
EVALUATED = re.compile(
    r"\beval\s*\(|new\s+Function\b|(?:setTimeout|setInterval)\s*\(\s*[\"'`]|document\.write"
    r"|\.(?:innerHTML|outerHTML)\s*[+]?=|insertAdjacentHTML|\.cssText|createContextualFragment"
)


def test_no_line_of_a_template_is_longer_than_160_characters():
    lines = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.*")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > 160
    ]
    assert lines == []


def test_every_script_tag_of_a_page_is_a_module():
    """The one exception is htmx, which has a template tag of its own."""
    tags = [tag for path in TEMPLATES for tag in SCRIPT_TAG.findall(path.read_text())]
    assert len(tags) > 10
    assert [tag for tag in tags if not TYPE_MODULE.search(tag)] == []


def test_every_import_of_a_script_resolves():
    imports = [(path, name) for path in SCRIPTS for name in IMPORTED.findall(path.read_text())]
    assert len(imports) > 10
    for path, name in imports:
        assert name.startswith(("./", "../")), f"{path} imports {name}"
        assert (path.parent / name).is_file(), f"{path} imports {name}"


def test_every_name_of_a_static_file_in_a_template_is_one():
    named = re.compile(r"""{% static (?:"([^"]+)"|'([^']+)') %}""")
    names = {
        double or single
        for path in (ROOT / "templates").rglob("*.html")
        for double, single in named.findall(path.read_text())
    }
    assert len(names) > 30
    assert [name for name in names if not (ROOT / "static" / name).is_file()] == []
    # In production only pages have sheets and scripts: see timesheet/core/page_files.py.
    parts = [name for name in names if name.endswith((".css", ".js"))]
    assert [name for name in parts if not name.startswith("pages/")] == []


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
        ("something unescaped", "{% autoescape false %}"),
    ],
)
def test_it_would_be_seen(what, text):
    assert INLINE[what].search(text)
    assert not INLINE[what].search('<script src="{% static \'a.js\' %}" defer></script><p id="on">')
