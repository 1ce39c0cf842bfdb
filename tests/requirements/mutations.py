"""Mutations: one deliberate breakage per requirement, applied to the app process only.

knob     {kind, storefront, path, value}   a policy file says something else
response {kind, name, text}                a reply of domain.yml says something else
source   {kind, file, find, replace}       a line of the app does otherwise; `find` occurs once
article  {kind, file, find, replace}       a help article in kb/ says something else
"""

import importlib.util
import shutil
import sys
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("mutations.yml")


class StaleMutation(Exception):
    """The mutation points at something that is no longer there."""


@dataclass(frozen=True)
class Mutation:
    """One breakage, as written in mutations.yml."""

    kind: str
    data: dict[str, Any]

    def __str__(self) -> str:
        shown = {
            "knob": "{storefront}: {path} = {value}",
            "response": "response {name}",
            "source": "{file}: {find!r} -> {replace!r}",
            "article": "{file}: {find!r} -> {replace!r}",
        }
        return f"{self.kind} {shown[self.kind].format(**self.data)}".replace("\n", " ")


def load() -> dict[str, Mutation]:
    """Read the table: requirement id to mutation."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8")) or {}
    return {
        requirement: Mutation(entry["kind"], {k: v for k, v in entry.items() if k != "kind"})
        for requirement, entry in table.items()
    }


def apply(mutation: Mutation, folder: Path) -> dict[str, str]:
    """Write what is mutated into `folder`; return the settings that point the app at it."""
    kinds = {"knob": _knob, "response": _response, "source": _source, "article": _article}
    return kinds[mutation.kind](mutation.data, folder)


def _knob(data: dict[str, Any], folder: Path) -> dict[str, str]:
    policies = folder / "storefronts"
    shutil.copytree(ROOT / "storefronts", policies)
    path = policies / f"{data['storefront']}.yml"
    policy = yaml.safe_load(path.read_text(encoding="utf-8"))
    _set(policy, data["path"].split("."), data["value"])
    path.write_text(yaml.safe_dump(policy, sort_keys=False), encoding="utf-8")
    return {"AFTERSALE_STOREFRONTS_DIR": str(policies)}


def _set(policy: dict[str, Any], path: list[str], value: Any) -> None:
    *parents, last = path
    for name in parents:
        policy = policy.setdefault(name, {})
    if policy.get(last) == value:
        raise StaleMutation(f"{'.'.join(path)} is {value!r} already")
    policy[last] = value


def _response(data: dict[str, Any], folder: Path) -> dict[str, str]:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    if data["name"] not in domain["responses"]:
        raise StaleMutation(f"domain.yml has no response {data['name']}")
    domain["responses"][data["name"]] = [{"text": data["text"]}]
    path = folder / "domain.yml"
    path.write_text(yaml.safe_dump(domain, sort_keys=False), encoding="utf-8")
    return {"AFTERSALE_DOMAIN_FILE": str(path)}


def _source(data: dict[str, Any], folder: Path) -> dict[str, str]:
    """Check the place; the mutated text is put in when the module is imported."""
    text = (ROOT / data["file"]).read_text(encoding="utf-8")
    if text.count(data["find"]) != 1:
        raise StaleMutation(f"{data['file']} holds {data['find']!r} {text.count(data['find'])} x")
    target = folder / "mutated.py"
    target.write_text(text.replace(data["find"], data["replace"]), encoding="utf-8")
    return {}


def _article(data: dict[str, Any], folder: Path) -> dict[str, str]:
    text = (ROOT / "kb" / data["file"]).read_text(encoding="utf-8")
    if text.count(data["find"]) != 1:
        times = text.count(data["find"])
        raise StaleMutation(f"kb/{data['file']} holds {data['find']!r} {times} x")
    articles = folder / "kb"
    shutil.copytree(ROOT / "kb", articles)
    (articles / data["file"]).write_text(text.replace(data["find"], data["replace"]), "utf-8")
    return {"AFTERSALE_KB_DIR": str(articles)}


class _MutatedLoader(SourceFileLoader):
    """Loads a module from the mutated text; its bytecode is never written or read."""

    def __init__(self, name: str, path: str, text: bytes) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> Any:
        return compile(self._text, self.path, "exec")


def install_source(data: dict[str, Any], mutated: Path) -> None:
    """Make the next import of that file's module take the mutated text."""
    name = data["file"][:-3].replace("/", ".").removesuffix(".__init__")
    text = mutated.read_bytes()

    class Finder:
        @staticmethod
        def find_spec(fullname: str, path: Any = None, target: Any = None) -> Any:
            if fullname != name:
                return None
            loader = _MutatedLoader(name, str(ROOT / data["file"]), text)
            return importlib.util.spec_from_file_location(name, loader.path, loader=loader)

    sys.meta_path.insert(0, Finder)
