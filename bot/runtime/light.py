"""Keep TensorFlow out of the process: Rasa imports it for components that we do not use.

Saves about 350 MB and half of the start. `AFTERSALE_ENGINE_FULL=1` turns it off. Training and
Rasa's own commands never use it. Must run before the first import of rasa.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Sequence
from typing import Any

_HIDDEN = (
    "tensorflow",
    "tensorflow_addons",
    "tensorflow_hub",
    "tensorflow_text",
    "keras",
    "tf_keras",
)
_COMPONENTS = "rasa.engine.recipes.default_components"


class _AnyName(type):
    """Class whose every attribute is again such a class: enough for annotations and bases."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class Absent(metaclass=_AnyName):
    """Stands for anything of TensorFlow. Used as a decorator it returns what it decorates."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Accept anything."""

    def __call__(self, *args: Any, **_kwargs: Any) -> Any:
        """Return what is decorated."""
        return args[0] if args else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _AbsentModule(types.ModuleType):
    __path__: list[str] = []  # noqa: RUF012 - a module has one of its own
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002
        target: Any = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".")[0] in _HIDDEN or fullname == _COMPONENTS:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        if spec.name == _COMPONENTS:
            return _used_components(spec.name)
        return _AbsentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run."""


def _used_components(name: str) -> types.ModuleType:
    """Rasa's list of built-in components, cut down to those in config.yml."""
    from rasa.core.policies.memoization import MemoizationPolicy
    from rasa.core.policies.rule_policy import RulePolicy
    from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier

    module = types.ModuleType(name)
    module.DEFAULT_COMPONENTS = [FallbackClassifier, MemoizationPolicy, RulePolicy]  # type: ignore[attr-defined]
    return module


def hide_tensorflow() -> None:
    """Install the stand-in."""
    for name in _HIDDEN:
        # spaCy's thinc takes None as "absent".
        sys.modules[name] = None  # type: ignore[assignment]
    import spacy  # noqa: F401 - must come while the names are absent, not stood in for

    for name in _HIDDEN:
        del sys.modules[name]
    sys.meta_path.insert(0, _Finder())
