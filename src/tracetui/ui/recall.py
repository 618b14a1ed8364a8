"""What was chosen last, kept between two starts without ever holding the interface up."""

import asyncio

from tracetui.domain.choices import Choices
from tracetui.domain.ports import Memory
from tracetui.errors import TraceTuiError


class Recall:
    """The choices of this run, and where they are kept.

    Args:
        memory: Where they are kept; None: nowhere, and the defaults are all there is.
    """

    def __init__(self, memory: Memory | None) -> None:
        self._memory = memory
        self._lock = asyncio.Lock()
        self._said = False
        self.choices = memory.load() if memory else Choices()
        """What is chosen now; whoever changes it calls `save`."""

    async def save(self) -> None:
        """Keep the choices, in a thread: a home directory may lie on a slow network."""
        if self._memory is None:
            return
        async with self._lock:
            await asyncio.to_thread(self._memory.save, self.choices)

    def problem(self) -> TraceTuiError | None:
        """Why choices were not read or kept; told once, for it tends to last."""
        problem = self._memory.problem if self._memory and not self._said else None
        self._said = self._said or problem is not None
        return problem
