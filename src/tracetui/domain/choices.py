"""What a user chose last, to be there again on the next start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.fields import FIELD_OF

_LONGEST = 10_000
"""Characters of a remembered name at most; a file with more was not written by us."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Screen, models, columns and theme. Periods are not kept: they start at their defaults."""

    screen: str | None = None
    """The screen that was up, by the name of its mode; None: the first one."""
    models: Mapping[str, ModelRef] = field(default_factory=dict)
    """The model chosen on each screen, by the name of its mode. It need not be in the store any more."""
    hidden: Mapping[ModelType, frozenset[str]] = field(default_factory=dict)
    """The columns switched off, by their fields' keys. Hidden and not visible ones: a column that comes with a
    later version is shown."""
    theme: str | None = None
    """The theme's name; there need be none of that name any more."""

    def to_dict(self) -> dict[str, object]:
        """As JSON can keep it."""
        return {
            "screen": self.screen,
            "models": {screen: {"type": ref.type.value, "name": ref.name} for screen, ref in self.models.items()},
            "hidden": {type_.value: sorted(keys) for type_, keys in self.hidden.items()},
            "theme": self.theme,
        }

    @classmethod
    def from_dict(cls, kept: object) -> "Choices":
        """What is understood of something read from a file; what is not is as if never chosen. Never fails."""
        fields = _dict(kept)
        models = ((screen, _model(model)) for screen, model in _dict(fields.get("models")).items())
        hidden = _dict(fields.get("hidden"))
        return cls(
            screen=_text(fields.get("screen")),
            models={screen: model for screen, model in models if model},
            hidden={type_: keys for type_ in ModelType if (keys := _keys(hidden.get(type_.value)))},
            theme=_text(fields.get("theme")),
        )


def _dict(kept: object) -> dict[str, object]:
    return cast("dict[str, object]", kept) if isinstance(kept, dict) else {}


def _text(kept: object) -> str | None:
    return kept if isinstance(kept, str) and 0 < len(kept) <= _LONGEST else None


def _model(kept: object) -> ModelRef | None:
    fields = _dict(kept)
    name, type_ = _text(fields.get("name")), _text(fields.get("type"))
    if name is None or type_ not in {known.value for known in ModelType}:
        return None
    return ModelRef(ModelType(type_), name)


def _keys(kept: object) -> frozenset[str]:
    """The columns among some keys that may be hidden."""
    keys = [key for key in kept if isinstance(key, str)] if isinstance(kept, list) else []
    return frozenset(key for key in keys if key in FIELD_OF and FIELD_OF[key].is_column and FIELD_OF[key].can_hide)
