"""How far a search is, in words: `looking 41 %, back to 2 Mar 14:02, esc stops`."""

from datetime import tzinfo

from tracetui.display.formatting import format_minute
from tracetui.domain.queries import Order
from tracetui.domain.rows import Looked

_TOWARDS = {Order.NEWEST: "back to", Order.OLDEST: "up to"}


def looking(looked: Looked, order: Order, zone: tzinfo, this_year: int) -> str:
    """That it goes on, how far it is, and the key that stops it."""
    return f"looking{_reached(looked, order, zone, this_year)}, esc stops"


def stopped(looked: Looked, order: Order, zone: tzinfo, this_year: int) -> str:
    """Where it was stopped, and the key that goes on from there."""
    return f"stopped at{_reached(looked, order, zone, this_year) or ' the beginning'}, r looks on"


def _reached(looked: Looked, order: Order, zone: tzinfo, this_year: int) -> str:
    share = ""
    if looked.share is not None:
        # Not 100 % before it has ended.
        share = f" {min(99, int(100 * looked.share))} %"
    if looked.reached_us is None or not order.by_time:
        return share
    return f"{share}{',' if share else ''} {_TOWARDS[order]} {format_minute(looked.reached_us, zone, this_year)}"
