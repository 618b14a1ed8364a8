"""How far a job is, in words: how much of it, how many of how many, and how long it still takes."""

from tracetui.cancel import Progress
from tracetui.display.formatting import format_count
from tracetui.display.sanitise import Safe

SURE_AFTER_S = 0.5
"""Before that the time left would be a guess that jumps."""


def part_done(progress: Progress) -> float | None:
    """From 0 to 1; None while it is not known how much there is. Of nothing all is done."""
    if progress.total is None:
        return None
    return min(1.0, progress.done / progress.total) if progress.total else 1.0


def progress_in_words(progress: Progress, elapsed_s: float) -> Safe:
    """`62 %  29,900 of 48,120  4 s left`; before the total is known `counting`.

    Args:
        progress: How far it is.
        elapsed_s: Since it began.
    """
    part = part_done(progress)
    if part is None:
        return Safe("counting" if not progress.done else f"{format_count(progress.done)} so far")
    # Rounded down: 100 % is when it is done.
    words = f"{int(part * 100):2} %  {format_count(progress.done)} of {format_count(progress.total)}"
    if 0 < part < 1 and elapsed_s >= SURE_AFTER_S:
        words += f"  {_left(elapsed_s * (1 - part) / part)} left"
    return Safe(words)


def _left(seconds: float) -> str:
    whole = max(1, round(seconds))
    if whole < 100:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
