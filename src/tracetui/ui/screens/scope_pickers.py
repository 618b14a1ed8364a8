"""By what a model is narrowed: one deployment, version or connection, or all of them (T2, A4)."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Generic, NamedTuple, TypeVar

from tracetui.display.formatting import UNKNOWN, format_count, format_minute
from tracetui.display.sanitise import Safe, safe_line
from tracetui.domain.queries import DeploymentRef
from tracetui.domain.rows import DeploymentEntry, ScopeChoices
from tracetui.ui.screens.list_picker import ListPicker, Offer
from tracetui.ui.widgets.pick_list import Column, Entry

T = TypeVar("T")
NARROW_BY = "type a part of a name"


class Chosen(NamedTuple, Generic[T]):
    """What was chosen; not the same as choosing nothing, which changes nothing."""

    value: T | None
    """None: all of them."""


def deployment_picker(
    choices: ScopeChoices, zone: tzinfo, this_year: int, current: DeploymentRef | None
) -> ListPicker[Chosen[DeploymentRef]]:
    """Ask for a deployment; one that was deployed more than once is listed as a whole and each time.

    Args:
        choices: What the model has.
        zone: In which times are shown.
        this_year: The year that goes without saying.
        current: What is chosen now.
    """
    offer = Offer(
        heading="Deployment",
        columns=(
            Column("Name", is_elastic=True),
            Column("Deployed"),
            Column("Until"),
            Column("Versions"),
            Column("Requests", is_right=True),
        ),
        narrow_by=NARROW_BY,
        none="",
    )
    dash = UNKNOWN
    entries = [_entry(None, current, Safe("all deployments"), dash, dash, dash, dash)]
    for name in dict.fromkeys(entry.name for entry in choices.deployments):
        same = [entry for entry in choices.deployments if entry.name == name]
        if len(same) > 1:
            requests = format_count(sum(entry.requests for entry in same))
            words = Safe(f"{safe_line(name)}, all {len(same)}")
            entries.append(_entry(DeploymentRef(name), current, words, dash, dash, dash, requests))
        for entry in same:
            ref = DeploymentRef(name, entry.deployed_at_us if len(same) > 1 else None)
            entries.append(_entry(ref, current, *_deployment_cells(entry, zone, this_year)))
    return ListPicker(offer, entries)


def name_picker(
    heading: str, everything: str, names: Sequence[str], current: str | None
) -> ListPicker[Chosen[str]]:
    """Ask for a version or a connection.

    Args:
        heading: What is asked.
        everything: What all of them are called: `all versions`.
        names: Those there are.
        current: What is chosen now; None is all.
    """
    offer = Offer(heading, (Column("Name", is_elastic=True),), NARROW_BY, none="")
    every = _entry(None, current, Safe(everything))
    return ListPicker(offer, [every, *(_entry(name, current, safe_line(name)) for name in names)])


def _entry(value: T | None, current: T | None, *cells: Safe) -> Entry[Chosen[T]]:
    return Entry(Chosen(value), cells, is_current=value == current)


def _deployment_cells(entry: DeploymentEntry, zone: tzinfo, this_year: int) -> tuple[Safe, ...]:
    is_up = entry.deployed_at_us is not None and entry.undeployed_at_us is None
    return (
        safe_line(entry.name),
        format_minute(entry.deployed_at_us, zone, this_year),
        Safe("still up") if is_up else format_minute(entry.undeployed_at_us, zone, this_year),
        safe_line(", ".join(entry.versions)) if entry.versions else UNKNOWN,
        format_count(entry.requests),
    )
