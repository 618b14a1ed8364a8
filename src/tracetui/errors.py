"""What can go wrong for a user, as one sentence and one remedy.

Raised where the cause is known; caught in `cli` (standard error and an exit code) and in
`ui/app.py` (a notice). Anything else that is raised is a bug and keeps its traceback.
"""


class TraceTuiError(Exception):
    """A failure that the user can understand and act on.

    Args:
        problem: One sentence with the offending value and where it is.
        hint: One sentence with what to do; empty where nothing can be done.
    """

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.problem} {self.hint}".rstrip()


class StoreError(TraceTuiError):
    """The store is missing, locked, damaged, too new, read-only, or its disk is full."""


class Unstorable(StoreError):
    """A record that no store can keep, now or later: a number or a text of it is too large."""


class StoreMissing(StoreError):
    """There is no store yet: nothing is wrong, nothing has come in so far."""


class IngestError(TraceTuiError):
    """An input as a whole cannot be read; a single bad record is a reject, not an error."""


class QueryError(TraceTuiError):
    """A question that has no answer: a model that is not there, an operator that a field has not."""


class ConfigError(TraceTuiError):
    """A setting that cannot be read; the problem names file and key."""
