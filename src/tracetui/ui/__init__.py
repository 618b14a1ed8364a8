"""The Textual app. It asks questions through `domain/ports.py` and never sees SQL."""
