"""Which of several exports to cancel."""

from collections.abc import Sequence
from typing import TypeVar

from tracetui.ui.screens.list_picker import ListPicker, Offer
from tracetui.ui.widgets.job_bar import Shown
from tracetui.ui.widgets.pick_list import Column, Entry

J = TypeVar("J", bound=Shown)

OFFER = Offer(
    heading="Cancel an export",
    columns=(Column("File", is_elastic=True), Column("How far")),
    narrow_by="type a part of a name",
    none="No export is running.",
)


def jobs_list(jobs: Sequence[J]) -> ListPicker[J]:
    """A dialog that answers with the job to cancel, or None.

    Args:
        jobs: Those that run.
    """
    return ListPicker(OFFER, [Entry(job, (job.name, job.in_words())) for job in jobs])
