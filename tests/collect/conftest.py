"""What these tests have in common with those of the other verbs."""

from tests.cli.conftest import command

__all__ = ["command"]
