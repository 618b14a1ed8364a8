"""What a shell completes, asked as a shell asks."""

import os
import subprocess
import sys

import pytest

from tests.cli.commands import Command
from tests.fakes import a_trace
from tests.store.plain import fill
from tracetui.cli import VERBS
from tracetui.cli.completion import SHELLS
from tracetui.domain.catalogue import ModelType


def completed(line: str, **environ: str) -> list[str]:
    """What a shell is offered at the end of a line."""
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line, "COMP_POINT": str(len(line))}
    # argcomplete answers through file descriptor 8.
    program = f"{sys.executable} -m tracetui 8>&1 9>/dev/null 1>/dev/null 2>/dev/null"
    done = subprocess.run(
        ["/bin/bash", "-c", program],
        capture_output=True,
        text=True,
        env=os.environ | asked | environ,
        check=False,
        timeout=60,
    )
    return [word.strip() for word in done.stdout.split("\n") if word.strip()]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_a_script(command: Command, shell: str) -> None:
    outcome = command.run("completion", shell)
    assert outcome.code == 0
    assert "_ARGCOMPLETE" in outcome.out
    assert "tracetui" in outcome.out


def test_bash_takes_its_script(command: Command) -> None:
    script = command.run("completion", "bash").out
    done = subprocess.run(
        ["/bin/bash", "-c", f"{script}\ncomplete -p tracetui"], capture_output=True, text=True, check=True
    )
    assert "tracetui" in done.stdout
    assert done.stderr == ""


def test_verbs_are_completed() -> None:
    assert set(VERBS) <= set(completed("tracetui "))
    assert completed("tracetui mod") == ["models"]


def test_flags_of_a_verb_and_their_choices_are_completed() -> None:
    assert completed("tracetui models --ord") == ["--order"]
    assert completed("tracetui models --order p") == ["p50", "p90", "p99"]


def test_names_are_completed_from_the_store(command: Command) -> None:
    fill(
        command.store,
        a_trace("1", model="gpt-4o", connection="eu"),
        a_trace("2", model="chat", model_type=ModelType.FINE_TUNED, deployment="prod", version="v7"),
        a_trace("3", model="bad\x1b[2J"),
    )
    begin = f"tracetui --store {command.store} traces"
    assert completed(f"{begin} --model ") == ["chat", "gpt-4o"]
    assert completed(f"{begin} --model chat --version ") == ["v7"]
    assert completed(f"{begin} --model chat --deployment ") == ["prod"]
    assert completed(f"{begin} --model gpt-4o --connection ") == ["eu"]
    assert completed("tracetui traces --model g", TRACETUI_STORE=str(command.store)) == ["gpt-4o"]


def test_where_there_is_no_store_nothing_is_completed_or_made(command: Command) -> None:
    assert completed(f"tracetui --store {command.store} traces --model ") == []
    assert not command.store.exists()
