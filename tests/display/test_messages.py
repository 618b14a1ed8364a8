from tracetui.display import messages as m


def test_a_copy_says_what_is_known_and_how_else_it_goes() -> None:
    assert m.copied(2_100) == (
        "Sent to the terminal's clipboard (2.1 kB). If it does not arrive, w writes it to a file."
    )


def test_a_copy_of_more_than_a_terminal_takes_says_so() -> None:
    assert "cut at 70 kB" in m.copied(m.CLIPBOARD_LIMIT_BYTES + 1)


def test_what_is_gone_or_was_not_captured_is_named() -> None:
    assert m.trace_is_gone("req_1") == "req_1 is not in the store any more. Press r to load what is."
    assert m.model_is_gone("bot") == "bot is not in this store any more. Press m to choose another model."
    assert m.not_captured("Input") == "Input was not captured."


def test_names_from_outside_are_harmless_and_short_in_every_message() -> None:
    evil = "\x1b]0;x\x07\u202e\n" * 1_000
    for said in (m.model_is_gone(evil), m.trace_is_gone(evil), m.not_captured(evil)):
        assert said.isprintable()
        assert len(said) < 120
