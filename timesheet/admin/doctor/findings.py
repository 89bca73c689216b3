"""What the doctor found, and the lines that it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

# Wide enough for the longest name of an area, and the usual width of a terminal.
AREA_WIDTH, WIDTH = 13, 78


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "FAILED"


@dataclass(frozen=True)
class DoctorFinding:
    """One finding about an area, and how to put it right."""

    area: str
    level: Level
    text: str
    fix: str = ""


Report = Callable[[], Iterable[DoctorFinding]]


def good(area: str, text: str) -> DoctorFinding:
    """Return that an area is in order."""
    return DoctorFinding(area, Level.OK, text)


def warning(area: str, text: str, fix: str) -> DoctorFinding:
    """Return what works, and should be different."""
    return DoctorFinding(area, Level.WARNING, text, fix)


def failed(area: str, text: str, fix: str) -> DoctorFinding:
    """Return what does not work."""
    return DoctorFinding(area, Level.FAILED, text, fix)


def lines(findings: Iterable[DoctorFinding]) -> Iterator[str]:
    """Yield the lines of the findings, with what to do below what is wrong."""
    for finding in findings:
        yield f"{finding.level:<8} {finding.area:<{AREA_WIDTH}} {finding.text}"
        if finding.fix:
            yield f"{'':<8} {'':<{AREA_WIDTH}} -> {finding.fix}"


def reason(error: BaseException) -> str:
    """Return the first line of an error: database drivers add more of them."""
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
