"""`tracetui completion SHELL`, and what a shell is answered when somebody presses tab."""

import argparse
import os
import shlex
from typing import TYPE_CHECKING, Any

from tracetui.config import Flags, Settings, load
from tracetui.display.sanitise import safe_line
from tracetui.errors import TraceTuiError

if TYPE_CHECKING:
    from tracetui.domain.rows import ScopeChoices

SHELLS = ("bash", "zsh", "fish")

EXAMPLES = """\
examples:
  eval "$(tracetui completion bash)"                                    bash, in ~/.bashrc
  eval "$(tracetui completion zsh)"                                     zsh, in ~/.zshrc after compinit
  tracetui completion fish > ~/.config/fish/completions/tracetui.fish   fish, once

Verbs, flags and their choices are completed, and the names of models, deployments, versions and connections from
the store that is meant.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    parser.add_argument("shell", choices=SHELLS, help="for which shell")


def run(args: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001
    """Print the script."""
    from argcomplete.shell_integration import shellcode

    print(shellcode(["tracetui"], shell=args.shell))
    return 0


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer a shell and exit, where one asks; else do nothing.

    Args:
        parser: The command's.
    """
    import argcomplete

    for verb in _verbs_in(os.environ.get("COMP_LINE", ""), parser):
        # Only those that are typed: a verb takes its arguments from a module of its own.
        filled = getattr(verb, "filled", None)
        if filled is not None:
            filled()
        _tell_names(verb)
    argcomplete.autocomplete(parser, always_complete_options="long")


def _verbs_in(line: str, parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """The parsers of the verbs that a line names."""
    try:
        words = set(shlex.split(line))
    except ValueError:
        words = set(line.split())
    found = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [verb for name, verb in action.choices.items() if name in words]
    return found


def _tell_names(parser: argparse.ArgumentParser) -> None:
    """Have the flags that name something in the store completed from it."""
    completers = {
        "model": _models,
        "deployment": _deployments,
        "of_version": _versions,
        "connection": _connections,
    }
    for action in parser._actions:
        if action.dest in completers and action.option_strings:
            setattr(action, "completer", completers[action.dest])  # noqa: B010  argcomplete looks for it there


def _models(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    return _shown([model.ref.name for model in _read(parsed_args)[0]])


def _deployments(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    return _shown([one.name for choices in _read(parsed_args)[1] for one in choices.deployments])


def _versions(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    return _shown([version for choices in _read(parsed_args)[1] for version in choices.versions])


def _connections(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    return _shown([name for choices in _read(parsed_args)[1] for name in choices.connections])


def _read(parsed_args: argparse.Namespace) -> "tuple[list[Any], list[ScopeChoices]]":
    """The models of the store, and by what the one that is named can be narrowed; nothing where that fails."""
    from tracetui.cancel import Cancel
    from tracetui.domain.queries import ModelsQuery, ScopeQuery
    from tracetui.store.reader import SqliteReader

    flags = Flags(store=getattr(parsed_args, "store", None), config=getattr(parsed_args, "config", None), tz="UTC")
    try:
        reader = SqliteReader(load(flags, os.environ).store)
    except TraceTuiError:
        return [], []
    try:
        models = [*reader.read(ModelsQuery(), Cancel())]
        name = getattr(parsed_args, "model", None)
        meant = [model for model in models if name in (None, model.ref.name)]
        return models, [reader.read(ScopeQuery(model.ref), Cancel()) for model in meant]
    except TraceTuiError:
        return [], []
    finally:
        reader.close()


def _shown(names: list[str]) -> list[str]:
    """Each name once, but for those that could act on the terminal."""
    return [name for name in dict.fromkeys(names) if safe_line(name) == name]
