"""tracetui: every request to your language models, in the terminal, over one SQLite file."""

__version__ = "0.1.0"
