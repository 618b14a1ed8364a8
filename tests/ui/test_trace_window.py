"""The rows around the cursor, as plain values."""

from tests.ui.many_rows import ManyRows, a_row
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import After, Anchor, AtRow, AtTime, Before, First, Last, Order, PageQuery, Scope
from tracetui.domain.rows import Page
from tracetui.ui.widgets.trace_window import AHEAD, KEPT, PAGE, Window, position_of

SCOPE = Scope(ModelRef(ModelType.FINE_TUNED, "m-1"))
MANY = 10_000_000


def ask(rows: ManyRows, anchor: Anchor) -> Page:
    return rows.page(PageQuery(SCOPE, Period(0, 2**60), Order.NEWEST, anchor, PAGE))


def opened_with(rows: ManyRows, anchor: Anchor) -> Window:
    window = Window()
    window.take(anchor, ask(rows, anchor), PAGE)
    return window


def follow(window: Window, rows: ManyRows, top: int, seen: int = 40) -> int:
    """Do what the table does until nothing more is needed; returns how many pages that took."""
    for pages in range(100):
        anchor = window.needed(top, top + seen)
        if anchor is None:
            return pages
        window.take(anchor, ask(rows, anchor), PAGE)
        window.trim(top)
    raise AssertionError("it never has enough")


def test_the_first_page_is_all_that_is_needed_at_the_top() -> None:
    window = opened_with(ManyRows(MANY), First())
    assert window.needed(0, 40) is None
    assert (window.start, window.total, window.height) == (0, MANY, MANY)


def test_the_next_page_is_asked_for_before_the_edge_is_seen() -> None:
    window = opened_with(ManyRows(MANY), First())
    top = PAGE - 40 - AHEAD + 1
    assert window.needed(top, top + 40) == After(position_of(window.rows[-1]))


def test_a_page_that_follows_joins_those_that_are_there() -> None:
    rows = ManyRows(MANY)
    window = opened_with(rows, First())
    follow(window, rows, 150)
    assert [window.row(place) for place in (0, 199, 200, 399)] == [
        rows.row(Order.NEWEST, place) for place in (0, 199, 200, 399)
    ]


def test_a_place_far_away_is_asked_for_by_its_number() -> None:
    window = opened_with(ManyRows(MANY), First())
    assert window.needed(5_000_000, 5_000_040) == AtRow(5_000_020 - PAGE // 2)


def test_a_page_from_the_middle_stands_where_its_place_says() -> None:
    rows = ManyRows(MANY)
    window = opened_with(rows, AtRow(5_000_000))
    assert window.row(5_000_001) == rows.row(Order.NEWEST, 5_000_001)


def test_walking_up_from_the_end_reaches_the_rows_before() -> None:
    rows = ManyRows(MANY)
    window = opened_with(rows, Last())
    follow(window, rows, MANY - 300)
    assert window.row(MANY - 300) == rows.row(Order.NEWEST, MANY - 300)


def test_no_more_rows_are_held_than_it_says() -> None:
    rows = ManyRows(MANY)
    window = opened_with(rows, First())
    for top in range(0, 20_000, 100):
        follow(window, rows, top)
        assert len(window.rows) <= KEPT
    assert window.row(19_900) == rows.row(Order.NEWEST, 19_900)


def test_rows_that_were_let_go_are_asked_for_again_on_the_way_back() -> None:
    rows = ManyRows(MANY)
    window = opened_with(rows, First())
    for top in range(0, 5_000, 100):
        follow(window, rows, top)
    for top in range(5_000, -1, -100):
        follow(window, rows, top)
    assert window.row(0) == rows.row(Order.NEWEST, 0)


def test_rows_added_above_meanwhile_move_all_places_by_as_many() -> None:
    rows = ManyRows(1_000)
    window = opened_with(rows, First())
    anchor = window.needed(150, 190)
    assert anchor is not None
    page = ask(rows, anchor)
    shift = window.take(anchor, Page(page.rows, 203, 1_003), PAGE)
    assert (shift, window.start, window.total) == (3, 3, 1_003)


def test_a_short_page_is_the_last_one_and_nothing_more_is_asked_for() -> None:
    window = opened_with(ManyRows(30), First())
    assert window.ends
    assert window.needed(0, 40) is None


def test_an_empty_result_needs_nothing() -> None:
    window = opened_with(ManyRows(0), First())
    assert window.needed(0, 40) is None
    assert window.height == 0


def test_where_nobody_counted_the_end_has_no_place_until_the_count_comes() -> None:
    rows = ManyRows(MANY, is_counted=False)
    window = opened_with(rows, Last())
    assert not window.is_placed
    before = window.start
    shift = window.know_total(MANY)
    assert (window.is_placed, window.end, shift) == (True, MANY, MANY - PAGE - before)


def test_where_nobody_counted_walking_to_the_end_counts() -> None:
    rows = ManyRows(500, is_counted=False)
    window = opened_with(rows, First())
    assert window.total is None
    follow(window, rows, 100)
    follow(window, rows, 250)
    assert (window.total, window.is_placed) == (500, True)


def test_where_nobody_counted_walking_up_from_the_end_finds_the_first_place() -> None:
    rows = ManyRows(500, is_counted=False)
    window = opened_with(rows, Last())
    for _ in range(3):
        first = window.rows[0]
        window.take(Before(position_of(first)), ask(rows, Before(position_of(first))), PAGE)
    assert (window.start, window.is_placed, len(window.rows)) == (0, True, 500)


def test_the_place_nearest_to_a_row_that_is_gone_is_the_one_after_it() -> None:
    window = Window()
    window.take(First(), Page(tuple(a_row(number) for number in (9, 7, 5)), 0, 3), PAGE)
    assert window.place_near(Order.NEWEST, position_of(a_row(8))) == 1


def test_a_place_that_is_told_later_renumbers_all_that_is_held() -> None:
    window = Window()
    rows = tuple(a_row(number) for number in range(500, 300, -1))
    window.take(AtTime(0), Page(rows, None, None), PAGE)
    assert not window.is_placed
    shift = window.know_place(500, 700)
    assert shift is not None
    assert (window.start, window.place_of(499), window.is_placed) == (700, 701, True)


def test_a_place_of_a_row_that_is_no_longer_held_changes_nothing() -> None:
    window = Window()
    window.take(AtTime(0), Page((a_row(1),) * PAGE, None, None), PAGE)
    assert window.know_place(77, 700) is None
    assert not window.is_placed


def test_a_total_counted_before_the_last_rows_came_is_not_less_than_what_is_held() -> None:
    window = Window()
    window.take(First(), Page(tuple(a_row(number) for number in range(PAGE, 0, -1)), 0, None), PAGE)
    window.know_total(PAGE - 1)
    assert window.total == PAGE
