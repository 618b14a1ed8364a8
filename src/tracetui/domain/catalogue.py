"""Models and what belongs to them: deployments, connections, replicas, credits, fine-tuning jobs.

These are the records that ingest makes and the store keeps. `None` means: the data does not say.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

NO_MODEL = "(no model)"
"""The name under which records that name no model are kept."""


class ModelType(StrEnum):
    """Who runs a model."""

    FINE_TUNED = "fine-tuned"
    OPEN_SOURCE = "open-source"
    EXTERNAL = "external"

    @property
    def is_hosted(self) -> bool:
        """Whether the account itself runs it, in deployments; an external one has connections instead."""
        return self is not ModelType.EXTERNAL


class ModelRef(NamedTuple):
    """What tells a model from all others: its type and its name."""

    type: ModelType
    name: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model that the data declares."""

    name: str
    type: ModelType | None
    """None: to be inferred (hosted where a deployment is named, else external)."""
    base_model: str | None = None
    added_at_us: int | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of a hosted model. The same name deployed again is another one, with its own deployed_at."""

    model: str
    model_type: ModelType | None
    name: str
    version: str | None = None
    deployed_at_us: int | None = None
    undeployed_at_us: int | None = None
    """None: still up."""
    hardware: str | None = None
    max_replicas: int | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A named connection to a third party's service, through which an external model is called."""

    model: str
    name: str
    added_at_us: int | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class ReplicaChange:
    """From this moment a deployment has this many replicas."""

    model: str
    model_type: ModelType | None
    deployment: str
    version: str | None
    at_us: int
    replicas: int
    hardware: str | None = None


class CreditKind(StrEnum):
    """What credits were spent on."""

    DEPLOYMENT = "deployment"
    FINE_TUNING = "fine-tuning"


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """Credits spent over a span of time; the part of the span inside a period counts for it."""

    kind: CreditKind
    start_us: int
    end_us: int
    credits_micro: int
    """Millionths of an account unit."""
    model: str | None = None
    model_type: ModelType | None = None
    deployment: str | None = None
    version: str | None = None
    entry_id: str | None = None
    """The sender's id; None: an entry is known by all its other fields but the credits."""


@dataclass(frozen=True, slots=True)
class FineTuningJob:
    """A job that makes a fine-tuned model."""

    job_id: str
    model: str
    base_model: str | None = None
    started_at_us: int | None = None
    completed_at_us: int | None = None
    """None: not completed."""
    status: str | None = None
