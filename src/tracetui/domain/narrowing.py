"""By what a model can be narrowed further, once it is narrowed."""

from tracetui.domain.queries import DeploymentRef
from tracetui.domain.rows import ScopeChoices


def versions_of(choices: ScopeChoices, deployment: DeploymentRef | None) -> tuple[str, ...]:
    """The versions of a deployment, or of all deployments of that name, or of the model."""
    if deployment is None:
        return choices.versions
    found = [
        version
        for entry in choices.deployments
        if entry.name == deployment.name and deployment.deployed_at_us in (None, entry.deployed_at_us)
        for version in entry.versions
    ]
    return tuple(dict.fromkeys(found))
