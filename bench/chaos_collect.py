"""Kill a collector under load with SIGKILL again and again, on one store, and look for what it had acknowledged.

python -m bench.chaos_collect [TIMES] [SEED]
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.collect.killed import is_sound, kill_under_load, send_again, stored_ids


def main(times: int, seed: int) -> int:
    """Run the rounds; how many went wrong."""
    random_ = random.Random(seed)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "traces.db"
        for turn in range(1, times + 1):
            load = kill_under_load(store, f"round-{turn}", random_.randint(1, 60))
            found = stored_ids(store)
            lost = len(load.acknowledged - set(found))
            twice = len(found) - len(set(found))
            again = send_again(store, load) if turn % 10 == 0 else {200}
            unsound = not is_sound(store)
            wrong += bool(lost or twice or unsound or again != {200})
            acknowledged = len(load.acknowledged)
            said = f"{acknowledged:6,} spans acknowledged, {lost} lost, {twice} twice, {len(found):,} in all"
            print(f"round {turn:3}: {said}{', UNSOUND' if unsound else ''}", flush=True)
    print(f"{times} kills, seed {seed}: {wrong} rounds went wrong")
    return wrong


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    began_s = time.monotonic()
    code = main(rounds, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{time.monotonic() - began_s:.0f} s")
    raise SystemExit(1 if code else 0)
