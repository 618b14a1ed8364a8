"""Kill an import again and again at random moments, run it again each time, and compare the stores.

    python -m bench.chaos_import [TIMES] [SEED]

Each round kills one to three imports of the same file into one store before one is let through.
"""

import random
import sys
import tempfile
from pathlib import Path

from tests.cli import killed_imports as imports

LINES = 40_000
"""Ten batches, and a file so large that it is read by a process of its own."""


def main(times: int, seed: int) -> int:
    """Run the rounds; the number of those whose store differs."""
    random_ = random.Random(seed)
    differing = killed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "calls.jsonl").write_text("".join(imports.made_up_lines(LINES)))
        imports.import_undisturbed(folder, folder / "undisturbed.db")
        expected = imports.contents(folder / "undisturbed.db")
        for turn in range(1, times + 1):
            store = folder / f"round-{turn}.db"
            kills = 0
            for _ in range(random_.randint(1, 3)):
                batches, log_bytes = random_.randint(0, 9), random_.randint(0, 12_000_000)
                kills += imports.import_and_kill(folder, store, batches, log_bytes)
            imports.import_undisturbed(folder, store)
            is_equal = imports.contents(store) == expected
            differing += not is_equal
            killed += kills
            print(f"round {turn:3}: killed {kills} times, {'equal' if is_equal else 'DIFFERENT'}", flush=True)
            for file in folder.glob(f"{store.name}*"):
                file.unlink()
    print(f"{times} rounds, {killed} kills, seed {seed}: {differing} stores differ from an undisturbed import")
    return differing


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    raise SystemExit(1 if main(rounds, int(sys.argv[2]) if len(sys.argv) > 2 else 1) else 0)
