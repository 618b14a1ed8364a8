import pytest

from tracetui.domain import fields as f
from tracetui.domain.catalogue import ModelType

HOSTED = [ModelType.FINE_TUNED, ModelType.OPEN_SOURCE]


@pytest.mark.parametrize("model_type", HOSTED)
def test_a_hosted_model_has_nine_columns(model_type: ModelType) -> None:
    assert [field.label for field in f.columns_for(model_type)] == [
        "Status",
        "Request ID",
        "Response Time",
        "Deployment Version",
        "Source Type",
        "Source",
        "Executed on",
        "Input",
        "Output",
    ]


def test_an_external_model_has_the_same_columns_without_the_version() -> None:
    external = f.columns_for(ModelType.EXTERNAL)
    assert external == tuple(field for field in f.columns_for(ModelType.OPEN_SOURCE) if field is not f.VERSION)
    assert len(external) == 8


def test_every_column_but_the_request_id_can_be_hidden() -> None:
    assert [field for field in f.columns_for(ModelType.FINE_TUNED) if not field.can_hide] == [f.REQUEST_ID]


def test_details_name_deployments_of_hosted_and_connections_of_external_models() -> None:
    hosted = [field.label for field in f.details_for(ModelType.FINE_TUNED)]
    assert hosted == [
        "Request ID",
        "Base model",
        "Deployment name",
        "Deployment Version",
        "Response Time",
        "Input tokens",
        "Output tokens",
        "Executed on",
        "Source Type",
        "Source",
        "User ID",
    ]
    external = [field.label for field in f.details_for(ModelType.EXTERNAL)]
    assert external == [*hosted[:2], "Connection name", *hosted[4:]]


@pytest.mark.parametrize(
    ("field", "operators"),
    [
        (f.STATUS, "equals, not equals"),
        (f.REQUEST_ID, "equals, not equals, contains"),
        (f.RESPONSE_TIME, "equals, not equals, greater than, less than, greater or equal, less or equal"),
        (f.VERSION, "equals, not equals, contains"),
        (f.SOURCE_TYPE, "equals, not equals, contains"),
        (f.SOURCE, "equals, not equals, contains"),
    ],
)
def test_a_field_has_the_operators_of_its_kind(field: f.Field, operators: str) -> None:
    assert ", ".join(operator.value for operator in field.operators) == operators


def test_six_fields_can_be_filtered_and_five_of_an_external_model() -> None:
    hosted = f.filterable_for(ModelType.FINE_TUNED)
    assert len(hosted) == 6
    assert f.filterable_for(ModelType.EXTERNAL) == tuple(field for field in hosted if field is not f.VERSION)


def test_keys_are_unique_and_every_detail_is_a_field() -> None:
    assert len(f.FIELD_OF) == len(f.FIELDS)
    assert set(f.DETAILS) <= set(f.FIELDS)
