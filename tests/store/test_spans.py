from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest

from tests.store.conftest import FullStore
from tests.store.plain import DAY_US, HOSTED, ask, chosen
from tests.store.test_pages import PERIODS
from tracetui.domain.periods import Period
from tracetui.domain.queries import Scope, SummaryQuery
from tracetui.store.spans import DAYS, FORTNIGHTS, QUARTER_US, QUARTERS, Span, Unit, split


def random_periods() -> list[Period]:
    """Periods from a moment to a month, their ends on and off the borders of quarters and days."""
    chance = Random(3)
    periods = []
    for length_us in (1, QUARTER_US, DAY_US, 3 * DAY_US, 30 * DAY_US) * 8:
        start = chance.randrange(60 * DAY_US)
        end = start + chance.randrange(2 * length_us)
        grid = chance.choice((1, QUARTER_US, DAY_US))
        periods.append(Period(start // grid * grid, end // grid * grid))
    return periods


@pytest.mark.parametrize("within", random_periods())
@pytest.mark.parametrize("units", [FORTNIGHTS, DAYS, QUARTERS])
def test_spans_cover_a_period_without_gap_or_overlap(within: Period, units: Sequence[Unit]) -> None:
    spans = split(within, units)
    edges = [within.start_us, *(span.end_us for span in spans)] if spans else [within.end_us]
    assert edges[-1] == within.end_us
    assert all(one.end_us == next.start_us for one, next in pairwise(spans))
    assert sum(span.end_us - span.start_us for span in spans) == within.end_us - within.start_us


@pytest.mark.parametrize("within", random_periods())
def test_rows_are_read_for_less_than_a_quarter_at_each_end(within: Period) -> None:
    ragged = [span for span in split(within) if span.unit is Unit.ROW]
    assert len(ragged) <= 2
    assert all(span.end_us - span.start_us < 2 * QUARTER_US for span in ragged)


@pytest.mark.parametrize("within", random_periods())
def test_rollups_are_asked_only_for_whole_units(within: Period) -> None:
    spans = [span for span in split(within, FORTNIGHTS) if span.unit is not Unit.ROW]
    assert all(span.start_us % span.unit.size_us == span.end_us % span.unit.size_us == 0 for span in spans)


def test_a_period_of_whole_days_is_one_span() -> None:
    assert split(Period(3 * DAY_US, 9 * DAY_US)) == (Span(Unit.DAY, 3 * DAY_US, 9 * DAY_US),)


def test_a_day_of_a_zone_off_by_half_an_hour_needs_no_rows() -> None:
    start = 5 * DAY_US + 2 * QUARTER_US
    assert {span.unit for span in split(Period(start, start + DAY_US))} == {Unit.QUARTER}


def test_an_empty_period_has_no_span() -> None:
    assert split(Period(12, 12)) == ()


@pytest.mark.parametrize("within", PERIODS.values(), ids=PERIODS)
def test_periods_that_adjoin_add_up(full: FullStore, within: Period) -> None:
    middle = (within.start_us + within.end_us) // 2
    parts = [Period(within.start_us, middle), Period(middle, within.end_us)]
    counts = [ask(full.reader, SummaryQuery(Scope(HOSTED), part)).requests for part in parts]
    assert sum(counts) == len(chosen(full.known, Scope(HOSTED), within))
