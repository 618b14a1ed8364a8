"""The least a Textual app with a table can be: the yardstick of Q3 and of the bytes in Q2."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class BareApp(App[None]):
    """Fifty rows of eight columns."""

    def compose(self) -> ComposeResult:
        yield DataTable()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns(*(f"column {number}" for number in range(8)))
        for number in range(50):
            table.add_row(*(f"cell {number}.{column}" for column in range(8)))


if __name__ == "__main__":
    BareApp().run()
