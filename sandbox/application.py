"""Django's application, for requests to any host name."""

from __future__ import annotations

import re

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

_HOST = re.compile(r"[^\s/?#@\\]+")


class Request(WSGIRequest):
    """A request to any host name."""

    def get_host(self) -> str:
        """Return the host name the client used, for addresses in responses.

        Django's own method refuses names such as those of containers, with an underscore.
        """
        host: str = self.META.get("HTTP_HOST", "")
        if _HOST.fullmatch(host):
            return host
        return f"{self.META['SERVER_NAME']}:{self.META['SERVER_PORT']}"


class Application(WSGIHandler):
    """The application, for requests to any host name."""

    request_class = Request
