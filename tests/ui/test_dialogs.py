"""The pickers, help, the palette and go-to: by keys, by mouse, with every state saying itself."""

import threading
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from tests.fakes import NOON_US, FakeReader
from tests.screens import line_with, place_of, text_of
from tests.ui.test_app import an_app
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import TRACES_PRESETS, CustomDays, LastDays, Preset
from tracetui.domain.places import RowPlace, TimePlace
from tracetui.domain.queries import ModelsQuery, Order
from tracetui.domain.rows import ModelEntry
from tracetui.errors import StoreError
from tracetui.ui import keys, theme
from tracetui.ui.screens.goto import GoTo
from tracetui.ui.screens.model_picker import model_picker
from tracetui.ui.screens.period_picker import PeriodPicker
from tracetui.ui.source import Source

UTC = ZoneInfo("UTC")
NOTHING_YET = object()


class Frame(App[None]):
    """Nothing but a dialog, and what it answered."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, dialog: Screen[Any]) -> None:
        super().__init__()
        self.dialog = dialog
        self.answer: Any = NOTHING_YET
        self.register_theme(theme.DARK)
        self.theme = theme.DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme.own_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield Static("below")

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self._answered)

    def _answered(self, answer: Any) -> None:
        self.answer = answer


def a_model(name: str, type: ModelType = ModelType.EXTERNAL, requests: int = 1) -> ModelEntry:
    base = "llama-3.1-8b" if type.is_hosted else None
    return ModelEntry(ModelRef(type, name), base, requests, NOON_US, NOON_US)


MODELS = (
    a_model("support-bot", ModelType.FINE_TUNED, 48_120),
    a_model("mistral-nemo", ModelType.OPEN_SOURCE),
    a_model("gpt-4o"),
    a_model("GPT-4o-mini"),
)


def asking(models: Any, current: ModelRef | None = None) -> tuple[Frame, FakeReader]:
    reader = FakeReader({ModelsQuery(): models})
    return Frame(model_picker(Source(lambda: reader), UTC, lambda: NOON_US, current)), reader


async def settle(app: Frame, pilot: Any) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


async def test_models_stand_below_their_types_with_what_tells_them_apart() -> None:
    app, _ = asking(MODELS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        lines = [line.strip(" │") for line in text_of(app).splitlines()]
        assert lines.index("Fine-tuned") < lines.index("Open-source") < lines.index("External")
        assert line_with(app, "support-bot").split() == [
            *("│", "▌support-bot", "llama-3.1-8b", "48,120", "1", "Oct", "12:00", "│")
        ]


async def test_typing_narrows_in_any_case_and_enter_chooses() -> None:
    app, _ = asking(MODELS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press(*"GpT-4O-M", "enter")
        await pilot.pause()
        assert app.answer == ModelRef(ModelType.EXTERNAL, "GPT-4o-mini")


async def test_a_whole_name_means_the_model_that_is_called_so() -> None:
    app, _ = asking((a_model(" gpt-4o "), a_model("gpt-4o"), a_model("gpt-4o-mini")))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press(*"gpt-4o", "enter")
        await pilot.pause()
        assert app.answer == ModelRef(ModelType.EXTERNAL, "gpt-4o")


async def test_arrows_pass_over_the_names_of_groups() -> None:
    app, _ = asking(MODELS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert app.answer == ModelRef(ModelType.EXTERNAL, "gpt-4o")


async def test_the_cursor_starts_on_the_current_model() -> None:
    app, _ = asking(MODELS, ModelRef(ModelType.EXTERNAL, "gpt-4o"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "▌gpt-4o" in text_of(app)


async def test_on_the_first_visit_the_cursor_starts_on_the_model_in_use() -> None:
    app, _ = asking((a_model("abandoned")._replace(last_at_us=NOON_US - 1), a_model("busy")))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "▌busy" in text_of(app)


async def test_a_press_chooses_a_model() -> None:
    app, _ = asking(MODELS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.click(offset=place_of(app, "mistral-nemo"))
        await pilot.pause()
        assert app.answer == ModelRef(ModelType.OPEN_SOURCE, "mistral-nemo")


async def test_escape_changes_nothing() -> None:
    app, _ = asking(MODELS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert app.answer is None


async def test_a_list_that_is_being_read_says_so() -> None:
    app, reader = asking(MODELS)
    reader.gate = threading.Event()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Reading" in text_of(app)
        reader.gate.set()
        await settle(app, pilot)
        assert "gpt-4o" in text_of(app)


@pytest.mark.parametrize(
    ("models", "typed", "said"),
    [
        ((), "", "This store has no models yet."),
        (MODELS, "zzz", "Nothing here is called “zzz”."),
        (StoreError("The store is locked.", "Wait."), "", "The store is locked. Wait."),
    ],
)
async def test_a_list_without_entries_says_why(models: Any, typed: str, said: str) -> None:
    app, _ = asking(models)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press(*typed)
        await pilot.pause()
        assert said in text_of(app)


async def test_enter_on_an_empty_list_does_nothing() -> None:
    app, _ = asking(())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("enter", "down", "pagedown", "ctrl+end")
        assert app.answer is NOTHING_YET


async def test_ten_thousand_models_are_walked_to_the_end() -> None:
    app, _ = asking([a_model(f"model-{number:05}") for number in range(10_000)])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("ctrl+end")
        await pilot.pause()
        assert "▌model-09999" in text_of(app)


async def test_a_long_base_model_is_cut_before_the_name_is() -> None:
    long = a_model("contract-summarizer-north")._replace(base_model="mistralai/Mistral-Small-24B-Instruct-2501")
    app, _ = asking([long])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "contract-summarizer-north  mistralai/" in text_of(app)


async def test_a_name_that_acts_on_terminals_or_markup_is_shown_as_text() -> None:
    app, _ = asking([a_model("a[/nope]\x1b]0;x\x07"), a_model("[@click=app.quit]b[/]")])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "a[/nope]␛]0;x␇" in text_of(app)
        assert "[@click=app.quit]b[/]" in text_of(app)


def a_period_picker(current: Any = Preset.LAST_30_DAYS) -> Frame:
    return Frame(PeriodPicker(TRACES_PRESETS, current, now_us=NOON_US, zone=UTC))


async def test_every_preset_stands_with_its_exact_days() -> None:
    app = a_period_picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert [line_with(app, preset.value) != "" for preset in TRACES_PRESETS] == [True] * len(TRACES_PRESETS)
        assert "▌Last 30 Days  2 Sep – 1 Oct" in text_of(app)


@pytest.mark.parametrize(
    ("pressed", "chosen"),
    [
        (["enter"], Preset.LAST_30_DAYS),
        (["up", "enter"], Preset.LAST_MONTH),
        (["y", "enter"], Preset.YESTERDAY),
        (["t", "t", "enter"], Preset.TODAY),
        ([*"7d", "enter"], Preset.DAYS_7),
        ([*"12d", "enter"], LastDays(12)),
        ([*"2026-08", "enter"], CustomDays(date(2026, 8, 1), date(2026, 8, 31))),
        (["tab", "tab", *"yesterday", "enter"], Preset.YESTERDAY),
        (["right", "left", "left", "space", "enter"], CustomDays(date(2026, 9, 29), date(2026, 10, 1))),
        (
            ["right", *("left", "left", "space"), "right", "space", "enter"],
            CustomDays(date(2026, 9, 29), date(2026, 9, 30)),
        ),
        (["right", "space", "space", "enter"], CustomDays(date(2026, 10, 1), date(2026, 10, 1))),
        (["right", "right", "down", "end", "space", "enter"], CustomDays(date(2026, 10, 1), date(2026, 10, 1))),
        (["right", "pageup", "home", "space", "enter"], CustomDays(date(2026, 9, 1), date(2026, 10, 1))),
        (["right", "m", *"feb", "enter", "space", "enter"], CustomDays(date(2026, 2, 1), date(2026, 10, 1))),
        (
            ["right", "y", *"2024", "enter", "home", "space", "enter"],
            CustomDays(date(2024, 10, 1), date(2026, 10, 1)),
        ),
        (["right", *"7d", "enter"], Preset.DAYS_7),
        ([*"7d", "up", "enter"], Preset.LAST_YEAR),
        (["escape"], None),
    ],
)
async def test_a_period_is_chosen_by_keys(pressed: Sequence[str], chosen: Any) -> None:
    app = a_period_picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*pressed)
        await pilot.pause()
        assert app.answer == chosen


async def test_a_period_is_chosen_by_a_press() -> None:
    app = a_period_picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(offset=place_of(app, "This Year"))
        await pilot.pause()
        assert app.answer is NOTHING_YET
        assert "1 Jan – 1 Oct · 274 days" in text_of(app)
        await pilot.click(offset=place_of(app, "Apply"))
        await pilot.pause()
        assert app.answer is Preset.THIS_YEAR


async def test_where_presets_apply_at_once_a_press_is_the_answer() -> None:
    picker = PeriodPicker(TRACES_PRESETS, Preset.TODAY, now_us=NOON_US, zone=UTC, applies_presets=True)
    app = Frame(picker)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(offset=place_of(app, "This Year"))
        await pilot.pause()
        assert app.answer is Preset.THIS_YEAR


async def test_days_are_picked_by_the_mouse_and_said_in_words() -> None:
    app = a_period_picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(offset=place_of(app, "‹"))
        for day, words in ((" 15 ", "15 Sep – 1 Oct · 17 days"), (" 18 ", "15 – 18 Sep · 4 days")):
            await pilot.click(offset=place_of(app, day))
            await pilot.pause()
            assert words in text_of(app)
            assert "▌Custom" in text_of(app)
        assert app.answer is NOTHING_YET


async def test_days_to_come_and_days_too_long_ago_cannot_be_reached() -> None:
    picker = PeriodPicker(TRACES_PRESETS, Preset.TODAY, now_us=NOON_US, zone=UTC, earliest=date(2026, 9, 20))
    app = Frame(picker)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right", "pagedown", "right")
        await pilot.click(offset=place_of(app, " 31 "))
        await pilot.pause()
        assert "[ 1]" in text_of(app)
        assert "October" in text_of(app)
        await pilot.press("pageup", "pageup", "home")
        assert "[20]" in text_of(app)
        assert "September" in text_of(app)


async def test_what_is_typed_is_said_in_days() -> None:
    app = a_period_picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"2026-08-03..2026-08-05")
        await pilot.pause()
        assert "3 – 5 Aug" in text_of(app)


async def test_what_is_typed_faster_than_the_focus_moves_is_whole() -> None:
    app = a_period_picker()
    async with app.run_test(size=(80, 24)) as pilot:
        presets = app.screen.focused
        assert presets is not None
        for character in "2026-08-03":
            presets.post_message(events.Key(character, character))
        await pilot.pause()
        await pilot.pause()
        assert "2026-08-03" in text_of(app)


async def test_a_period_that_cannot_be_read_is_refused_at_its_field() -> None:
    app = a_period_picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"2026-13", "enter")
        await pilot.pause()
        assert app.answer is NOTHING_YET
        assert '"2026-13"' in text_of(app)


async def test_picked_days_come_back_in_the_field() -> None:
    app = a_period_picker(CustomDays(date(2026, 9, 3), date(2026, 9, 5)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "2026-09-03..2026-09-05" in text_of(app)


@pytest.mark.parametrize(("typed", "place"), [("1", RowPlace(0)), ("12,345", RowPlace(12_344))])
async def test_a_row_is_gone_to_by_its_number(typed: str, place: RowPlace) -> None:
    app = Frame(GoTo(lambda: NOON_US, UTC, Order.SLOWEST))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*typed, "enter")
        await pilot.pause()
        assert app.answer == place


async def test_a_time_is_gone_to() -> None:
    app = Frame(GoTo(lambda: NOON_US, UTC, Order.NEWEST))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"2026-09-03", "enter")
        await pilot.pause()
        assert isinstance(app.answer, TimePlace)


@pytest.mark.parametrize(
    ("order", "typed"), [(Order.NEWEST, "soon"), (Order.SLOWEST, "2026-09-03"), (Order.NEWEST, "")]
)
async def test_a_place_that_is_none_is_refused_at_its_field(order: Order, typed: str) -> None:
    app = Frame(GoTo(lambda: NOON_US, UTC, order))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*typed, "enter")
        await pilot.pause()
        assert app.answer is NOTHING_YET
        assert app.screen.query_one("#reading").has_class("-wrong")


async def test_a_key_chosen_in_help_is_pressed() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark", *"analytics", "enter")
        await pilot.pause(0.1)
        assert app.current_mode == "analytics"


async def test_help_lists_the_keys_of_the_place_and_of_everywhere_only() -> None:
    app = an_app()
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("1", "question_mark")
        await pilot.pause()
        shown = {place for place in keys.PLACES if line_with(app, f"│  {place} ")}
        assert shown == {"Chart", "Analytics", "Everywhere"}


async def test_help_in_a_dialog_lists_the_keys_of_the_dialog() -> None:
    app = an_app()
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("T", "f1")
        await pilot.pause()
        assert line_with(app, "Choose ").split()[1:3] == ["▌↵", "Choose"]


async def test_an_action_is_found_by_a_part_of_its_name_and_run() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p", *"nalyt", "enter")
        await pilot.pause(0.1)
        assert app.current_mode == "analytics"


def test_no_explanation_of_a_key_is_cut_at_80_columns() -> None:
    too_long = [
        (place, key.label, len(key.explanation))
        for place, listed in keys.PLACES.items()
        for key in listed
        if len(key.explanation) > 46
    ]
    assert too_long == []


async def test_a_dialog_that_is_answered_twice_takes_no_other_screen_with_it() -> None:
    app = Frame(GoTo(lambda: NOON_US, UTC, Order.NEWEST))
    async with app.run_test() as pilot:
        app.dialog.dismiss("first")
        app.dialog.dismiss("second")
        await pilot.pause()
        assert app.answer == "first"
        assert len(app.screen_stack) == 1
