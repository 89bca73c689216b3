"""The modules of the product, read as text, for the tests of how they are arranged and written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Module:
    """`name` is as it is imported, without the `__init__` of a package."""

    name: str
    source: str
    path: Path = Path()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def last_name(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def imports(self) -> Iterator[str]:
        """Every imported name, wherever in the file it is imported."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"relative import in {self.name}"
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    @property
    def aliases(self) -> Iterator[str]:
        """What is imported under another name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                start = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                yield from (start + alias.name for alias in node.names if alias.asname)


def modules(*packages: str) -> list[Module]:
    """All modules of these packages, but for migrations, which Django writes."""
    return [
        Module(_name(path), path.read_text(), path.relative_to(ROOT))
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def within(name: str, *prefixes: str) -> bool:
    """Whether it is one of these, or in one of them."""
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
