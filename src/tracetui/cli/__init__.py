"""The `tracetui` command. Joins the parts, prints an error and its hint, and is the only one to exit.

Verbs are imported when they are run, so that `tracetui` alone imports nothing that the app's first frame
does not need. A verb module has `add_arguments(parser)` and `run(args, settings) -> int`.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from tracetui import __version__, config
from tracetui.cli.streams import usable_streams
from tracetui.errors import TraceTuiError

FINE, SOME_REJECTED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: all well; a record was rejected; wrong usage or unreadable; stopped with ctrl+c."""

OPEN = "tracetui.cli.open_app"
"""What runs without a verb."""

VERBS = {
    "demo": ("tracetui.cli.demo", "Make a store of lifelike, made-up traffic and open the app on it."),
    "import": ("tracetui.cli.import_", "Read files of traces into the store."),
    "collect": ("tracetui.cli.collect", "Take traces as instrumented programs send them (OpenTelemetry)."),
    "index": ("tracetui.cli.index", "Make the texts of the store quick to search, now."),
    "traces": ("tracetui.cli.traces", "Print traces that match, as text or as JSON lines."),
    "models": ("tracetui.cli.models", "Print every model with its requests, failures, response times and tokens."),
    "stats": ("tracetui.cli.stats", "Print what is in the store and takes its space, or the figures of a model."),
    "check": ("tracetui.cli.check", "Tell by the exit code whether the figures of traces meet a condition."),
    "show": ("tracetui.cli.show", "Print one trace whole, as text or as JSON."),
    "export": ("tracetui.cli.export", "Write traces to a CSV file."),
    "remap": ("tracetui.cli.remap", "Read the raw records that are kept again, with the config file of today."),
    "prune": ("tracetui.cli.prune", "Delete old traces and give their disk space back, while others work."),
    "doctor": ("tracetui.cli.doctor", "Tell what traces lack and which setting supplies it; check the store."),
    "completion": ("tracetui.cli.completion", "Print what makes a shell complete verbs, flags and names."),
    "schema": ("tracetui.cli.schema", "Print the JSON Schema of tracetui's own JSONL."),
}
"""Verb -> its module, and what it does in one sentence."""

DESCRIPTION = "Every request to your language models, in the terminal. Without a verb, opens the app on the store."
EXAMPLES = """\
examples:
  tracetui demo                      a made-up account, to look around
  tracetui import calls.jsonl.gz     bring your own traces in
  tracetui collect                   take them as instrumented programs send them
  tracetui --collect                 open the app and receive at once
  tracetui --store team.db --tz UTC  open another store, with times in UTC
"""


class _Parser(argparse.ArgumentParser):
    """A parser that takes its arguments from a verb's module once they are needed, and errs in one sentence."""

    fill: Callable[[argparse.ArgumentParser], None] | None = None

    def filled(self) -> None:
        """Take the arguments, if that is still to be done."""
        if self.fill is not None:
            fill, self.fill = self.fill, None
            fill(self)

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        self.filled()
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        _complain(f"{self.prog}: {message}", f"Try {self.prog} --help.")
        raise SystemExit(UNUSABLE)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the user typed.

    Args:
        argv: The arguments after the program's name; None: those of the process.

    Returns:
        The exit code.
    """
    try:
        with usable_streams():
            return _run(argv)
    except TraceTuiError as error:
        _complain(f"tracetui: {error.problem}", error.hint)
        return UNUSABLE
    except KeyboardInterrupt:
        _complain("tracetui: stopped.", "")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`tracetui schema | head`). Python would complain again when it
        # flushes standard output on its way out. Source: docs.python.org, signal, "Note on SIGPIPE".
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_REJECTED


def _run(argv: Sequence[str] | None) -> int:
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:
        importlib.import_module("tracetui.cli.completion").complete(parser)
    args = parser.parse_args(argv)
    if args.verb is not None and args.collect:
        raise TraceTuiError(f"--collect goes with the app, not with {args.verb}.", "Run tracetui --collect.")
    flags = config.Flags(
        store=getattr(args, "store", None),
        tz=getattr(args, "tz", None),
        refresh_s=getattr(args, "refresh", None),
        config=getattr(args, "config", None),
    )
    settings = config.load(flags, os.environ)
    code: int
    if args.verb is None:
        code = importlib.import_module(OPEN).run(settings, collects=args.collect)
    else:
        code = importlib.import_module(VERBS[args.verb][0]).run(args, settings)
    return code


def _parser() -> argparse.ArgumentParser:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="tracetui", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=as_written)
    parser.add_argument("--version", action="version", version=f"tracetui {__version__}")
    collect = "receive traces (OTLP) while the app is open, as tracetui collect does; without a verb alone"
    parser.add_argument("--collect", action="store_true", help=collect)
    _add_global_flags(parser)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs", parser_class=_Parser)
    for verb, (module, sentence) in VERBS.items():
        sub = verbs.add_parser(verb, help=sentence, description=sentence, formatter_class=as_written)
        _add_global_flags(sub)
        sub.fill = _filler(module)
    return parser


def _filler(module: str) -> Callable[[argparse.ArgumentParser], None]:
    return lambda parser: importlib.import_module(module).add_arguments(parser)


def _add_global_flags(parser: argparse.ArgumentParser) -> None:
    """Flags that stand before or after the verb. Suppressed defaults: a verb's parser must not undo the first."""
    group = parser.add_argument_group("everywhere")
    nothing = argparse.SUPPRESS
    store = "the store (else TRACETUI_STORE, else tracetui/traces.db in the XDG data directory)"
    config = "the config file (else TRACETUI_CONFIG, else tracetui/config.toml in the XDG config directory)"
    zone = "show times in this zone, such as Europe/Berlin (else the system's)"
    refresh = "load the latest data every so often; 0 is off"
    group.add_argument("--store", metavar="FILE", default=nothing, help=store)
    group.add_argument("--tz", metavar="ZONE", default=nothing, help=zone)
    group.add_argument("--refresh", metavar="SECONDS", type=_seconds, default=nothing, help=refresh)
    group.add_argument("--config", metavar="FILE", default=nothing, help=config)


def _seconds(text: str) -> int:
    """A whole number of seconds from a flag; 0 switches refreshing off."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of seconds")
    return int(text)


def _complain(problem: str, hint: str) -> None:
    # A file name or a value in a message may hold escape sequences: they must not reach the terminal.
    from tracetui.display.sanitise import safe_line

    for text in (problem, hint):
        if text:
            print(safe_line(text), file=sys.stderr)
