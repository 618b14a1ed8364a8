"""Walking through ten million rows with keys and mouse."""

from typing import Any

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from tests.fakes import FakeReader
from tests.screens import line_with, place_of, text_of
from tests.ui.many_rows import NEWEST_US, ManyRows, a_row
from tests.ui.tables import TableApp, press, settled
from tracetui.domain.queries import After, AtRow, First, Last, Order, PageQuery
from tracetui.domain.rows import Page, TraceRow
from tracetui.domain.trace import Status
from tracetui.errors import StoreError

MANY = 10_000_000
S = 1_000_000


def many(count: int = MANY, **how: Any) -> TableApp:
    return TableApp(FakeReader(ManyRows(count, **how).page))


def of_rows(*rows: TraceRow) -> TableApp:
    return TableApp(FakeReader(lambda _: Page(rows, 0, len(rows))))


def foot(app: TableApp) -> str:
    """What the last line says, without the end of the scrollbar."""
    return text_of(app).splitlines()[-1][:139].rstrip()


async def test_the_newest_row_stands_first_with_the_cursor_on_it() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert line_with(app, "req-10000000").startswith("▌✓")
        assert foot(app) == " row 1 of 10,000,000"


async def test_every_cell_of_a_row_is_there() -> None:
    app = of_rows(a_row(7, executed_at_us=NEWEST_US))
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        words = "▌✓ req-7 1.204 s v3 Workflow checkout 1 Oct 14:00:00 question 7 answer 7"
        assert " ".join(line_with(app, "req-7").split()) == words


async def test_what_is_unknown_is_a_dash() -> None:
    app = of_rows(
        a_row(7, response_time_us=None, version=None, source_type=None, source=None, output_preview=None)
    )
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert line_with(app, "req-7").split().count("–") == 5


async def test_a_failed_trace_has_another_sign_and_not_only_another_colour() -> None:
    app = of_rows(a_row(8), a_row(7, status=Status.FAILED))
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert line_with(app, "req-7").startswith(" ✗")
        assert line_with(app, "req-8").startswith("▌✓")


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (["down"], 2),
        (["j", "j", "k"], 2),
        (["up"], 1),
        (["pagedown"], 39),
        (["pagedown", "pagedown", "pageup"], 39),
        (["end"], MANY),
        (["end", "up"], MANY - 1),
        (["end", "pageup"], MANY - 38),
        (["end", "home"], 1),
        (["ctrl+end", "ctrl+home", "down"], 2),
        (["end", "down"], MANY),
    ],
)
async def test_keys_land_at_the_right_row_of_ten_million(keys: list[str], place: int) -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await press(pilot, *keys)
        assert foot(app) == f" row {place:,} of 10,000,000"
        assert app.cursor_id == f"req-{MANY + 1 - place}"
        assert line_with(app, f" {app.cursor_id} ").startswith("▌")


async def test_a_held_key_never_shows_a_row_that_is_not_there() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        for _ in range(12):
            for _ in range(25):
                app.table.action_cursor_down()
            await settled(pilot)
            assert "···" not in text_of(app)
        assert foot(app) == " row 301 of 10,000,000"


async def test_keys_hammered_while_pages_are_on_their_way_land_at_the_right_row() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.reader.gate.clear()
        for _ in range(100):
            app.table.action_page_down()
        app.table.action_cursor_down()
        app.reader.gate.set()
        await settled(pilot)
        assert app.cursor_id == f"req-{MANY - 3801}"
        assert foot(app) == " row 3,802 of 10,000,000"


async def test_keys_pressed_before_the_first_page_is_there_count() -> None:
    app = many()
    app.reader.gate.clear()
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.press("down", "down", "down")
        app.reader.gate.set()
        await settled(pilot)
        assert app.cursor_id == f"req-{MANY - 3}"


async def test_a_page_of_an_order_that_was_left_is_never_shown() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.table.show(After(ManyRows(MANY).page), Page((a_row(1),), 0, 1))  # type: ignore[arg-type]
        await settled(pilot)
        assert foot(app) == " row 1 of 10,000,000"


async def test_only_the_last_of_ten_jumps_is_painted() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.reader.gate.clear()
        for jump in range(1, 11):
            app.table.go_to_row(jump * 100_000)
            await pilot.pause()
        app.reader.gate.set()
        await settled(pilot)
        assert app.cursor_id == f"req-{MANY - 1_000_000}"
        assert "···" not in text_of(app)


