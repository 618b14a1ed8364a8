"""The models of the demo, and their deployments, replicas, credits and connections."""

from collections import Counter, defaultdict
from itertools import pairwise

from tests.demo.made import of_kind, of_model, traces
from tests.fakes import NOON_US
from tracetui.demo.account import DAY_US
from tracetui.domain.catalogue import (
    Connection,
    CreditEntry,
    CreditKind,
    Deployment,
    FineTuningJob,
    Model,
    ModelType,
    ReplicaChange,
)


def test_all_three_model_types_have_several_models_with_traffic() -> None:
    models = Counter(model_type for model_type, _ in {(trace.model_type, trace.model) for trace in traces()})

    assert min(models[model_type] for model_type in ModelType) >= 3


def test_every_model_of_a_trace_is_declared_with_its_base_model() -> None:
    declared = {(model.name, model.type): model.base_model for model in of_kind(Model)}

    assert all(declared[trace.model, trace.model_type] == trace.base_model for trace in traces())


def test_two_models_share_a_name_but_not_a_type() -> None:
    types = defaultdict(set)
    for model in of_kind(Model):
        types[model.name].add(model.type)

    assert types["llama-3.3-70b"] == {ModelType.OPEN_SOURCE, ModelType.EXTERNAL}


def test_one_deployment_name_was_deployed_three_times_in_several_versions() -> None:
    prod = [deployment for deployment in of_kind(Deployment) if deployment.name == "support-bot-prod"]

    assert len({deployment.deployed_at_us for deployment in prod}) == 3
    assert {deployment.version for deployment in prod} == {"v1", "v2", "v2.1", "v3", "v3.1"}


def test_a_model_has_deployments_without_a_version() -> None:
    assert {trace.version for trace in of_model("intent-classifier")} == {None}


def test_traces_of_a_deployment_fall_into_a_time_when_it_was_up() -> None:
    up = defaultdict(list)
    for deployment in of_kind(Deployment):
        end_us = deployment.undeployed_at_us or NOON_US
        up[deployment.model, deployment.name, deployment.version].append((deployment.deployed_at_us, end_us))

    for trace in traces():
        spans = up[trace.model, trace.deployment, trace.version]
        assert trace.deployment is None or any(start <= trace.executed_at_us < end for start, end in spans)


def test_there_are_days_on_which_support_bot_was_not_deployed() -> None:
    bot = [deployment for deployment in of_kind(Deployment) if deployment.model == "support-bot"]
    days = {trace.executed_at_us // DAY_US for trace in of_model("support-bot")}
    first, last = min(days), max(days)
    down = [
        day
        for day in range(first, last)
        if not any(
            (up.deployed_at_us or 0) < (day + 1) * DAY_US and (up.undeployed_at_us or NOON_US) > day * DAY_US
            for up in bot
        )
    ]

    assert down
    assert days.isdisjoint(down)


def test_one_model_was_up_on_four_and_down_on_three_of_the_last_seven_days() -> None:
    newest = max(trace.executed_at_us for trace in of_model("sql-writer"))

    assert NOON_US - 5 * DAY_US < newest < NOON_US - 3 * DAY_US


def test_replicas_step_up_and_down_and_never_pass_the_maximum() -> None:
    most = {(d.model, d.name, d.version): d.max_replicas or 0 for d in of_kind(Deployment)}
    steps = defaultdict(list)
    for change in of_kind(ReplicaChange):
        assert 0 <= change.replicas <= most[change.model, change.deployment, change.version]
        steps[change.model, change.deployment, change.version].append(change.replicas)

    assert {1, 2, 4} <= set(steps["support-bot", "support-bot-prod", "v3"])


def test_a_model_is_up_on_two_kinds_of_hardware_at_once() -> None:
    hardware = {
        change.hardware
        for change in of_kind(ReplicaChange)
        if change.model == "qwen-2.5-72b" and change.at_us > NOON_US - 7 * DAY_US
    }

    assert hardware == {"4x A100 40GB", "2x H100 80GB"}


def test_an_undeployed_deployment_ends_with_no_replicas() -> None:
    last = {(c.model, c.deployment, c.version): c.replicas for c in of_kind(ReplicaChange)}

    for deployment in of_kind(Deployment):
        if deployment.name == "contract-summarizer":
            assert last[deployment.model, deployment.name, deployment.version] == 0


def test_each_day_of_a_deployment_costs_credits() -> None:
    spans = sorted(
        (entry.start_us, entry.end_us, entry.credits_micro)
        for entry in of_kind(CreditEntry)
        if entry.kind is CreditKind.DEPLOYMENT and (entry.deployment, entry.version) == ("support-bot-prod", "v3")
    )

    assert len(spans) == 21
    assert all(end == start for (_, end, _), (start, _, _) in pairwise(spans))
    assert all(micro > 0 for _, _, micro in spans)


def test_credit_entries_have_an_id_each() -> None:
    ids = [entry.entry_id for entry in of_kind(CreditEntry)]

    assert None not in ids
    assert len(ids) == len(set(ids))


def test_fine_tuning_jobs_have_completed_failed_and_run_and_cost_credits() -> None:
    assert {job.status for job in of_kind(FineTuningJob)} == {"completed", "failed", "running"}
    assert all((job.completed_at_us is None) == (job.status != "completed") for job in of_kind(FineTuningJob))
    assert any(entry.kind is CreditKind.FINE_TUNING for entry in of_kind(CreditEntry))


def test_external_models_have_connections_one_of_them_the_default() -> None:
    default = {(c.model, c.name) for c in of_kind(Connection) if c.is_default}

    assert {c.name for c in of_kind(Connection) if c.model == "gpt-4o"} > {"openai-us", "openai-eu"}
    assert ("gpt-4o", "openai-eu") in default
    assert "gemini-2.5-flash" not in {model for model, _ in default}


def test_one_version_was_there_in_one_old_month_only() -> None:
    rare = [trace.executed_at_us for trace in of_model("support-bot") if trace.version == "v1.0.3"]

    assert 3 <= len(rare) < 200
    assert min(rare) > NOON_US - 110 * DAY_US
    assert max(rare) < NOON_US - 60 * DAY_US


def test_models_are_of_very_different_size() -> None:
    sizes = Counter((trace.model_type, trace.model) for trace in traces()).most_common()

    assert sizes[0][0] == (ModelType.FINE_TUNED, "support-bot")
    assert sizes[0][1] > 50 * sizes[-1][1]


def test_there_are_several_dozens_of_routes() -> None:
    routes = {
        (trace.model_type, trace.model, trace.deployment, trace.version, trace.connection) for trace in traces()
    }

    assert 30 <= len(routes) <= 50
