"""One value at a time, from what senders write to what a trace holds: times, numbers, texts, status.

The one place that decides what is read, what is read with a note, and what is refused (`BadValue`). A reason
is the second half of a sentence whose first half is the field: "output_tokens" + " is \"many\", not a number".
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from tracetui.domain.trace import Status

Note = Callable[[str], None]
"""Told what was read otherwise than it was written; the text is the same for all records of a kind."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END_US = 4_102_444_800_000_000
"""2100-01-01: no time at or past it is taken, or one bad clock would stretch the axis of every chart."""
LARGEST = 10**13
"""No count and no number of parts beyond it (115 days in microseconds): nine hundred thousand of the largest
still add up within the 64 bits of SQLite's sums."""
LONGEST_NAME = 10_000
"""Characters of a name or an id: they are indexed, unlike input and output."""

_MICROSECOND = timedelta(microseconds=1)
_MILLISECONDS_FROM = 100_000_000_000
"""An epoch number from here on is milliseconds: as seconds it would be the year 5138."""
_SUCCEEDED = frozenset({"success", "succeeded", "successful", "ok", "complete", "completed", "done"})
_FAILED = frozenset({"failed", "failure", "fail", "error", "errored", "timeout", "cancelled", "canceled"})


class BadValue(ValueError):
    """A value that cannot be taken; says why."""


def shown(value: object) -> str:
    """A value as it may stand in a message: quoted, short, on one line."""
    text = json.dumps(value, default=str) if isinstance(value, str | list | dict) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def time_us(value: object, zone: tzinfo, note: Note) -> int:
    """A moment as UTC microseconds.

    Args:
        value: ISO 8601 text, or seconds or milliseconds since 1970 as a number or its text.
        zone: The zone of a text that names none.

    Raises:
        BadValue: It is no such thing, or lies outside 1970 to 2100.
    """
    if value is None or value == "":
        raise BadValue("is missing")
    if isinstance(value, str):
        text = value.strip()
        us = _epoch_us(_number(text), note) if _is_plain_number(text) else _iso_us(text, zone, note)
    elif isinstance(value, bool):
        raise BadValue(f"is {value}, not a time")
    elif isinstance(value, int | float | Decimal):
        us = _epoch_us(_number(value), note)
    else:
        raise BadValue(f"is {shown(value)}, not a time")
    if not 0 <= us < END_US:
        raise BadValue(f"is {shown(value)}, not between 1970 and 2100")
    return us


def whole(value: object, note: Note) -> int | None:
    """A count: a whole number of 0 or more, or None.

    Raises:
        BadValue: It is negative, has a fraction, is no number or is more than `LARGEST`.
    """
    if value is None or value == "":
        return None
    if type(value) is int:
        return _in_range(value, value)
    number = _number(value)
    if number != number.to_integral_value():
        raise BadValue(f"is {shown(value)}, not a whole number")
    if not isinstance(value, str):
        note("whole numbers written with a fraction were read as whole")
    return _in_range(int(number) if number <= LARGEST else LARGEST + 1, value)


def scaled(value: object, per_unit: int) -> int | None:
    """A quantity of 0 or more in whole parts of its unit, or None.

    Args:
        value: A number or its text.
        per_unit: How many parts a unit has: 1,000 for milliseconds to microseconds. Halves go to even.

    Raises:
        BadValue: It is negative, no number, or more than `LARGEST` parts.
    """
    if value is None or value == "":
        return None
    if type(value) is int:
        return _in_range(value * per_unit, value)
    parts = _number(value) * per_unit
    return _in_range(int(parts.to_integral_value()) if parts <= LARGEST else LARGEST + 1, value)


def name(value: object, note: Note) -> str | None:
    """A name or an id: text, kept as it is; a number becomes its text; empty is unknown.

    Raises:
        BadValue: It is a list, an object or a boolean, or longer than 10,000 characters.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise BadValue(f"is {shown(value)}, not a text")
        note("numbers for names or ids were kept as text")
        value = str(value)
    if len(value) > LONGEST_NAME:
        raise BadValue(f"has {len(value):,} characters, more than {LONGEST_NAME:,}")
    return well_formed(value, note)


def prose(value: object, note: Note) -> str | None:
    """A text of any length; messages and other structures become readable text; None is unknown."""
    if value is None:
        return None
    if isinstance(value, str):
        return well_formed(value, note)
    if isinstance(value, list | dict):
        note("structures for input, output or error were turned into text")
        return well_formed(_readable(value), note)
    note("numbers or booleans for input, output or error were turned into text")
    return json.dumps(value, default=str)


def boolean(value: object, note: Note) -> bool | None:
    """True, false or unknown.

    Raises:
        BadValue: It is neither true, false, 0, 1 nor one of these as text.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("true", "1", "yes"):
        note("texts or numbers were read as true or false")
        return True
    if word in ("false", "0", "no"):
        note("texts or numbers were read as true or false")
        return False
    raise BadValue(f"is {shown(value)}, not true or false")


