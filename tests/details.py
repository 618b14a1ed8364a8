"""A trace whole, for the tests of what shows it."""

import json
from typing import Any

from tests.fakes import NOON_US
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.trace import Status, TraceDetail

HOSTED = ModelRef(ModelType.FINE_TUNED, "support-bot")
EXTERNAL = ModelRef(ModelType.EXTERNAL, "gpt-4o")


def a_detail(**fields: Any) -> TraceDetail:
    """A successful trace of which little is known; name what the test is about."""
    known = dict.fromkeys(TraceDetail._fields) | {
        "id": 1,
        "request_id": "req-1",
        "origin": "test",
        "model": HOSTED,
        "status": Status.SUCCESS,
        "executed_at_us": NOON_US,
        "is_reconstructed": False,
        "raw": (),
    }
    return TraceDetail(**(known | fields))


def payload(value: object) -> bytes:
    return json.dumps(value).encode()
