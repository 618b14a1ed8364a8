"""Metrics, which are not kept: only counted, so that the sender is told the truth.

A 404 instead would make every exporter of metrics complain once a minute for as long as it runs.
"""

import json
from typing import Any

from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.receiver.answers import Encoding

_KINDS = ("gauge", "sum", "histogram", "exponentialHistogram", "summary")


def data_points_in(body: bytes, encoding: Encoding) -> int:
    """How many data points an ExportMetricsServiceRequest holds.

    Raises:
        BadRecord: It is no such request.
    """
    return _in_json(body) if encoding is Encoding.JSON else _in_protobuf(body)


def _in_protobuf(body: bytes) -> int:
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

    try:
        request = ExportMetricsServiceRequest.FromString(body)
    except DecodeError:
        raise BadRecord("it is no ExportMetricsServiceRequest") from None
    points = 0
    for resource in request.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                kind = metric.WhichOneof("data")
                points += len(getattr(metric, kind).data_points) if kind else 0
    return points


def _in_json(body: bytes) -> int:
    try:
        request = json.loads(body)
        metrics = [
            metric
            for resource in _list(request, "resourceMetrics")
            for scope in _list(resource, "scopeMetrics")
            for metric in _list(scope, "metrics")
        ]
        return sum(len(_list(metric.get(kind) or {}, "dataPoints")) for metric in metrics for kind in _KINDS)
    except (ValueError, AttributeError, RecursionError):
        raise BadRecord("it is no ExportMetricsServiceRequest") from None


def _list(value: Any, key: str) -> list[Any]:
    found = value.get(key) or []
    if not isinstance(found, list):
        raise ValueError(f"{key} is no list")
    return found
