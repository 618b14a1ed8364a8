"""Numbers, durations, sizes and times as people read them.

Decided here: how many digits stand, which unit, and what unknown looks like. Unknown (None) is a dash, never a
zero; what is more than nothing is never rounded to nothing. Halves are rounded up, in whole numbers: what is
shown of a response time is what a filter compares (`domain/durations.to_ms`). Words are English, no locale.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from tracetui.display.sanitise import Safe
from tracetui.domain.durations import to_ms
from tracetui.domain.periods import MONTHS

UNKNOWN = Safe("–")

TIME_CELLS = 17
"""The widest that `format_time` gets: a time of another year."""

_DAY_US = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()


def format_count(number: int | None) -> Safe:
    """All digits, thousands apart: `48,120`."""
    return UNKNOWN if number is None else Safe(f"{number:,}")


def format_short_count(number: int | None) -> Safe:
    """At most one decimal and a letter, for an axis: `812`, `48.1K`, `1.2M`."""
    return UNKNOWN if number is None else _scaled(number, ("", "K", "M", "B", "T"), gap="")


def format_size(size_bytes: int | None) -> Safe:
    """Bytes in the unit people say, in thousands: `812 B`, `2.1 kB`, `10 MB`."""
    return UNKNOWN if size_bytes is None else _scaled(size_bytes, ("B", "kB", "MB", "GB", "TB"), gap=" ")


def format_response_time(time_us: int | None) -> Safe:
    """Seconds to the millisecond, so that a column can be compared: `0.932 s`, `1,204.000 s`."""
    if time_us is None:
        return UNKNOWN
    seconds, ms = divmod(to_ms(time_us), 1_000)
    return Safe(f"{seconds:,}.{ms:03} s")


def format_milliseconds(time_us: int | None) -> Safe:
    """Whole milliseconds, for charts: `6,802 ms`."""
    return UNKNOWN if time_us is None else Safe(f"{to_ms(time_us):,} ms")


def format_duration(time_us: int | None) -> Safe:
    """Three significant digits in the unit people say: `932 ms`, `2.31 s`, `16.7 min`."""
    if time_us is None:
        return UNKNOWN
    if time_us == 0:
        return Safe("0 ms")
    # A unit ends where its three digits would be rounded up to four.
    for unit, unit_us, ends_us in (("ms", 1_000, 999_500), ("s", 1_000_000, 999_500_000)):
        if time_us < ends_us:
            return Safe(f"{_three_digits(time_us, unit_us)} {unit}")
    unit, unit_us = ("min", 60_000_000) if time_us < 7_200_000_000 else ("h", 3_600_000_000)
    return Safe(f"{_three_digits(time_us, unit_us)} {unit}")


def format_percent(part: int, whole: int) -> Safe:
    """A part of a whole to a tenth of a percent: `3.1 %`, `5 %`.

    Some is never shown as 0 %, and not quite all never as 100 %. A part of nothing is unknown.
    """
    if not whole:
        return UNKNOWN
    tenths = _divided(part * 1_000, whole)
    if part and not tenths:
        return Safe("<0.1 %")
    if part < whole and tenths >= 1_000:
        return Safe(">99.9 %")
    return Safe(f"{_without_zeros(f'{tenths / 10:,.1f}')} %")


def format_credits(credits_micro: int | None) -> Safe:
    """Credits from millionths: `12,480.5`, `8.1`, and small ones with three digits that count: `0.026`."""
    if credits_micro is None:
        return UNKNOWN
    size = abs(credits_micro)
    if size >= 10_000_000:
        decimals = 1
    elif size >= 1_000_000:
        decimals = 2
    else:
        # Millionths have at most six digits: 26,000 is 0.026, its first digit is the second decimal.
        decimals = min(6, 9 - len(str(size)))
    text = _without_zeros(_decimal(size, 1_000_000, decimals))
    return Safe(f"-{text}" if credits_micro < 0 else text)


def format_time(at_us: int | None, zone: tzinfo, this_year: int) -> Safe:
    """A moment in a table: `23 Nov 14:02:59`, of another year `23 Nov 2025 14:02`. The day takes two cells."""
    if at_us is None:
        return UNKNOWN
    day, second = _local(at_us, zone)
    year, words = _day(day)
    minutes, seconds = divmod(second, 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    return Safe(f"{words} {clock}:{seconds:02}" if year == this_year else f"{words} {year} {clock}")


def format_minute(at_us: int | None, zone: tzinfo, this_year: int) -> Safe:
    """A moment in a sentence or a list: `12 Nov 09:10`, of another year `12 Nov 2025 09:10`."""
    if at_us is None:
        return UNKNOWN
    day, second = _local(at_us, zone)
    year, words = _day(day)
    of_year = "" if year == this_year else f" {year}"
    return Safe(f"{words.lstrip()}{of_year} {second // 3_600:02}:{second // 60 % 60:02}")


def format_full_time(at_us: int | None, zone: tzinfo) -> Safe:
    """A moment to the millisecond: `2026-11-23 14:02:40.118`.

    Where the clocks go back and the same local time comes twice, its offset tells which: ` +02:00` behind it.
    The millisecond is the one that has begun, never the next one.
    """
    if at_us is None:
        return UNKNOWN
    local = (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    text = f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1_000:03}"
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        offset = f"{local:%z}"
        text += f" {offset[:3]}:{offset[3:5]}"
    return Safe(text)


def format_clock(at_us: int, zone: tzinfo) -> Safe:
    """The time of day: `14:03:12`."""
    _, second = _local(at_us, zone)
    return Safe(f"{second // 3_600:02}:{second // 60 % 60:02}:{second % 60:02}")


def zone_name(zone: tzinfo) -> Safe:
    """The name of a zone for the header: `Europe/Berlin`."""
    return Safe(getattr(zone, "key", None) or str(zone))


def year_of(at_us: int, zone: tzinfo) -> int:
    """The year of a moment in a zone."""
    return _day(_local(at_us, zone)[0])[0]


def _local(at_us: int, zone: tzinfo) -> tuple[int, int]:
    """Day since 1970-01-01 and second of that day, in a zone."""
    offset_s = _offset_all_day(zone, at_us // _DAY_US)
    if offset_s is None:
        offset_s = _offset_s(at_us // 1_000_000, zone)
    return divmod(at_us // 1_000_000 + offset_s, 86_400)


@lru_cache(4096)
def _offset_all_day(zone: tzinfo, day: int) -> int | None:
    """The zone's offset, where it is the same through a day of UTC; a page of rows needs one or two."""
    first = _offset_s(day * 86_400, zone)
    return first if first == _offset_s(day * 86_400 + 86_399, zone) else None


