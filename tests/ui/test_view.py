"""The Traces screen's one state: which questions follow from it."""

from tests.fakes import S
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.fields import SOURCE, VERSION, Operator
from tracetui.domain.filters import Condition, Filter
from tracetui.domain.periods import Period
from tracetui.domain.queries import First, PageQuery, Scope, SummaryQuery
from tracetui.ui.view import TracesView

HOSTED = ModelRef(ModelType.FINE_TUNED, "m-1")
EXTERNAL = ModelRef(ModelType.EXTERNAL, "m-2")
WITHIN = Period(0, S)
OF_SOURCE = Condition(SOURCE, Operator.EQUALS, "checkout")
OF_VERSION = Condition(VERSION, Operator.EQUALS, "v3")


def test_a_filter_and_a_search_change_rows_and_figures() -> None:
    view = TracesView(Scope(HOSTED))
    for other in (view.with_filter(Filter((OF_SOURCE,))), view.with_search("refund")):
        assert other.narrows
        assert other.shows_other_rows(view)
        assert other.shows_other_figures(view)


def test_without_a_filter_the_whole_is_asked_for() -> None:
    view = TracesView(Scope(HOSTED)).with_filter(Filter(())).with_search("")
    assert not view.narrows
    assert view.rows_query(WITHIN, First(), 10) == PageQuery(Scope(HOSTED), WITHIN, view.order, First(), 10)


def test_the_whole_is_asked_for_beside_what_matches() -> None:
    narrowed = Filter((OF_SOURCE,))
    view = TracesView(Scope(HOSTED)).with_filter(narrowed).with_search("refund")
    assert view.whole_query(WITHIN) == SummaryQuery(Scope(HOSTED), WITHIN)
    assert view.matching_query(WITHIN) == SummaryQuery(Scope(HOSTED), WITHIN, narrowed, "refund")


def test_another_kind_of_model_keeps_the_conditions_that_it_can_have() -> None:
    view = TracesView(Scope(HOSTED)).with_filter(Filter((OF_SOURCE, OF_VERSION))).with_search("refund")
    other = view.of_model(EXTERNAL, None)
    assert other.filter == Filter((OF_SOURCE,))
    assert other.search == "refund"