async def test_going_to_a_time_stands_at_the_first_row_that_is_not_newer() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.table.go_to_time(NEWEST_US + 5_000_000 * S + S // 2)
        await settled(pilot)
        assert app.cursor_id == "req-5000000"
        assert foot(app) == " row 5,000,001 of 10,000,000"


async def test_going_to_a_time_before_everything_stands_at_the_last_row() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.table.go_to_time(NEWEST_US - S)
        await settled(pilot)
        assert app.cursor_id == "req-1"


async def test_going_past_the_end_stands_at_the_last_row() -> None:
    app = many(1_000)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.table.go_to_row(123_456)
        await settled(pilot)
        assert app.cursor_id == "req-1"


async def test_the_scrollbar_reaches_the_middle_and_the_cursor_follows() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.table.scroll_to(y=5_000_000, animate=False)
        await settled(pilot)
        assert app.cursor_id == f"req-{MANY - 5_000_000}"
        assert "···" not in text_of(app)


async def test_the_wheel_scrolls_and_the_cursor_stays_in_sight() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await pilot._post_mouse_events([_wheel_down()], app.table, offset=(10, 10))
        await settled(pilot)
        assert app.table.scroll_y > 0
        assert any(line.startswith("▌") for line in text_of(app).splitlines())


def _wheel_down() -> Any:
    from textual.events import MouseScrollDown

    return MouseScrollDown


async def test_where_nobody_counts_end_and_back_work_and_no_wrong_place_is_shown() -> None:
    app = many(is_counted=False)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert foot(app) == " row 1 of …"
        await press(pilot, "end")
        assert app.cursor_id == "req-1"
        assert foot(app) == " row … of …"
        await press(pilot, "pageup")
        assert app.cursor_id == "req-39"
        app.table.know_total(MANY)
        await settled(pilot)
        assert foot(app) == " row 9,999,962 of 10,000,000"
        await press(pilot, "home")
        assert app.cursor_id == f"req-{MANY}"


async def test_a_click_on_a_row_goes_there_and_opens_it() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await pilot.click(offset=place_of(app, "req-9999997"))
        await settled(pilot)
        assert (app.cursor_id, app.opened) == ("req-9999997", ["req-9999997"])


async def test_enter_opens_the_row_under_the_cursor() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "down", "enter")
        assert app.opened == ["req-9999999"]


@pytest.mark.parametrize(("title", "column"), [("Executed on", "executed_at"), ("Response", "response_time")])
async def test_a_click_on_the_name_of_a_column_is_told(title: str, column: str) -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await pilot.click(offset=place_of(app, title))
        await settled(pilot)
        assert app.pressed == [column]


@pytest.mark.parametrize(
    ("order", "title"),
    [
        (Order.NEWEST, "Executed on ↓"),
        (Order.OLDEST, "Executed on ↑"),
        (Order.SLOWEST, "Response ↓"),
        (Order.FASTEST, "Response ↑"),
    ],
)
async def test_the_head_shows_what_is_sorted_and_which_way(order: Order, title: str) -> None:
    app = TableApp(FakeReader(ManyRows(10).page), order)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert title in text_of(app).splitlines()[0]


async def test_a_read_that_fails_says_why_and_r_reads_again() -> None:
    rows = ManyRows(MANY)
    state = {"is_broken": True}

    def answer(query: PageQuery) -> Page | StoreError:
        return (
            StoreError("The store is locked.", "Close what holds it.") if state["is_broken"] else rows.page(query)
        )

    app = TableApp(FakeReader(answer))
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert "The store is locked." in text_of(app)
        assert "Press r to try again." in text_of(app)
        state["is_broken"] = False
        app.table.reload()
        await settled(pilot)
        assert app.cursor_id == f"req-{MANY}"


async def test_a_slow_first_page_says_that_it_is_being_read() -> None:
    app = many()
    app.reader.gate.clear()
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause(0.2)
        assert "Reading …" in text_of(app)
        app.reader.gate.set()
        await settled(pilot)
        assert "Reading …" not in text_of(app)


async def test_rows_that_are_slow_to_come_are_placeholders_and_not_other_rows() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.reader.gate.clear()
        await pilot.press("end")
        await pilot.pause(0.2)
        assert text_of(app).count("···") == 38
        app.reader.gate.set()
        await settled(pilot)
        assert app.cursor_id == "req-1"


