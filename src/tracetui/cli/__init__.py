"""The `tracetui` command. Joins the parts, prints an error and its hint, and is the only one to exit."""


def main() -> None:
    """Run the command that the user typed."""
    raise SystemExit("not built yet")
