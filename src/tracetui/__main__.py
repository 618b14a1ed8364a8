"""`python -m tracetui` is the same as the `tracetui` command."""

from tracetui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
