"""Reports that people saved under a name."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 80


class SavedView(models.Model):
    """A report that a person saved; nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="views")
    workspace_gid = models.CharField(max_length=32)
    # In the view's address, which stays the same when the view changes.
    slug = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(max_length=LONGEST_NAME)
    # The query of the report's address; see `report_query.Report`.
    query = models.TextField(blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace_gid", "name"], name="view_once_by_name"
            ),
        ]
        verbose_name = _("saved view")

    def __str__(self) -> str:
        return self.name
