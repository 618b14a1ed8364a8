
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import MS, S
from tracetui.domain import fields as f
from tracetui.domain.fields import Operator
from tracetui.domain.filter_text import Line, in_line, read_line
from tracetui.domain.filters import Condition, Filter, Joined
from tracetui.domain.trace import Status
from tracetui.errors import QueryError

FAILED = Condition(f.STATUS, Operator.EQUALS, Status.FAILED)
SLOW = Condition(f.RESPONSE_TIME, Operator.GREATER, 2 * S)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("status:failed", FAILED),
        ("STATUS:Failed", FAILED),
        ("status:!=success", Condition(f.STATUS, Operator.NOT_EQUALS, Status.SUCCESS)),
        ("latency:>2s", SLOW),
        ("response_time:>0:2:0", SLOW),
        ("latency:<=1500ms", Condition(f.RESPONSE_TIME, Operator.LESS_OR_EQUAL, 1_500 * MS)),
        ("latency:2s", Condition(f.RESPONSE_TIME, Operator.EQUALS, 2 * S)),
        ("source:checkout", Condition(f.SOURCE, Operator.CONTAINS, "checkout")),
        ("source:=checkout", Condition(f.SOURCE, Operator.EQUALS, "checkout")),
        ('source:!="Checkout EU"', Condition(f.SOURCE, Operator.NOT_EQUALS, "Checkout EU")),
        (r'source:"a \"quoted\" \\ name"', Condition(f.SOURCE, Operator.CONTAINS, r'a "quoted" \ name')),
        ('source:"=5"', Condition(f.SOURCE, Operator.CONTAINS, "=5")),
        ("version:=v2", Condition(f.VERSION, Operator.EQUALS, "v2")),
        ('type:="API Key"', Condition(f.SOURCE_TYPE, Operator.EQUALS, "API Key")),
        ("id:req-", Condition(f.REQUEST_ID, Operator.CONTAINS, "req-")),
        ("source:a:b=c", Condition(f.SOURCE, Operator.CONTAINS, "a:b=c")),
    ],
)
def test_a_term_with_a_key_is_a_condition(text: str, condition: Condition) -> None:
    assert read_line(text) == Line(Filter((condition,)), None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", Line(Filter(), None)),
        ("   ", Line(Filter(), None)),
        ("refund", Line(Filter(), "refund")),
        ('"two words"', Line(Filter(), "two words")),
        ('"status:failed"', Line(Filter(), "status:failed")),
        ("status:failed latency:>2s", Line(Filter((FAILED, SLOW)), None)),
        ("  status:failed \t AND latency:>2s ", Line(Filter((FAILED, SLOW)), None)),
        ("status:failed OR latency:>2s", Line(Filter((FAILED, SLOW), Joined.ANY), None)),
        ('status:failed "refund me" latency:>2s', Line(Filter((FAILED, SLOW)), "refund me")),
    ],
)
def test_a_line_is_conditions_joined_one_way_and_a_text(text: str, line: Line) -> None:
    assert read_line(text) == line


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("status:failed OR latency:>2s source:a", "mixed"),
        ("status:failed AND latency:>2s OR source:a", "mixed"),
        ("OR status:failed", "stands where"),
        ("status:failed OR", "Nothing stands after OR"),
        ("status:failed OR refund", "cannot be joined by OR"),
        ("two words", "two texts"),
        ("color:red", "names no column"),
        ("input:red", "names no column"),
        ("status:broken", "no status"),
        ("latency:>soon", "no duration"),
        ("latency:~2s", "cannot be compared"),
        ("source:>a", "cannot be compared"),
        ("source:", "needs a text"),
        ('source:""', "needs a text"),
        ('"open', "not closed"),
        ('source:"open', "needs a text|not closed"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(QueryError, match=problem) as refused:
        read_line(text)
    assert refused.value.hint


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
CONDITIONS = st.one_of(
    st.builds(Condition, st.just(f.STATUS), st.sampled_from(f.STATUS.operators), st.sampled_from(Status)),
    st.builds(
        Condition,
        st.just(f.RESPONSE_TIME),
        st.sampled_from(f.RESPONSE_TIME.operators),
        st.integers(0, 10**9).map(lambda ms: ms * MS),
    ),
    *(
        st.builds(Condition, st.just(field), st.sampled_from(field.operators), TEXTS)
        for field in (f.REQUEST_ID, f.VERSION, f.SOURCE_TYPE, f.SOURCE)
    ),
)


@given(conditions=st.lists(CONDITIONS, max_size=4), search=st.none() | TEXTS)
def test_a_written_line_is_read_as_the_same_one(conditions: list[Condition], search: str | None) -> None:
    filter = Filter(tuple(conditions))
    assert read_line(in_line(filter, search)) == Line(filter, search)


@given(conditions=st.lists(CONDITIONS, min_size=2, max_size=4))
def test_a_written_line_joined_by_or_is_read_as_the_same_one(conditions: list[Condition]) -> None:
    filter = Filter(tuple(conditions), Joined.ANY)
    assert read_line(in_line(filter)) == Line(filter, None)


@given(text=st.text())
def test_no_text_makes_reading_fail_in_another_way(text: str) -> None:
    assert isinstance(_read_or_refused(text), Line | QueryError)


def _read_or_refused(text: str) -> Line | QueryError:
    try:
        return read_line(text)
    except QueryError as refused:
        return refused
