"""What reported hours cost, by the rates that Asana shows the viewer. Nothing here is stored.

Rates are always read with the viewer's own client, never with the shared reporting account.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired, Refused
from accounts.asana.records import Rate
from timesheet.domain.report_entry import (
    BILLABLE,
    NONE,
    SEVERAL,
    UNKNOWN,
    Grouping,
    Names,
    ReportEntry,
)

# Projects whose rates one report reads, those with the most hours first.
MOST_PROJECTS = 200


@dataclass(frozen=True)
class Amounts:
    """What a group of hours costs, and what part of it is billable.

    Both mean something only where they add up.
    """

    cost: float = 0
    billable: float = 0
    # Minutes whose rate is not set or not shown; they are in neither amount.
    unknown: int = 0
    # Minutes whose rate is known.
    known: int = 0
    # ISO 4217 codes of the rates.
    currencies: frozenset[str] = frozenset()

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.cost + other.cost,
            self.billable + other.billable,
            self.unknown + other.unknown,
            self.known + other.known,
            self.currencies | other.currencies,
        )

    @property
    def adds_up(self) -> bool:
        """Whether any rate is known, and all that are known have the same currency."""
        return bool(self.known) and len(self.currencies) <= 1

    @property
    def currency(self) -> str:
        """The code of the currency; empty if Asana did not name it, or if there are several."""
        return next(iter(self.currencies)) if len(self.currencies) == 1 else ""


NO_AMOUNTS = Amounts()


@dataclass(frozen=True)
class Costs:
    """The rates of projects, by gid of the project and of the person."""

    rates: Mapping[str, Mapping[str, Rate]] = field(default_factory=dict)
    # Projects whose rates Asana does not show.
    hidden: tuple[str, ...] = ()
    # Whether the reason is that the Asana plan has no rates.
    lacks_plan: bool = False
    # Projects with fewer hours whose rates were not read.
    unread: int = 0
    # Whether there are hours that could have a cost.
    has_hours: bool = True
    # The currencies of the rates that were needed, by code.
    currencies: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether Asana shows any rate."""
        return any(self.rates.values())

    def of(self, entry: ReportEntry) -> Amounts:
        """Return what an entry costs."""
        rate = self.rates.get(entry.project, {}).get(entry.person)
        if rate is None:
            return Amounts(unknown=entry.minutes)
        cost = entry.minutes / 60 * rate.rate
        billable = cost if entry.billable == BILLABLE else 0
        codes = frozenset({rate.currency_code} - {""})
        return Amounts(cost, billable, known=entry.minutes, currencies=codes)

    def currencies_of(self, entries: Iterable[ReportEntry]) -> tuple[str, ...]:
        """Return the codes of the currencies in which entries cost something."""
        return tuple(sorted({code for entry in entries for code in self.of(entry).currencies}))

    def by_group(
        self, entries: Iterable[ReportEntry], *by: Grouping
    ) -> dict[tuple[str, ...], Amounts]:
        """Return the amounts of each group, by its keys."""
        amounts: dict[tuple[str, ...], Amounts] = {}
        for entry in entries:
            key = tuple(entry.key(grouping) for grouping in by)
            amounts[key] = amounts.get(key, NO_AMOUNTS) + self.of(entry)
        return amounts

    def hidden_names(self, names: Names) -> list[str]:
        """Return the names of the projects whose rates Asana does not show."""
        return [names.get(Grouping.PROJECT, {}).get(gid, gid) for gid in self.hidden]


def read_costs(asana: Client, entries: Collection[ReportEntry]) -> Costs:
    """Read the rates of the projects that entries are of. Raises `AsanaError`."""
    minutes: dict[str, int] = {}
    for entry in entries:
        if entry.project not in (NONE, SEVERAL, UNKNOWN):
            minutes[entry.project] = minutes.get(entry.project, 0) + entry.minutes
    by_hours = sorted(minutes, key=lambda gid: (-minutes[gid], gid))
    projects = by_hours[:MOST_PROJECTS]
    answers = asana.gather_lists([listings.rates(gid) for gid in projects])
    rates, hidden, lacks_plan = {}, [], False
    for gid, answer in zip(projects, answers, strict=True):
        if isinstance(answer, Refused):
            hidden.append(gid)
            lacks_plan = lacks_plan or isinstance(answer, PaymentRequired)
        elif isinstance(answer, AsanaError):
            raise answer
        else:
            rates[gid] = {rate.resource.gid: rate for rate in answer}
    unread = len(by_hours) - len(projects)
    costs = Costs(rates, tuple(hidden), lacks_plan, unread, has_hours=bool(minutes))
    return replace(costs, currencies=costs.currencies_of(entries))
