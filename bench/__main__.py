"""`python -m bench`: Q1 to Q13 on stores of 1 and 10 million traces, each beside its goal."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from bench import charts, collect, dashboard, export, filters, imports, keys, queries, search
from bench.goals import Figure, shown
from bench.stores import store_of


def main() -> None:
    """Make the stores that are missing, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--traces", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--folder", type=Path, default=Path("bench/stores"), help="where the stores are kept")
    parser.add_argument("--only", nargs="*", default=[], metavar="Q", help="such as Q1 Q5")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)

    def wanted(*goals: str) -> bool:
        return not args.only or any(goal in args.only for goal in goals)

    def all_figures() -> Iterator[Figure]:
        if wanted("Q10", "Q13"):
            yield from imports.measure()
        if wanted("Q11"):
            yield from collect.measure()
        if wanted("Q8"):
            yield from dashboard.crowd(args.folder)
        if wanted("Q12"):
            yield from export.measure(args.folder)
        for traces in args.traces:
            store = store_of(traces, args.folder)
            yield Figure("", f"-- {traces:,} traces, {store.stat().st_size / traces:,.0f} B each --", "", "", None)
            if wanted("Q5", "Q7"):
                yield from queries.measure(store)
            if wanted("Q8"):
                yield from dashboard.measure(store)
            if wanted("Q9"):
                yield from search.measure(store)
            if wanted("Q6"):
                yield from filters.measure(store)
            if wanted("Q3"):
                yield from keys.first_frame(store)
            if wanted("Q1", "Q2", "Q4"):
                yield from keys.measure(store, queries.biggest_model(store))
            if wanted("Q1", "Q2"):
                yield from charts.measure(store)

    print(shown([figure for figure in all_figures() if not args.only or figure.goal in ("", *args.only)]))


if __name__ == "__main__":
    main()
