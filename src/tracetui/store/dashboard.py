"""The answers to the Analytics screen and to verbs: one `match` from a query to the function that knows it."""

from typing import Any

from tracetui.domain.analytics import (
    AccountQuery,
    AveragesQuery,
    LatencyPointsQuery,
    ReplicasQuery,
    ReplicasUpQuery,
    RequestsQuery,
    TokensQuery,
    UptimeQuery,
)
from tracetui.domain.queries import PrunedQuery, Query
from tracetui.domain.upkeep import LacksQuery, StatsQuery
from tracetui.domain.usage import AllUsageQuery, ModelsUsageQuery, UsageQuery
from tracetui.store import account, latency_points, lives, pruned, replicas, series, stats, together, usage
from tracetui.store.connection import StoreConnection
from tracetui.store.histograms import Histograms
from tracetui.store.payloads import Unpacker
from tracetui.store.search.finder import Finder


def answer(db: StoreConnection, query: Query[Any], histograms: Histograms, finder: Finder) -> Any:
    """Answer a query that no screen asks for at once.

    Raises:
        QueryError: There is no such model or deployment.
    """
    match query:
        case LatencyPointsQuery():
            return latency_points.latency_points(db, query)
        case AveragesQuery():
            return series.averages(db, query)
        case RequestsQuery():
            return series.requests(db, query)
        case TokensQuery():
            return series.tokens(db, query)
        case ReplicasQuery():
            return replicas.replicas(db, query)
        case ReplicasUpQuery(at_us=at_us):
            return replicas.replicas_up(db, at_us)
        case UptimeQuery(scope=scope, within=within):
            return lives.uptime(db, scope, within)
        case AccountQuery():
            return account.account(db, query)
        case PrunedQuery():
            return pruned.pruned(db)
        case StatsQuery():
            return stats.stats(db, query)
        case LacksQuery():
            return stats.lacks(db, query, Unpacker(db))
        case UsageQuery():
            return usage.usage(db, query, histograms, finder)
        case AllUsageQuery():
            return together.all_usage(db, query, histograms, finder)
        case ModelsUsageQuery():
            return usage.models_usage(db, query, histograms, finder)
    raise NotImplementedError(f"the store has no answer for {type(query).__name__}")
