"""What may stand in an address: gids."""

from __future__ import annotations

from django.urls import register_converter


class GidConverter:
    regex = "[0-9]{1,32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(GidConverter, "gid")
