"""The line of place tells that texts are being made quick to search."""

from tests.screens import text_of
from tests.ui.tables import settled
from tests.ui.test_traces_screen import HOSTED, Account, an_entry


async def test_it_is_told_how_far_it_is_until_it_has_ended() -> None:
    share: list[float | None] = [0.417]
    account = Account(models=(an_entry(HOSTED),))
    app = account.app(indexed_share=lambda: share[0])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app._indexing.show()
        await pilot.pause()
        assert "indexing 41 %" in text_of(app).splitlines()[0]
        share[0] = None
        app._indexing.show()
        await pilot.pause()
        assert "indexing" not in text_of(app)
