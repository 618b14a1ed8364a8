"""From a scope and a period to a chart: which questions each widget asks, and what is made of the answers.

One place for the dashboard and for an expanded chart, so that both show the same.
"""

from collections.abc import Callable, Sequence
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
"""Versions that are looked at to be compared; the newest ones."""
MOST_LINES = 6
"""Of those with requests in the period, so many are drawn: as many colours as a theme has for series."""
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
        versions = await self._versions(scope, compares=compares)
        if key == "requests":
            return await self._requests(frame, versions)
        return await self._latency(frame, versions, min(MOST_COLUMNS, columns))

    async def _of_account(self, frame: Frame) -> OfAccount | None:
        """The replicas of the whole account at the end of the period, where a limit stands beside them."""
        if self.replica_limit is None:
            return None
        at_us = max(frame.within.start_us, min(frame.now_us, frame.within.end_us - 1))
        return OfAccount(await self._source.fetch(ReplicasUpQuery(at_us)), self.replica_limit)

    async def _requests(self, frame: Frame, versions: Sequence[_Version]) -> Chart:
        lines = []
        for one in versions:
            answer = await self._source.fetch(RequestsQuery(one.scope, frame.buckets))
            lines.append(requests.Line(one.name, one.colour, one.mark, answer, one.version))
        lines = [line for line in lines if line.answer.total.requests][:MOST_LINES] or lines[:1]
        sums = requests.requests_sums(lines, is_hosted=frame.is_hosted) + frame.legend()
        return await self._source.run(lambda _: Chart(requests.requests_chart(frame, lines), sums))

    async def _latency(self, frame: Frame, versions: Sequence[_Version], columns: int) -> Chart:
        lines = [await self._latency_line(frame, one, columns) for one in versions]
        lines = [line for line in lines if line.has_points][:MOST_LINES] or lines[:1]
        sums = latency.latency_sums(frame, lines) + frame.legend()
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

    async def _versions(self, scope: Scope, *, compares: bool) -> list[_Version]:
        """The versions of a scope where they are compared; else the scope as it is."""
        if compares and scope.model.type.is_hosted and scope.version is None:
            choices = await self._source.fetch(ScopeQuery(scope.model))
            names = versions_of(choices, scope.deployment)[:MOST_VERSIONS]
            if len(names) > 1:
                return [
                    _Version(
                        replace(scope, version=name),
                        name,
                        fit(safe_line(name), 12),
                        # By its place among all, so that Latency and Requests give it the same ones.
                        f"series-{n % MOST_LINES + 1}",
                        latency.MARKS[n % MOST_LINES],
                    )
                    for n, name in enumerate(names)
                ]
        return [_Version(scope, None, Safe(""), "series-latency", "●")]

    async def _latency_line(self, frame: Frame, version: _Version, columns: int) -> latency.Line:
        name, colour, mark = version.name, version.colour, version.mark
        if latency.is_by_request(frame):
            points = await self._source.fetch(LatencyPointsQuery(version.scope, frame.buckets, columns))
            return latency.Line(name, colour, mark if name else "", points, version.version)
        averages = await self._source.fetch(AveragesQuery(version.scope, frame.buckets))
        return latency.Line(name, colour, mark, averages, version.version)