def _offset_s(at_s: int, zone: tzinfo) -> int:
    offset = (_EPOCH + timedelta(seconds=at_s)).astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(seconds=1)


@lru_cache(4096)
def _day(day: int) -> tuple[int, str]:
    """Year, and day of the month in two cells with its month."""
    local = date.fromordinal(_EPOCH_ORDINAL + day)
    return local.year, f"{local.day:2} {MONTHS[local.month - 1]}"


def _scaled(number: int, units: tuple[str, ...], *, gap: str) -> Safe:
    """A number in the largest of some units, each a thousand of the one before."""
    power = 0
    while power < len(units) - 1 and _divided(abs(number) * 10, 1_000**power) >= 10_000:
        power += 1
    text = _without_zeros(_decimal(abs(number), 1_000**power, 1))
    return Safe(f"{'-' if number < 0 else ''}{text}{gap}{units[power]}")


def _three_digits(amount: int, unit: int) -> str:
    """An amount in a unit with three digits that count; below the unit, three decimals."""
    for decimals, ends in ((3, 1), (2, 10), (1, 100)):
        if _divided(amount * 10**decimals, unit) < ends * 10**decimals:
            return _decimal(amount, unit, decimals)
    return _decimal(amount, unit, 0)


def _decimal(numerator: int, denominator: int, decimals: int) -> str:
    """A fraction with so many decimals, thousands apart; exact, halves up."""
    whole, rest = divmod(_divided(numerator * 10**decimals, denominator), 10**decimals)
    return f"{whole:,}.{rest:0{decimals}}" if decimals else f"{whole:,}"


def _divided(numerator: int, denominator: int) -> int:
    """The nearest whole number; halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def _without_zeros(text: str) -> str:
    """A number without the zeros that end its decimals."""
    return text.rstrip("0").rstrip(".") if "." in text else text
