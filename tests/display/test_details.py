"""What the panels of a trace show, and what they say where there is nothing to show."""

import pytest

from tests.details import EXTERNAL, HOSTED, a_detail, payload
from tests.display.laid_out import built, text_of
from tracetui.cancel import Cancel, Cancelled
from tracetui.display.details import Panel, failure, json_panels, of_model_name, plain_panels, size_bytes
from tracetui.domain.trace import Status, TraceDetail


def plain(detail: TraceDetail) -> list[Panel]:
    return plain_panels(detail, Cancel())


def as_json(detail: TraceDetail) -> list[Panel]:
    return json_panels(detail, Cancel())


def shown(panel: Panel) -> str:
    assert panel.body is not None
    return text_of(built(panel.body.layout(80)))


def test_input_and_output_have_their_token_counts() -> None:
    first, second = plain(a_detail(input="hi", output="yes", input_tokens=1_212, output_tokens=1))
    assert (first.title, second.title) == ("Input · 1,212 tokens", "Output · 1 token")
    assert (shown(first), shown(second)) == ("hi", "yes")


def test_a_count_that_was_not_captured_is_a_dash() -> None:
    assert plain(a_detail(input="hi"))[0].title == "Input · – tokens"


def test_a_chat_is_shown_by_who_speaks() -> None:
    request = payload({"messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hi"}]})
    panel = plain(a_detail(input="hi", request=request))[0]
    assert shown(panel) == "system     be kind\nuser       hi"


def test_a_payload_of_no_known_shape_leaves_the_text_as_it_was_captured() -> None:
    assert shown(plain(a_detail(input="hi", request=b'{"what": 1}'))[0]) == "hi"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "The output was not captured."),
        ({"output": ""}, "The output is empty."),
        ({"response": b"{}"}, "The output was not captured as text. Press J for the payload."),
    ],
)
def test_what_was_not_captured_is_said_in_words(fields: dict[str, object], words: str) -> None:
    panel = plain(a_detail(**fields))[1]
    assert panel.body is None
    assert panel.words == words


def test_json_is_request_and_response_whole() -> None:
    first, second = as_json(a_detail(request=b'{"a":1}', response=b'{"b":2}'))
    assert (first.title, second.title) == ("Request", "Response")
    assert shown(second) == '{\n  "b": 2\n}'


def test_a_payload_put_together_from_parts_says_so() -> None:
    panels = as_json(a_detail(request=b"{}", response=b"{}", is_reconstructed=True))
    assert [panel.title for panel in panels] == [
        "Request, put together from parts",
        "Response, put together from parts",
    ]


def test_a_response_that_was_not_captured_is_said_in_words() -> None:
    assert as_json(a_detail(request=b"{}"))[1].words == "The response payload was not captured."


def test_where_no_payload_was_captured_the_record_is_shown_and_said_to_be_one() -> None:
    (panel,) = as_json(a_detail(raw=(b'{"a":1}', b'{"b":2}')))
    assert panel.title == "2 records as they came; no payload was captured"
    assert '"b": 2' in shown(panel)


def test_the_name_of_the_model_carries_the_version_of_a_hosted_one() -> None:
    detail = a_detail(
        model=HOSTED, version="v2", connection="c", request=b'{"model":"support-bot"}', response=b"{}"
    )
    assert '"support-bot:v2"' in shown(as_json(detail)[0])


def test_the_name_of_the_model_carries_the_connection_of_an_external_one() -> None:
    detail = a_detail(
        model=EXTERNAL, version="2024", connection="eu", request=b'{"model":"gpt-4o"}', response=b"{}"
    )
    assert '"gpt-4o@eu"' in shown(as_json(detail)[0])


def test_a_name_that_would_act_on_the_terminal_is_harmless_behind_the_model() -> None:
    assert of_model_name(a_detail(version="\x1b]0;x\x07" + "y" * 100)).startswith(":␛]0;x␇yyy")


def test_what_is_copied_are_the_payloads_own_bytes() -> None:
    request = b'{"model" :"support-bot", "n":1.0,\r\n "a":"\\u00e9"}'
    detail = a_detail(version="v2", request=request, response=b"{}")
    assert as_json(detail)[0].original == request


def test_bytes_that_are_not_utf_8_are_shown_and_copied_as_they_are() -> None:
    panel = as_json(a_detail(request=b'{"a":"\xff"}', response=b"{}"))[0]
    assert '"\ufffd"' in shown(panel)
    assert panel.original == b'{"a":"\xff"}'


def test_letters_across_the_edge_of_a_stride_are_whole() -> None:
    text = "é語😀" * 400_000
    request = ('{"a":"' + text + '"}').encode()
    panel = as_json(a_detail(request=request, response=b"{}"))[0]
    assert panel.body is not None
    assert panel.body.layout(80).text.count("😀") == 400_000


def test_making_a_large_payload_ready_can_be_stopped() -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        json_panels(a_detail(request=b"x" * 3_000_000, response=b"{}"), cancel)


def test_size_is_that_of_all_texts_and_payloads() -> None:
    assert size_bytes(a_detail(input="ab", request=b"cde", raw=(b"f", b"g"))) == 7


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"status_code": 429, "error_type": "rate_limit", "error": "slow down"},
            "Failed 429 rate_limit: slow down",
        ),
        ({"error": "slow down"}, "Failed: slow down"),
        ({"status_code": 500}, "Failed 500"),
        ({}, "Failed: The record does not say why."),
    ],
)
def test_a_failure_says_code_kind_and_message(fields: dict[str, object], words: str) -> None:
    assert failure(a_detail(status=Status.FAILED, **fields)) == words


def test_a_success_has_no_failure() -> None:
    assert failure(a_detail(status_code=200)) is None
