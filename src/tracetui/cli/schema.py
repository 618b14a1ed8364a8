"""`tracetui schema`: the JSON Schema of the project's own JSONL."""

import argparse
import json

from tracetui.config import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments: none; its help shows how it is used."""
    parser.epilog = "example:\n  tracetui schema > tracetui.schema.json"


def run(args: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001  (every verb is called alike)
    """Print the schema on standard output."""
    from tracetui.ingest.records import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0
