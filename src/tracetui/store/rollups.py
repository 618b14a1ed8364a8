"""The quarter-hour and day sums that every write keeps up to date, in its own transaction.

A batch is summed here in plain Python first: one upsert for each route and quarter instead of one for each trace.
Every sum is a whole number, so that what is added and taken away again leaves nothing behind.
"""

import sqlite3
from typing import NamedTuple

QUARTER_US = 900_000_000
QUARTERS_A_DAY = 96
DAYS_A_FORTNIGHT = 14

COLUMNS = (
    "requests", "failed", "timed", "response_time_us", "input_known", "input_tokens",
    "output_known", "output_tokens", "credits_known", "credits_micro", "cost_known", "cost_nano_usd",
)  # fmt: skip

_Bucket = tuple[int, int, int]
"""Route, unit of time, bucket of response time."""


class Counted(NamedTuple):
    """What of a trace is summed."""

    route_id: int
    executed_at_us: int
    status: int
    response_time_us: int | None
    response_bucket: int | None
    input_tokens: int | None
    output_tokens: int | None
    credits_micro: int | None
    cost_nano_usd: int | None


class Rollups:
    """What a batch changes in the sums."""

    def __init__(self) -> None:
        self._sums: dict[tuple[int, int], list[int]] = {}
        self._latency: dict[_Bucket, int] = {}
        self._takes_away = False

    def add(self, trace: Counted) -> None:
        """Count a trace."""
        self._count(trace, 1)

    def take_away(self, trace: Counted) -> None:
        """Count a trace no longer."""
        self._takes_away = True
        self._count(trace, -1)

    def _count(self, trace: Counted, sign: int) -> None:
        route_id, at_us, status, took_us, took_bucket, tokens_in, tokens_out, credits, cost = trace
        quarter = at_us // QUARTER_US
        key = (route_id, quarter)
        sums = self._sums.get(key)
        if sums is None:
            sums = self._sums[key] = [0] * len(COLUMNS)
        sums[0] += sign
        sums[1] += sign * status
        if took_us is not None and took_bucket is not None:
            sums[2] += sign
            sums[3] += sign * took_us
            bucket = (route_id, quarter, took_bucket)
            self._latency[bucket] = self._latency.get(bucket, 0) + sign
        if tokens_in is not None:
            sums[4] += sign
            sums[5] += sign * tokens_in
        if tokens_out is not None:
            sums[6] += sign
            sums[7] += sign * tokens_out
        if credits is not None:
            sums[8] += sign
            sums[9] += sign * credits
        if cost is not None:
            sums[10] += sign
            sums[11] += sign * cost

    def flush(self, connection: sqlite3.Connection) -> None:
        """Bring the sums in the store up to date."""
        latency_by_day = _coarser(self._latency, QUARTERS_A_DAY)
        latency_by_fortnight = _coarser(latency_by_day, DAYS_A_FORTNIGHT)
        for unit, sums_of in (("quarter", self._sums), ("day", self._by_day())):
            connection.executemany(_UPSERT_SUMS[unit], [(*key, *sums) for key, sums in sums_of.items()])
            if self._takes_away:
                connection.executemany(_DROP_SUMS[unit], list(sums_of))
        for unit, latency_of in (
            ("quarter", self._latency),
            ("day", latency_by_day),
            ("fortnight", latency_by_fortnight),
        ):
            connection.executemany(_UPSERT_LATENCY[unit], [(*key, n) for key, n in latency_of.items() if n])
            if self._takes_away:
                connection.executemany(_DROP_LATENCY[unit], list(latency_of))

    def flush_as_pruned(self, connection: sqlite3.Connection) -> None:
        """Add the sums to those of traces that were pruned."""
        for unit, sums_of in (("quarter", self._sums), ("day", self._by_day())):
            connection.executemany(_UPSERT_PRUNED[unit], [(*key, *sums) for key, sums in sums_of.items()])

    def _by_day(self) -> dict[tuple[int, int], list[int]]:
        by_day: dict[tuple[int, int], list[int]] = {}
        for (route_id, quarter), sums in self._sums.items():
            key = (route_id, quarter // QUARTERS_A_DAY)
            day = by_day.get(key)
            by_day[key] = list(sums) if day is None else [a + b for a, b in zip(day, sums, strict=True)]
        return by_day


def _coarser(latency: dict[_Bucket, int], units: int) -> dict[_Bucket, int]:
    """A histogram by a unit that so many of the finer ones make."""
    coarse: dict[_Bucket, int] = {}
    for (route_id, unit, bucket), requests in latency.items():
        place = (route_id, unit // units, bucket)
        coarse[place] = coarse.get(place, 0) + requests
    return coarse


def _for_units(sql: str) -> dict[str, str]:
    return {unit: sql.replace("UNIT", unit) for unit in ("quarter", "day", "fortnight")}


_UPSERT_SUMS = _for_units(
    f"INSERT INTO sums_by_UNIT (route_id, UNIT, {', '.join(COLUMNS)})"
    f" VALUES (?, ?{', ?' * len(COLUMNS)}) ON CONFLICT (route_id, UNIT) DO UPDATE SET "
    + ", ".join(f"{column} = {column} + excluded.{column}" for column in COLUMNS)
)
_UPSERT_PRUNED = {unit: sql.replace("sums_by_", "pruned_by_") for unit, sql in _UPSERT_SUMS.items()}
_UPSERT_LATENCY = _for_units(
    "INSERT INTO latency_by_UNIT (route_id, UNIT, bucket, requests) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (route_id, UNIT, bucket) DO UPDATE SET requests = requests + excluded.requests"
)
_DROP_SUMS = _for_units("DELETE FROM sums_by_UNIT WHERE route_id = ? AND UNIT = ? AND requests = 0")
_DROP_LATENCY = _for_units(
    "DELETE FROM latency_by_UNIT WHERE route_id = ? AND UNIT = ? AND bucket = ? AND requests = 0"
)
