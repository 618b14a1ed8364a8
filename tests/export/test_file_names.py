"""What an export is called."""

import pytest

from tracetui.export.file_names import file_name, numbered


def test_a_file_is_called_after_its_model() -> None:
    assert file_name("GPT4") == "GPT4_traces_data.csv"


@pytest.mark.parametrize(
    ("model", "stem"),
    [
        ("meta/llama-3.1:8b", "meta_llama-3.1_8b"),
        ("../../etc/passwd", "_._.._etc_passwd"),
        ("-rf", "_rf"),
        ("a\x00b\nc\x1b[2J", "a_b_c_[2J"),
        ("invoice\u202egpj.exe", "invoice_gpj.exe"),
        ("客服 模型", "客服 模型"),
        ("(no model)", "(no model)"),
        ("", "_"),
    ],
)
def test_what_a_name_cannot_hold_is_replaced(model: str, stem: str) -> None:
    assert file_name(model) == f"{stem}_traces_data.csv"


def test_a_long_name_is_cut_between_characters() -> None:
    name = file_name("語" * 10_000)
    assert len(name.encode()) < 200
    assert name.startswith("語語")


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert numbered("GPT4_traces_data.csv", 0) == "GPT4_traces_data.csv"
    assert numbered("GPT4_traces_data.csv", 2) == "GPT4_traces_data (2).csv"
