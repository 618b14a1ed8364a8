"""Jobs that run while the app is used: exports. They are started, told of, cancelled and waited for here.

A job is of nothing that is on a screen: the question it was started with is a value, so another model, period,
filter or column changes none that runs. Its work is done in a thread; only its progress is read from here.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from textual.app import App

from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.display.formatting import format_count
from tracetui.display.progress import progress_in_words
from tracetui.display.sanitise import Safe, safe_line
from tracetui.domain.ports import Export
from tracetui.domain.queries import ExportQuery
from tracetui.errors import TraceTuiError
from tracetui.export.file_names import file_name
from tracetui.ui import notices
from tracetui.ui.widgets.job_bar import JobBar

THREADS = 8
"""Exports at once; more of them wait for their turn."""


class Job:
    """An export that runs.

    Args:
        name: What its file is called, but for a number.
        clock_s: A clock that never goes back.
    """

    def __init__(self, name: Safe, clock_s: Callable[[], float]) -> None:
        self.name = name
        self.cancel = Cancel()
        self.progress = Progress(0, None, "")
        self._clock_s = clock_s
        self._began_s = clock_s()

    def report(self, progress: Progress) -> None:
        """How far it is; from any thread."""
        self.progress = progress

    def in_words(self) -> Safe:
        """How far it is, for people."""
        if self.cancel.is_set:
            return Safe("stopping")
        return progress_in_words(self.progress, self._clock_s() - self._began_s)


class Jobs:
    """The jobs of an app.

    Args:
        app: Whose screens tell of them.
        export: Does an export; None: there are none.
        clock_s: A clock that never goes back.
    """

    def __init__(
        self, app: App[Any], export: Export | None, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._export = export
        self._clock_s = clock_s
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="job")
        self._bars: list[JobBar] = []
        self.running: list[Job] = []

    def start(self, query: ExportQuery) -> None:
        """Export what a query selects, and say so when it is done."""
        if self._export is not None:
            self._app.run_worker(self._run(query, self._export), group="jobs", exit_on_error=True)

    def ask_cancel(self) -> None:
        """Cancel the job; where several run, ask which."""
        if not self.running:
            notices.say(self._app.screen, "No export is running.")
        elif len(self.running) == 1:
            self.running[0].cancel.set()
        else:
            from tracetui.ui.screens.jobs_list import jobs_list

            self._app.push_screen(jobs_list(self.running), _cancel)

    def show_bar(self) -> None:
        """Let the screen that is up tell of the jobs, while there are any."""
        if not (stack := self._app.screen_stack):
            return  # The app ends, and cancels what waits for jobs.
        base = stack[0]
        base.set_class(bool(self.running), "-jobs")
        if self.running and not any(bar.parent is base for bar in self._bars):
            bar = JobBar(self.running)
            self._bars.append(bar)
            base.mount(bar)
        for bar in self._bars:
            bar.refresh()
        if not self.running:
            for bar in self._bars:
                bar.remove()
            self._bars.clear()

    def close(self) -> None:
        """Cancel what runs, and wait for its end."""
        for job in self.running:
            job.cancel.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _run(self, query: ExportQuery, export: Export) -> None:
        job = Job(safe_line(file_name(query.scope.model.name)), self._clock_s)
        self.running.append(job)
        self.show_bar()
        loop = asyncio.get_running_loop()
        try:
            done = await loop.run_in_executor(self._pool, export, query, job.cancel, job.report)
        except Cancelled:
            notices.say(self._app.screen, f"{job.name} cancelled. Nothing was left behind.")
        except TraceTuiError as error:
            notices.complain(self._app.screen, error)
        else:
            traces = "trace" if done.traces == 1 else "traces"
            words = f"{safe_line(str(done.path))} saved, {format_count(done.traces)} {traces}."
            notices.say(self._app.screen, words, notices.LONG_S)
        finally:
            job.cancel.set()
            self.running.remove(job)
            self.show_bar()


def _cancel(job: Job | None) -> None:
    if job is not None:
        job.cancel.set()
