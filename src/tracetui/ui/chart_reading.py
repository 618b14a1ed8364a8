"""From a scope and a period to a chart: which questions each widget asks, and what is made of the answers.

One place for the dashboard and for an expanded chart, so that both show the same.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from typing import NamedTuple

from tracetui.display import latency_chart as latency
from tracetui.display import requests_chart as requests
from tracetui.display.chart_frame import Frame
from tracetui.display.chart_spec import ChartSpec, Word
from tracetui.display.formatting import year_of
from tracetui.display.replicas_chart import OfAccount, replicas_chart, replicas_sums
from tracetui.display.sanitise import Safe, fit, safe_line
from tracetui.display.tokens_chart import tokens_chart, tokens_sums
from tracetui.domain.analytics import (
    MOST_COLUMNS,
    AveragesQuery,
    LatencyPointsQuery,
    ReplicasQuery,
    ReplicasUpQuery,
    RequestsQuery,
    TokensQuery,
    UptimeQuery,
)
from tracetui.domain.narrowing import versions_of
from tracetui.domain.period_words import in_sentence
from tracetui.domain.periods import PeriodChoice, resolve
from tracetui.domain.queries import Scope, ScopeQuery
from tracetui.ui.source import Source

MOST_VERSIONS = 12
"""Versions that are looked at to be compared, the newest ones; of those with requests in the period as many are
drawn as there are marks, and a theme has as many colours for series."""
NAME_CELLS = 28


class Chart(NamedTuple):
    """What a panel shows."""

    spec: ChartSpec
    sums: tuple[Word, ...]


class _Version(NamedTuple):
    scope: Scope
    version: str | None
    name: Safe
    colour: str
    mark: str


class _Versions(NamedTuple):
    drawn: tuple[_Version, ...]
    more: int = 0
    """Others that there are, not drawn."""

    def legend(self) -> tuple[Word, ...]:
        """That there are others."""
        return (Word(Safe(f"  +{self.more} more"), "dim", weight=0),) if self.more else ()


class ChartReading:
    """Reads charts.

    Args:
        source: Where to ask.
        zone: In whose days and hours.
        now_us: The clock.
    """

    def __init__(self, source: Source, zone: tzinfo, now_us: Callable[[], int]) -> None:
        self._source, self._zone, self._now_us = source, zone, now_us
        self.replica_limit: int | None = None
        """How many replicas the account may have; None: not known."""

    async def chart(self, key: str, scope: Scope, period: PeriodChoice, columns: int, *, compares: bool) -> Chart:
        """Read one chart.

        Args:
            key: Which, of `analytics_view.CHARTS`.
            scope: Whose.
            period: Of which time.
            columns: How many columns it can draw, at least 1.
            compares: Whether versions are lines of their own.

        Raises:
            TraceTuiError: It cannot be read.
        """
        frame = await self._frame(scope, period)
        # A year of replicas has a thousand stops, whose words take 0.1 s to make: no work for the event loop.
        if key == "scaling":
            replicas = await self._source.fetch(ReplicasQuery(scope, frame.within))
            of_account = await self._of_account(frame)
            return await self._source.run(
                lambda _: Chart(
                    replicas_chart(frame, replicas), replicas_sums(replicas, of_account) + frame.legend()
                )
            )
        if key == "tokens":
            use = await self._source.fetch(TokensQuery(scope, frame.buckets))
            return await self._source.run(
                lambda _: Chart(tokens_chart(frame, use), tokens_sums(use) + frame.legend())
            )
        versions = await self._versions(frame, scope, compares=compares)
        if key == "requests":
            return await self._requests(frame, versions)
        return await self._latency(frame, versions, min(MOST_COLUMNS, columns))

    async def _of_account(self, frame: Frame) -> OfAccount | None:
        """The replicas of the whole account at the end of the period, where a limit stands beside them."""
        if self.replica_limit is None:
            return None
        at_us = max(frame.within.start_us, min(frame.now_us, frame.within.end_us - 1))
        return OfAccount(await self._source.fetch(ReplicasUpQuery(at_us)), self.replica_limit)

    async def _requests(self, frame: Frame, versions: _Versions) -> Chart:
        lines = []
        for one in versions.drawn:
            answer = await self._source.fetch(RequestsQuery(one.scope, frame.buckets))
            lines.append(requests.Line(one.name, one.colour, one.mark, answer, one.version))
        sums = requests.requests_sums(lines, is_hosted=frame.is_hosted) + versions.legend() + frame.legend()
        return await self._source.run(lambda _: Chart(requests.requests_chart(frame, lines), sums))

    async def _latency(self, frame: Frame, versions: _Versions, columns: int) -> Chart:
        lines = [await self._latency_line(frame, one, columns) for one in versions.drawn]
        sums = latency.latency_sums(frame, lines) + versions.legend() + frame.legend()
        return await self._source.run(lambda _: Chart(latency.latency_chart(frame, lines, columns), sums))

    async def _frame(self, scope: Scope, period: PeriodChoice) -> Frame:
        now_us = self._now_us()
        this_year = year_of(now_us, self._zone)
        within = resolve(period, now_us, self._zone)
        return Frame(
            within,
            self._zone,
            this_year,
            now_us,
            await self._source.fetch(UptimeQuery(scope, within)),
            fit(safe_line(scope.model.name), NAME_CELLS),
            scope.model.type.is_hosted,
            in_sentence(period, this_year),
        )

    async def _versions(self, frame: Frame, scope: Scope, *, compares: bool) -> _Versions:
        """The versions that had requests, where they are compared; else the scope as it is.

        Decided by requests for Latency too, so that a version has the same colour and mark in both.
        """
        whole = _Versions((_Version(scope, None, Safe(""), "series-latency", "●"),))
        if not compares or not scope.model.type.is_hosted or scope.version is not None:
            return whole
        names = versions_of(await self._source.fetch(ScopeQuery(scope.model)), scope.deployment)
        used = [
            name
            for name in names[:MOST_VERSIONS]
            if (
                await self._source.fetch(RequestsQuery(replace(scope, version=name), (frame.within,)))
            ).total.requests
        ]
        if len(used) < 2:
            return whole
        drawn = [
            _Version(replace(scope, version=name), name, fit(safe_line(name), 12), f"series-{n + 1}", mark)
            for n, (name, mark) in enumerate(zip(used, latency.MARKS, strict=False))
        ]
        return _Versions(tuple(drawn), len(used) - len(drawn) + len(names[MOST_VERSIONS:]))

    async def _latency_line(self, frame: Frame, version: _Version, columns: int) -> latency.Line:
        name, colour, mark = version.name, version.colour, version.mark
        if latency.is_by_request(frame):
            points = await self._source.fetch(LatencyPointsQuery(version.scope, frame.buckets, columns))
            return latency.Line(name, colour, mark if name else "", points, version.version)
        averages = await self._source.fetch(AveragesQuery(version.scope, frame.buckets))
        return latency.Line(name, colour, mark, averages, version.version)