def status(value: object, has_error: bool, status_code: int | None, note: Note) -> Status:
    """How a request ended; where the record does not say, an error or a status code of 400 and more says failed.

    Raises:
        BadValue: It is a word that says neither.
    """
    if value == "success":
        return Status.SUCCESS
    if value == "failed":
        return Status.FAILED
    if value is None or value == "":
        note("a missing status was taken from error and status_code")
        return Status.FAILED if has_error or (status_code or 0) >= 400 else Status.SUCCESS
    if isinstance(value, bool):
        note("other words for status were read as success or failed")
        return Status.SUCCESS if value else Status.FAILED
    word = str(value).strip().lower()
    if word in ("success", "failed"):
        return Status.SUCCESS if word == "success" else Status.FAILED
    note("other words for status were read as success or failed")
    if word in _SUCCEEDED:
        return Status.SUCCESS
    if word in _FAILED:
        return Status.FAILED
    if len(word) == 3 and word.isascii() and word.isdigit() and "100" <= word <= "599":
        return Status.SUCCESS if word < "400" else Status.FAILED
    raise BadValue(f"is {shown(value)}, neither success nor failed")


def well_formed(text: str, note: Note) -> str:
    """A text without lone surrogates, which no file and no store can hold; U+FFFD stands for each."""
    try:
        text.encode()
    except UnicodeEncodeError:
        note("lone surrogates were replaced by U+FFFD")
        # UTF-16 joins the halves of a pair that came as two escapes; what is left alone becomes U+FFFD.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _in_range(parts: int, value: object) -> int:
    if parts < 0:
        raise BadValue(f"is {shown(value)}, a negative number")
    if parts > LARGEST:
        raise BadValue(f"is {shown(value)}, larger than can be kept")
    return parts


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise BadValue(f"is {shown(value)}, not a number")
    try:
        # A float goes through its shortest text, so that 0.1 is a tenth and not 0.1000000000000000055.
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        raise BadValue(f"is {shown(value)}, not a number") from None
    if not number.is_finite():
        raise BadValue(f"is {shown(value)}, not a number")
    return number


def _is_plain_number(text: str) -> bool:
    digits = text.replace(".", "", 1)
    # Eight digits are left to ISO 8601, where they are a day (20261001).
    return digits.isascii() and digits.isdigit() and len(text) != 8


def _epoch_us(number: Decimal, note: Note) -> int:
    if abs(number) >= 10**15:
        raise BadValue(f"is {shown(number)}; a time as a number is in seconds or milliseconds")
    if abs(number) >= _MILLISECONDS_FROM:
        note("times of 100,000,000,000 and more were read as milliseconds since 1970")
        return int((number * 1_000).to_integral_value())
    return int((number * 1_000_000).to_integral_value())


def _iso_us(text: str, zone: tzinfo, note: Note) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _unusual_iso(text, note)
    if moment.tzinfo is None:
        moment = _placed(moment, zone, note, is_day_only=len(text) <= 10)
    try:
        return (moment - EPOCH) // _MICROSECOND
    except OverflowError:
        raise BadValue(f"is {shown(text)}, not between 1970 and 2100") from None


def _unusual_iso(text: str, note: Note) -> datetime:
    """24:00, which ISO 8601 has and Python 3.11 refuses, and the zone written as UTC."""
    try:
        if text.endswith((" UTC", " GMT")):
            return datetime.fromisoformat(text[:-4] + "+00:00")
        if "T24:00" in text or " 24:00" in text:
            note("24:00 was read as the start of the next day")
            return datetime.fromisoformat(text.replace("24:00", "00:00", 1)) + timedelta(days=1)
    except (ValueError, OverflowError):
        pass
    raise BadValue(f"is {shown(text)}, not a time such as 2026-10-01T12:00:00Z")


def _placed(moment: datetime, zone: tzinfo, note: Note, *, is_day_only: bool) -> datetime:
    note(
        f"days without a time of day were read as 00:00 {zone}"
        if is_day_only
        else f"times without a zone were read as {zone}"
    )
    placed = moment.replace(tzinfo=zone)
    try:
        if zone is not UTC and placed.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
            note(f"times that the clocks of {zone} skip were moved on by the hour skipped")
    except OverflowError:
        raise BadValue(f"is {shown(str(moment))}, not between 1970 and 2100") from None
    return placed


def _readable(value: object) -> str:
    """Messages as their texts, one after the other; anything else as indented JSON."""
    if isinstance(value, list):
        texts = [_message_text(entry) for entry in value]
        if all(text is not None for text in texts):
            return "\n\n".join(text for text in texts if text)
    if isinstance(value, dict):
        text = _message_text(value)
        if text is not None:
            return text
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _message_text(message: Any) -> str | None:
    """The text of a chat message: its role where it has one, and its content; None where it is no message."""
    if isinstance(message, str):
        return message
    if not isinstance(message, dict):
        return None
    content = message.get("content", message.get("text"))
    if isinstance(content, list):
        parts = [_message_text(part) for part in content]
        content = "\n".join(part for part in parts if part) if all(part is not None for part in parts) else None
    if not isinstance(content, str):
        return None
    role = message.get("role")
    return f"{role}: {content}" if isinstance(role, str) else content
