"""Every model of the account."""

from tracetui.demo import external, hosted
from tracetui.demo.account import DemoModel, Moments


def models_of(moments: Moments) -> tuple[DemoModel, ...]:
    """Fine-tuned, open-source, external; the first is support-bot, the busiest of all."""
    return hosted.fine_tuned(moments) + hosted.open_source(moments) + external.models(moments)
