"""Fields that the models of several modules share."""

from __future__ import annotations

from django.db import models


def gid_field() -> models.CharField[str, str]:
    """Return the primary key field of a record with a gid."""
    return models.CharField(max_length=32, primary_key=True)
