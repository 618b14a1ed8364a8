"""What became of an import, in words: counts for each input, then what a user should know of them."""

from pathlib import Path

from tracetui.display.sanitise import safe_line
from tracetui.ingest.job import ImportResult, InputResult, Place

NOTES_SHOWN = 8


def summary(result: ImportResult, store: Path, elapsed_s: float) -> str:
    """The lines that close an import.

    Args:
        result: What became of its inputs.
        store: Where the records went.
        elapsed_s: How long it took.
    """
    lines: list[str] = []
    for one in result.inputs:
        lines += _of_input(one)
    read = sum(one.read for one in result.inputs)
    rate = f", {read / elapsed_s:,.0f} records/s" if read and elapsed_s > 0 else ""
    if len(result.inputs) > 1:
        lines.append(f"In all: {_counts(result.inputs)}.")
    lines.append(f"Store: {safe_line(str(store))} ({elapsed_s:,.1f} s{rate})")
    return "\n".join(lines)


def _of_input(one: InputResult) -> list[str]:
    name = safe_line(one.name)
    if one.format is None:
        return [f"{name}: is empty, 0 read." if one.failure is None else f"{name}: could not be read."]
    ended = "" if one.failure is None else "; it was not read to its end"
    lines = [f"{name}: {_counts([one])}{ended}."]
    lines += [f"  rejected: {_place(place)}" for place in one.first_rejects]
    if one.rejected > len(one.first_rejects):
        lines.append(f"  ... and {one.rejected - len(one.first_rejects):,} more")
    if one.rejects_path is not None:
        lines.append(f"  the rejected records are in {safe_line(str(one.rejects_path))}")
    if one.cut_off_line is not None:
        lines.append(f"  line {one.cut_off_line:,} was cut off; import the file again when it has grown")
    if one.differing:
        lines.append(f"  {one.differing:,} values differ from what was there, which stays:")
        lines += [f"    {_place(place)}" for place in one.first_differences]
        if one.differing > len(one.first_differences):
            lines.append(f"    ... and {one.differing - len(one.first_differences):,} more")
    notes = sorted(one.notes.counts.items(), key=lambda note: (-note[1].times, note[0]))
    for text, count in notes[:NOTES_SHOWN]:
        times = "once" if count.times == 1 else f"{count.times:,} times"
        lines.append(f"  noted {times}, first in line {count.first_line:,}: {safe_line(text)}")
    if len(notes) > NOTES_SHOWN:
        lines.append(f"  ... and {len(notes) - NOTES_SHOWN} more kinds of notes")
    return lines


def _place(place: Place) -> str:
    return f"{safe_line(place.name)}, line {place.line:,}: {safe_line(place.said, 300)}"


def _counts(inputs: list[InputResult]) -> str:
    read = sum(one.read for one in inputs)
    added = sum(one.added for one in inputs)
    present = sum(one.present for one in inputs)
    filled = sum(one.filled for one in inputs)
    rejected = sum(one.rejected for one in inputs)
    completed = f", {filled:,} of those there completed" if filled else ""
    there = f"{present:,} already there{completed}"
    return f"{read:,} read, {added:,} added, {there}, {rejected:,} rejected{_new(inputs)}"


def _new(inputs: list[InputResult]) -> str:
    """What was added, where it is not traces alone: whoever made 548 calls wonders at 1,002 records."""
    messages = sum(one.messages for one in inputs)
    spans = sum(one.spans for one in inputs)
    if not messages and not spans:
        return ""
    traces = sum(one.added for one in inputs) - messages - spans
    kinds = ((traces, "trace"), (messages, "message"), (spans, "surrounding span"))
    told = [f"{number:,} {kind}{'' if number == 1 else 's'}" for number, kind in kinds if number]
    return f" (new: {', '.join(told)})"
