"""The external models of the account: third parties' models, each behind its connections."""

from tracetui.demo.account import EXT, Connected, DemoModel, Moments, Profile


def models(at: Moments) -> tuple[DemoModel, ...]:
    """Every external model."""
    return (
        DemoModel(
            "gpt-4o",
            EXT,
            None,
            10,
            Profile("openai", ("customer", "agent"), "web", 380, 17, 0.011, 0.3, tools=0.2, streams=0.5,
                    input_nano_usd=2_500, output_nano_usd=10_000),
            connected=(
                Connected("openai-us", 0.55, added_days=at.old(1)),
                Connected("openai-eu", 0.35, is_default=True, added_days=at.old(0.8)),
                Connected("azure-westeurope", 0.1, added_days=at.old(0.3)),
            ),
        ),
        DemoModel(
            "gpt-4o-mini",
            EXT,
            None,
            5,
            Profile("openai", ("customer", "agent"), "always", 260, 8, 0.008, 0.3, streams=0.3,
                    input_nano_usd=150, output_nano_usd=600),
            connected=(
                Connected("openai-eu", 0.6, is_default=True, added_days=at.old(0.8)),
                Connected("openai-us", 0.3),
                Connected(None, 0.1),
            ),
        ),
        DemoModel(
            "claude-sonnet-4-5",
            EXT,
            None,
            6,
            Profile("anthropic", ("engineer", "engineer"), "office", 640, 15, 0.012, 0.15, tools=0.3, streams=0.7,
                    input_nano_usd=3_000, output_nano_usd=15_000),
            connected=(
                Connected("anthropic-main", 0.8, is_default=True, added_days=at.old(0.6)),
                Connected("bedrock-frankfurt", 0.2, added_days=at.old(0.2)),
            ),
        ),
        DemoModel(
            "gemini-2.5-flash",
            EXT,
            None,
            2,
            # No connection is marked as the default: the one most used is.
            Profile("gemini", ("document", "agent"), "web", 300, 6, 0.009, 0.4,
                    input_nano_usd=300, output_nano_usd=2_500),
            connected=(
                Connected("vertex-europe-west4", 0.7, added_days=at.old(0.5)),
                Connected("google-ai-studio", 0.3, added_days=at.old(0.5)),
            ),
        ),
        DemoModel(
            # The same name as an open-source one: a model is told apart by its type as well.
            "llama-3.3-70b",
            EXT,
            None,
            0.6,
            Profile("openai", ("engineer", "engineer"), "web", 150, 3, 0.02, 0.1,
                    input_nano_usd=590, output_nano_usd=790),
            connected=(Connected("groq-us", 1, is_default=True, added_days=at.old(0.1)),),
        ),
    )  # fmt: skip
