"""Filters of the projects' pages: amounts of budgets, and positions in drawings."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from timesheet.core import formats
from timesheet.core.money import show_money
from timesheet.domain.budget import TIME, BudgetState
from timesheet.reports.costs import Amounts

register = template.Library()

_MINUTES_AN_HOUR = 60
# From so many hours on, parts of an hour are left out beside a budget.
_WHOLE_HOURS_FROM = 10


@register.filter
def money(amount: float, currency: str) -> str:
    """Write an amount of money with its currency."""
    return show_money(amount, currency)


@register.filter
def money_or_dash(amount: float | None, currency: str) -> str:
    """Write an amount of money; a dash if it is not known."""
    return "–" if amount is None else show_money(amount, currency)


@register.filter
def whole_hours(minutes: int) -> str:
    """Write minutes as whole hours, where there is no room for more."""
    return number_format(round(minutes / _MINUTES_AN_HOUR), 0, use_l10n=True)


@register.filter
def used(budget: BudgetState) -> str:
    """Write how much of a budget is used, as 391 of 500 h or EUR 29,650 of EUR 30,000."""
    if budget.total is None:
        return budget_amount(budget, budget.used)
    if budget.kind == TIME:
        values = {"used": _hours(budget.used), "total": _hours(budget.total)}
        return _("%(used)s of %(total)s h") % values
    values = {
        "used": show_money(budget.used, budget.currency),
        "total": show_money(budget.total, budget.currency),
    }
    return _("%(used)s of %(total)s") % values


@register.filter
def budget_amount(budget: BudgetState, amount: float) -> str:
    """Write an amount in the unit of a budget."""
    if budget.kind == TIME:
        return _("%(hours)s h") % {"hours": _hours(amount)}
    return show_money(amount, budget.currency)


@register.filter
def change(minutes: int) -> str:
    """Write how much more or less it is, with a sign; = for no change."""
    if not minutes:
        return "="
    sign = "+" if minutes > 0 else "−"
    return f"{sign}{formats.show(abs(minutes))}"


@register.filter
def cost(amounts: Amounts | None) -> str:
    """Write what hours cost; a dash without any rate and for rates in different currencies, a plus
    sign if some hours have none."""
    return _amount(amounts, amounts.cost if amounts else 0)


@register.filter
def billable_amount(amounts: Amounts | None) -> str:
    """Write what the billable hours cost, as `cost` does."""
    return _amount(amounts, amounts.billable if amounts else 0)


@register.filter
def capped(percent: float | None) -> str:
    """Write a part of a drawing's width, from 0 to 100 percent."""
    return f"{min(max(percent or 0, 0), 100):.2f}%"


def _amount(amounts: Amounts | None, amount: float) -> str:
    if amounts is None or not amounts.adds_up:
        return "–"
    return show_money(amount, amounts.currency) + (" +" if amounts.unknown else "")


def _hours(minutes: float) -> str:
    hours = minutes / _MINUTES_AN_HOUR
    if abs(hours) >= _WHOLE_HOURS_FROM or hours == round(hours):
        return number_format(round(hours), 0, use_l10n=True, force_grouping=True)
    return number_format(hours, 1, use_l10n=True)
