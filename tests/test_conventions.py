"""What docs/glossary.md and the style of this code ask of names, sizes and docstrings."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.source_code import ROOT, Module, modules, within

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 40
MOST_MODULES_AT_THE_TOP = 10
MOST_ALIASES = 5
# Classes that Django wants to be called so.
SAME_NAME = {"Meta", "Command"}
# Methods whose names and meanings are Django's, as is clean_… of forms.
HOOKS = {
    *(
        "add_arguments",
        "handle",
        "ready",
        "process_exception",
        "process_view",
        "clean",
        "save",
        "delete",
    ),
    *("update", "bulk_update", "prepare_value", "pre_save", "value_from_object", "get_lookup"),
    *("get_prep_value", "from_db_value"),
}
THEMES = ("light", "dark")
READS_THE_TIME = ("timezone.now(", "timezone.localdate(", "datetime.now(", "date.today(")


def product() -> list[Module]:
    return modules("accounts", "timesheet")


def classes(module: Module) -> list[str]:
    return [node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]


def undocumented(module: Module) -> list[str]:
    """Public functions and methods without a docstring."""
    return [
        name
        for name, node in _public(module.tree)
        if node.name not in HOOKS
        and not node.name.startswith("clean_")
        and ast.get_docstring(node) is None
    ]


def _public(
    node: ast.Module | ast.ClassDef, prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef) and not child.name.startswith("_"):
            if isinstance(child, ast.FunctionDef):
                yield f"{prefix}{child.name}", child
            elif child.name != "Meta":
                yield from _public(child, f"{prefix}{child.name}.")


def test_every_public_function_says_what_it_does():
    found = {module.name: undocumented(module) for module in product()}
    assert {name: functions for name, functions in found.items() if functions} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def save_row():\n    pass", ["save_row"]),
        ("class Sheet:\n    def place(self):\n        pass", ["Sheet.place"]),
        ('def save_row():\n    """Save a row."""', []),
        ("def _save_row():\n    pass", []),
        ("class Form:\n    def clean(self):\n        pass", []),
    ],
)
def test_a_function_that_says_nothing_is_found(source, found):
    assert undocumented(Module("timesheet.week.edits", source)) == found


def test_no_class_name_is_used_twice():
    places: dict[str, list[str]] = {}
    for module in product():
        for name in set(classes(module)) - SAME_NAME:
            places.setdefault(name, []).append(module.name)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_modules_are_named_for_their_subject():
    assert [module.name for module in product() if module.name.endswith("_words")] == []


def test_no_file_is_long():
    lengths = {
        str(one.path): one.source.count("\n")
        for one in modules("accounts", "timesheet", "sandbox", "bench")
    }
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_function_is_long():
    lengths = {
        f"{module.name}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in modules("accounts", "timesheet")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert {
        name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION
    } == {}


def test_few_modules_lie_at_the_top():
    top = [path.name for path in (ROOT / "timesheet").glob("*.py") if path.name != "__init__.py"]
    assert len(top) <= MOST_MODULES_AT_THE_TOP, top


def test_few_things_are_imported_under_another_name():
    found = [
        f"{name} in {module.name}"
        for module in product()
        for name in module.aliases
        if within(name, "accounts", "timesheet")
    ]
    assert len(found) <= MOST_ALIASES, found


def test_light_and_dark_differ_in_colours_alone():
    """A page that axe has seen in light needs only its colours looked at in dark: everywhere both
    stand in `light-dark()`, which CSS takes for colours alone."""
    sheets = {path.name: path.read_text() for path in (ROOT / "static").rglob("*.css")}
    scripts = [path.read_text() for path in (ROOT / "static").rglob("*.js")]
    found = [text for text in (*sheets.values(), *scripts) if "prefers-color-scheme" in text]
    assert found == []
    themed = re.findall(r"[^}]*\[data-theme[^{]*\{[^}]*\}", "\n".join(sheets.values()))
    assert [" ".join(rule.split()) for rule in themed] == [
        f':root[data-theme="{scheme}"] {{ color-scheme: {scheme}; }}' for scheme in THEMES
    ]


def test_tags_of_templates_are_on_one_line():
    """Django prints a tag that is broken over two lines instead of rendering it."""
    templates = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]
    texts = {path.name: re.sub(r"\{[{%#].*?[}%#]\}", "", path.read_text()) for path in templates}
    assert [name for name, text in texts.items() if re.search(r"\{[{%#]|[}%#]\}", text)] == []


def test_packages_have_no_code_of_their_own():
    """But for models, which Django wants to find in one place."""
    packages = [module for module in product() if module.path.name == "__init__.py"]
    assert [one.name for one in packages if one.source and one.last_name != "models"] == []


def test_only_the_clock_reads_the_time_in_the_timesheet():
    found = Counter(
        module.name
        for module in modules("timesheet")
        if any(call in module.source for call in READS_THE_TIME)
    )
    assert set(found) == {"timesheet.core.clock"}
