"""The hosted models of the account: fine-tuned and open-source ones, with their deployments."""

from tracetui.demo.account import FT, OS, DemoModel, Moments, Profile, Served

H100, H100_PAIR = "1x H100 80GB", "2x H100 80GB"
A100, A100_FOUR = "1x A100 80GB", "4x A100 40GB"
L40S, L4 = "1x L40S 48GB", "1x L4 24GB"


def fine_tuned(at: Moments) -> tuple[DemoModel, ...]:
    """Models that the account has trained."""
    return (
        _support_bot(at),
        DemoModel(
            "intent-classifier",
            FT,
            "llama-3.2-1b",
            14,
            Profile(
                "vllm", ("customer", "agent"), "web", 18, 0.9, 0.004, 0.35, streams=0, credits_per_ktoken_micro=90
            ),
            (
                # No version: a model whose list of versions is empty.
                Served("intent-eu", None, at.old(0.97), None, L4, 6, 0.7),
                Served("intent-us", None, at.old(0.5), None, L4, 4, 0.3),
            ),
        ),
        DemoModel(
            "invoice-extractor",
            FT,
            "mistral-7b-v0.3",
            8,
            Profile("tgi", ("document", "document"), "office", 240, 9, 0.012, 0.45, streams=0),
            (
                Served("invoice-extractor", "2025-05", at.old(1), at.old(0.45), A100, 3, 1),
                Served("invoice-extractor", "2025-11", at.old(0.44), None, A100, 4, 0.9),
                Served("invoice-batch", "2025-11", at.old(0.3), None, L40S, 2, 0.35),
            ),
        ),
        DemoModel(
            "sql-writer",
            FT,
            "qwen-2.5-coder-7b",
            3,
            Profile("vllm", ("engineer", "engineer"), "office", 160, 11, 0.02, 0.1),
            (
                Served("sql-writer", "v1", at.old(0.6), at.old(0.2), L40S, 2, 1),
                # Up on four of the last seven days: the other three stay empty in any chart.
                Served("sql-writer", "v2", at.old(0.15), 3.0, L40S, 2, 1),
            ),
        ),
        DemoModel(
            "contract-summarizer",
            FT,
            "qwen-2.5-14b",
            2,
            Profile("vllm", ("document", "agent"), "office", 420, 16, 0.015, 0.3),
            (Served("contract-summarizer", "1.0", at.old(0.9), at.old(0.1), H100, 2, 1),),
        ),
    )


def _support_bot(at: Moments) -> DemoModel:
    rare_from, rare_to = at.calendar_month_at(0.66)
    first, last = at.old(1), at.old(0.5)
    return DemoModel(
        "support-bot",
        FT,
        "llama-3.1-8b",
        34,
        Profile("openai", ("customer", "agent"), "web", 190, 12, 0.014, 0.3, tools=0.12, streams=0.6),
        (
            Served("support-bot-prod", "v1", first, last, A100, 4, 1),
            # A version that there was in one old month only, and hardly used.
            Served("support-bot-hotfix", "v1.0.3", min(rare_from, first), max(rare_to, last), L40S, 1, 0.004),
            Served("support-bot-prod", "v2", at.old(0.47), at.old(0.02), A100, 6, 0.6),
            Served("support-bot-prod", "v2.1", at.old(0.47), at.old(0.02), A100, 6, 0.4, first_days=at.old(0.3)),
            Served("support-bot-prod", "v3", 20, None, H100, 8, 1),
            Served("support-bot-prod", "v3.1", 20, None, H100, 8, 0.8, first_days=9),
            Served("support-bot-canary", "v4-rc1", 6, 3, L40S, 2, 0.1),
        ),
    )


def open_source(at: Moments) -> tuple[DemoModel, ...]:
    """Models that the account runs as they were published."""
    return (
        DemoModel(
            "qwen-2.5-72b",
            OS,
            "Qwen/Qwen2.5-72B-Instruct",
            9,
            Profile(
                "vllm", ("engineer", "engineer"), "always", 480, 24, 0.02, 0.25, credits_per_ktoken_micro=2400
            ),
            (
                # Two kinds of hardware at once, and a day on which one took over.
                Served("qwen-72b-shared", "2024-09", at.old(0.85), at.old(0.2), A100_FOUR, 4, 1),
                Served("qwen-72b-shared", "2025-01", at.old(0.22), None, H100_PAIR, 5, 0.8),
                Served("qwen-72b-batch", "2025-01", 18, None, A100_FOUR, 3, 0.25),
                Served("qwen-72b-eval", "2025-01", 11, 2, H100_PAIR, 1, 0.1),
            ),
        ),
        DemoModel(
            "mistral-small-24b",
            OS,
            "mistralai/Mistral-Small-24B-Instruct-2501",
            5,
            Profile("tgi", ("customer", "agent"), "web", 210, 14, 0.01, 0.5, streams=0.8),
            (
                Served("mistral-small", "2501", at.old(0.8), at.old(0.3), A100, 3, 1),
                Served("mistral-small", "2503", at.old(0.28), None, H100, 3, 1),
            ),
        ),
        DemoModel(
            "llama-3.3-70b",
            OS,
            "meta-llama/Llama-3.3-70B-Instruct",
            3,
            Profile("vllm", ("customer", "agent"), "batch", 520, 26, 0.018, 0.15),
            (
                Served("llama-70b-nightly", "1", at.old(0.7), 12, A100_FOUR, 4, 1),
                Served("llama-70b-nightly", "2", 10, None, A100_FOUR, 4, 1),
            ),
        ),
        DemoModel(
            "deepseek-r1-distill-32b",
            OS,
            "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
            1,
            Profile("vllm", ("engineer", "engineer"), "office", 380, 18, 0.03, 0.1, reasons=True),
            (
                Served("r1-lab", None, at.old(0.4), 15, H100, 2, 1),
                Served("r1-lab", None, 8, None, H100, 2, 1),
            ),
        ),
    )
