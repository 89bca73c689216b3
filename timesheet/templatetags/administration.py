"""What the templates of the admins' pages need beyond if, for and include."""

from __future__ import annotations

from django import template

from timesheet.audit_words import differences

register = template.Library()

register.filter("differences", differences)
