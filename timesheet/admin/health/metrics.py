"""The metrics, in the format of Prometheus.

All are read from the database when they are requested, so any process can answer. No label
identifies a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from django.db.models import Count
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from accounts import heartbeats
from accounts.models import Connection
from timesheet.admin.health import service
from timesheet.domain.health import OK
from timesheet.domain.journal import State
from timesheet.models import Edit

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(now: datetime) -> bytes:
    """Return all metrics as the text that Prometheus reads."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Installation(now))
    return generate_latest(registry)


class _Installation(Collector):
    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        versions = service.versions()
        labels = {"version": versions.pop("timesheet"), **versions}
        yield InfoMetricFamily("timesheet_build", "What runs here.", labels)
        yield from self._checks()
        yield from self._edits()
        yield _gauge(
            "timesheet_connections",
            "Connections to Asana, by state.",
            "state",
            {**dict.fromkeys(Connection.TokenState.values, 0), **_count_by_state(Connection)},
        )
        yield from self._asana()
        yield from self._workers()

    def _checks(self) -> Iterator[Metric]:
        checks = asdict(service.checks(self.now))
        values = {check: int(result == OK) for check, result in checks.items()}
        yield _gauge("timesheet_check_ok", "Whether a check of /readyz is ok.", "check", values)

    def _edits(self) -> Iterator[Metric]:
        by_state = {**dict.fromkeys((state.value for state in State), 0), **_count_by_state(Edit)}
        yield _gauge("timesheet_edits", "Edits in the journal, by state.", "state", by_state)
        since = service.on_the_way_since(service.queue())
        yield GaugeMetricFamily(
            "timesheet_oldest_edit_on_the_way_seconds",
            "Age of the oldest edit that waits for Asana; 0 where none does.",
            (self.now - since).total_seconds() if since else 0,
        )

    def _asana(self) -> Iterator[Metric]:
        for name, span in (("hour", service.HOUR), ("day", service.DAY)):
            answers = service.answers(service.begin(self.now, span))
            yield _gauge(
                f"timesheet_asana_requests_last_{name}",
                f"Requests to Asana in whole hours of at least the last {name}, by the status of "
                "the answer; 0 is no answer.",
                "status",
                {str(status): number for status, number in answers.by_status.items()},
            )
        offset = service.clock_offset()
        if offset is not None:
            documentation = "How far this machine's clock is before Asana's."
            yield GaugeMetricFamily("timesheet_clock_skew_seconds", documentation, offset)

    def _workers(self) -> Iterator[Metric]:
        beats = heartbeats.latest()
        alive = sum(heartbeats.is_alive(beat, self.now) for beat in beats)
        yield GaugeMetricFamily("timesheet_workers", "Workers that are alive.", alive)
        if beats:
            yield GaugeMetricFamily(
                "timesheet_worker_heartbeat_age_seconds",
                "Since the last sign of life of any worker.",
                (self.now - beats[0].at).total_seconds(),
            )


def _gauge(name: str, documentation: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, documentation, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _count_by_state(model: type[Connection] | type[Edit]) -> dict[str, int]:
    """The number of rows by state."""
    rows = model._default_manager.order_by().values_list("state")
    return dict(rows.annotate(number=Count("pk")))