async def grown(app: TableApp, rows: ManyRows, pilot: Pilot[None], by: int) -> None:
    rows.count += by
    app.table.reload()
    await settled(pilot)


async def test_a_refresh_in_the_middle_moves_nothing_but_the_place() -> None:
    rows = ManyRows(MANY)
    app = TableApp(FakeReader(rows.page))
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.table.go_to_row(500)
        await settled(pilot)
        before = text_of(app).splitlines()
        await grown(app, rows, pilot, by=7)
        after = text_of(app).splitlines()
        assert before[:-1] == after[:-1]
        assert foot(app) == " row 508 of 10,000,007"


async def test_a_refresh_at_the_top_shows_new_rows_above_and_stays_on_the_trace() -> None:
    rows = ManyRows(1_000)
    app = TableApp(FakeReader(rows.page))
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await grown(app, rows, pilot, by=3)
        assert app.cursor_id == "req-1000"
        assert text_of(app).splitlines()[1].split()[1] == "req-1003"
        assert foot(app) == " row 4 of 1,003"


async def test_a_refresh_after_a_flood_stays_on_the_trace() -> None:
    rows = ManyRows(1_000)
    app = TableApp(FakeReader(rows.page))
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await grown(app, rows, pilot, by=5_000)
        assert app.cursor_id == "req-1000"
        assert foot(app) == " row 5,001 of 6,000"


async def test_a_refresh_after_the_trace_was_deleted_stands_at_the_next_one() -> None:
    rows = ManyRows(1_000)
    app = TableApp(FakeReader(rows.page))
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "down")
        rows.gone.add(999)
        app.table.reload()
        await settled(pilot)
        assert app.cursor_id == "req-998"


async def test_it_holds_a_window_and_never_the_whole_result() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "pagedown", "pagedown", "end", "home")
        anchors = [query.anchor for query in app.reader.asked]
        assert all(query.count <= 200 for query in app.reader.asked)
        assert any(isinstance(anchor, First) for anchor in anchors)
        assert any(isinstance(anchor, AtRow | Last) for anchor in anchors)


async def test_a_move_repaints_two_rows_and_the_digits_of_the_place() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "down", "down")
        app.table._repaint_regions.clear()
        app.table.action_cursor_down()
        assert app.table._repaint_regions == {
            Region(0, 3, 139, 1),
            Region(0, 4, 139, 1),
            Region(0, 39, len(" row 4"), 1),
        }


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_what_matters_most_stands_at_every_size(size: tuple[int, int]) -> None:
    app = of_rows(a_row(7, executed_at_us=NEWEST_US, response_time_us=30_001_000))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        line = line_with(app, "req-7")
        assert all(words in line for words in ("✓", "30.001 s", "1 Oct 14:00:00", "question 7"))


async def test_at_80_columns_the_columns_that_yielded_can_be_uncovered() -> None:
    app = of_rows(a_row(7))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Workflow" not in text_of(app)
        await press(pilot, "right", "right")
        assert "Workflow" in line_with(app, "req-7")
        await press(pilot, "left", "left")
        assert "1.204 s" in line_with(app, "req-7")


async def test_a_resize_keeps_the_cursor_in_sight() -> None:
    app = many()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.table.go_to_row(30)
        await settled(pilot)
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert line_with(app, "req-9999970").startswith("▌")


async def test_wide_characters_keep_the_columns_in_line() -> None:
    wide = "日本語のとても長い質問です、どうか返金してください"
    app = of_rows(a_row(8, request_id="返金-1"), a_row(7, source="顧客サポート課"), a_row(6, input_preview=wide))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        strips = app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {120}
        column = strips[1].crop(0, strips[1].text.index("answer 8") + 4)
        assert column.cell_length
        cells = [
            _cells_before(strip.text, f"answer {number}")
            for strip, number in zip(strips[1:4], (8, 7, 6), strict=True)
        ]
        assert len(set(cells)) == 1
        assert "…" in strips[3].text


def _cells_before(line: str, words: str) -> int:
    from rich.cells import cell_len

    return cell_len(line[: line.index(words)])


async def test_an_id_that_does_not_fit_shows_its_begin_and_its_end() -> None:
    app = of_rows(a_row(7, request_id="chatcmpl-dbdba476188b8b0c21f0"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "chatcm…b0c21f0" in text_of(app)
