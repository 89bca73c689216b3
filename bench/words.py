"""Prints every sentence of the product, grouped by area, so that it can be read from start to end.

It reads the calls of gettext in templates and code, and what management commands print. Run it as
`python -m bench.words`, or `python -m bench.words week journal` for some areas only.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

ROOT = Path(__file__).resolve().parents[1]
CODE = ("accounts", "timesheet")
# How many of the arguments of each function are sentences, from the first or the second one on.
GETTEXT = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy"), slice(0, 1)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), slice(0, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), slice(1, 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), slice(1, 3)),
}
MARKED_IN_EXPRESSION = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")
AREAS = {"management": "commands", "templatetags": "shared"}
SHARED = "shared"

# Takes the text of a file and returns its sentences, each with its line.
Reader = Callable[[str], list[tuple[int, str]]]


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands."""

    area: str
    path: str
    line: int
    text: str


def sentences() -> list[Sentence]:
    """Return every sentence, by area, file and line."""
    found = [
        Sentence(_area(path), path.relative_to(ROOT).as_posix(), line, text)
        for path, read in (*_templates(), *_modules())
        for line, text in read(path.read_text())
    ]
    return sorted(found, key=lambda one: (one.area, one.path, one.line))


def _templates() -> Iterator[tuple[Path, Reader]]:
    for path in (ROOT / "templates").rglob("*.*"):
        yield path, in_template


def _modules() -> Iterator[tuple[Path, Reader]]:
    for app in CODE:
        for path in (ROOT / app).rglob("*.py"):
            yield path, in_command if "commands" in path.parts else in_module


def _area(path: Path) -> str:
    """The feature that the file belongs to, or `shared`."""
    folders = path.relative_to(ROOT).parts[1:-1]
    if not folders:
        return SHARED
    if "templates" not in path.parts and folders[0] in ("core", "domain", "web", "models"):
        return SHARED
    return AREAS.get(folders[0], folders[0])


def in_module(source: str) -> list[tuple[int, str]]:
    """Return the sentences in calls of gettext, with their lines."""
    return [
        (argument.lineno, argument.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        for argument in node.args[GETTEXT.get(node.func.id, slice(0))]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def in_command(source: str) -> list[tuple[int, str]]:
    """Return what a management command prints: each text of several words but docstrings."""
    tree = ast.parse(source)
    left_out = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for statement in node.body[:1]
        if isinstance(statement, ast.Expr)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            left_out.update(map(id, ast.walk(node)))
            found.append((node.lineno, ast.unparse(node)[2:-1]))
        elif isinstance(node, ast.Constant) and " " in str(node.value).strip():
            found.append((node.lineno, str(node.value)))
    return found


def in_template(source: str) -> list[tuple[int, str]]:
    """Return the sentences of a template, with their lines; variables stand in double braces."""
    found: list[tuple[int, str]] = []
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        line = token.lineno or 0
        if token.token_type == TokenType.BLOCK:
            tag, *arguments = list(smart_split(token.contents)) or [""]
            if tag in ("translate", "trans") and arguments and arguments[0][0] in "'\"":
                found.append((line, arguments[0][1:-1]))
                continue
            if tag in ("blocktranslate", "blocktrans", "trans"):
                found += [(line, text) for text in _block(tokens, trimmed="trimmed" in arguments)]
                continue
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            marked = MARKED_IN_EXPRESSION.findall(token.contents)
            found += [(line, one or other) for one, other in marked]
    return found


def _block(tokens: Iterator[Token], *, trimmed: bool) -> list[str]:
    """Take the tokens up to the end of a `blocktranslate`: its singular and, if any, its plural."""
    forms = [""]
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            if token.contents.startswith("end"):
                break
            forms.append("")
        elif token.token_type == TokenType.VAR:
            forms[-1] += f"{{{{ {token.contents} }}}}"
        else:
            forms[-1] += token.contents
    return [trim_whitespace(form) if trimmed else form for form in forms]


def main(areas: Sequence[str]) -> None:
    """Print the sentences of these areas, or of all."""
    by_file: dict[str, dict[str, list[Sentence]]] = defaultdict(lambda: defaultdict(list))
    for one in sentences():
        if not areas or one.area in areas:
            by_file[one.area][one.path].append(one)
    for area, files in by_file.items():
        sys.stdout.write(f"\n# {area}\n")
        for path, lines in files.items():
            sys.stdout.write(f"\n## {path}\n")
            for one in lines:
                sys.stdout.write(f"{one.line:4}  {' '.join(one.text.split())}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
