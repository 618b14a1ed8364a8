"""What a trace contains cannot act on the terminal or on the app, wherever in the table it stands."""

import re

import pytest

from tests.fakes import FakeReader
from tests.screens import text_of
from tests.ui.many_rows import a_row
from tests.ui.tables import TableApp, press, settled
from tests.ui.test_traces_screen import Account, an_entry
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.rows import DeploymentEntry, Page, ScopeChoices
from tracetui.errors import StoreError

PAYLOADS = {
    "markup that colours and links": "[red]RED[/red] [@click=app.quit]quit[/]",
    "markup that does not parse": "a [/nope] b [bold",
    "colour and clear screen": "x\x1b[31mRED\x1b[2Jy",
    "title and clipboard": "x\x1b]0;PWNED\x07\x1b]52;c;aGk=\x07y",
    "C1 controls": "x\x9b31mC1\x9d0;t\x9cy",
    "bell, backspace, NUL, DEL": "a\x07b\x08\x08c\x00d\x7fe",
    "carriage return and line ends": "abc\rXY\nline2\x0bvt\x0cff",
    "tabs": "a\tb\tc",
    "bidirectional": "abc\u202egnp.exe\u202c \u2066iso\u2069",
    "zero width": "a\u200bb\u2060d\ufeffe",
    "piled marks": "e\u0301\u0302" + "z" + "\u0335" * 30,
    "emoji": "👨‍👩‍👧‍👦|🏳️‍🌈|👍🏽|❤️|日本語",
    "line separators": "a\u2028b\u2029c\x85d",
    "lone surrogate": "a\ud800b",
}
HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\u2060\u2066-\u2069\ufeff\ud800-\udfff]")


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_no_control_and_no_live_markup_comes_out_of_the_table(payload: str, size: tuple[int, int]) -> None:
    row = a_row(
        7,
        request_id=payload,
        version=payload,
        source_type=payload,
        source=payload,
        input_preview=payload,
        output_preview=payload,
    )
    app = TableApp(FakeReader(lambda _: Page((row, a_row(6)), 0, 2)))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        strips = app.screen._compositor.render_strips()
        segments = [segment for strip in strips for segment in strip]
        assert not HARMFUL.search("".join(segment.text for segment in segments))
        assert not any(segment.style and "@click" in (segment.style.meta or {}) for segment in segments)
        assert {strip.cell_length for strip in strips} == {size[0]}


async def test_no_control_comes_out_of_names_figures_and_errors_of_the_traces_screen() -> None:
    everything = " ".join(PAYLOADS.values())
    account = Account(models=(an_entry(ModelRef(ModelType.FINE_TUNED, everything)),))
    entry = DeploymentEntry(everything, 0, None, (everything,), everything, 1)
    account.choices = ScopeChoices((entry, entry._replace(deployed_at_us=1)), (everything,), ())
    account.summary = StoreError(everything, everything)
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        for keys in (["d"], ["down", "enter"], ["v"], ["down", "enter"], ["enter"], ["escape"], ["m"], ["escape"]):
            await press(pilot, *keys)
            segments = [segment for strip in app.screen._compositor.render_strips() for segment in strip]
            assert not HARMFUL.search("".join(segment.text for segment in segments))
            assert not any(segment.style and "@click" in (segment.style.meta or {}) for segment in segments)
        account.rows.count = 0
        await press(pilot, "r")
        assert not HARMFUL.search(text_of(app).replace("\n", ""))
