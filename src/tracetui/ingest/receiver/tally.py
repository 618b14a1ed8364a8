"""What has come in so far: counted where it happens, read by whoever shows it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """Sums since the collector began. Counts are written by one thread each, and read by any."""

    spans: int = 0
    """Acknowledged."""
    log_records: int = 0
    """Acknowledged."""
    requests: int = 0
    """Bodies acknowledged."""
    rejected: int = 0
    """Spans and log records that can never be stored."""
    refused: int = 0
    """Bodies that were not taken: unreadable, too large, without the token, too many, or the store was locked."""
    data_points: int = 0
    """Of metrics, which are not kept."""
    new: int = 0
    """Records that were not in the store yet."""
    known: int = 0
    """Records that were, and changed nothing."""
    filled: int = 0
    """Records that added something unknown."""
    differing: int = 0
    """Fields in which a record contradicts the one that stands."""
    transactions: int = 0
    last_problem: str = ""
    """The newest reason for a no, as a sentence; not yet safe for a terminal."""
    problems: int = 0
    """How many there were, so that a new one of the same words is seen."""

    def problem(self, sentence: str) -> None:
        """Keep the newest problem."""
        self.last_problem = sentence
        self.problems += 1
