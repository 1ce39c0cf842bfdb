"""Policy files: read, validated as a whole, and refused with every mistake by its path."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml

from aftersale.adapters.business_days import knows
from aftersale.adapters.policy_shape import ShapeInvalid, moments, shaped, suggestion
from aftersale.errors import PolicyInvalid
from aftersale.policy.examples import (
    EXAMPLE_FACTS,
    EXAMPLE_NOW,
    EXPECTABLE,
    Example,
    differences,
)
from aftersale.policy.facts import Facts, Request
from aftersale.policy.knobs import Policy
from aftersale.policy.mistakes import Mistake, mistakes
from aftersale.policy.versions import policy_at


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One file: a version of a storefront's rules, with the examples it carries."""

    path: Path
    policy: Policy
    examples: tuple[Example, ...]


_WISHED = ("line_ids", "issue", "resolution", "opened", "defective", "as_listed")
_BOOL = "tag:yaml.org,2002:bool"


class _Strict(yaml.CSafeLoader):
    """YAML that refuses a key written twice: the first would be lost without a word.

    Only true and false are truth values, so that `on` and `off` can be words.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012  PyYAML's own way
        first: [(tag, form) for tag, form in known if tag != _BOOL or first in "tTfF"]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping after looking for doubles."""
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                line = key.start_mark.line + 1
                raise ShapeInvalid([(f"line {line}", f"{name} is written twice")])
            seen.add(name)
        return super().construct_mapping(node, deep)


def load_policies(folder: Path, now: datetime | None = None) -> dict[str, Policy]:
    """Return one policy per storefront: the version in force at `now`, else the newest.

    Raises:
        PolicyInvalid: every mistake of every file, by path.
    """
    versions = load_versions(folder)
    if now is not None:
        return {key: policy_at(them, now=now) for key, them in versions.items()}
    return {key: max(them, key=lambda p: p.effective_from) for key, them in versions.items()}


def load_versions(folder: Path) -> dict[str, tuple[Policy, ...]]:
    """Return every version of every storefront.

    Raises:
        PolicyInvalid: every mistake of every file, by path.
    """
    found: dict[str, tuple[Policy, ...]] = {}
    for file in read_files(folder):
        key = file.policy.storefront
        found[key] = (*found.get(key, ()), file.policy)
    return found


def read_files(folder: Path) -> list[PolicyFile]:
    """Read every `*.yml` of the folder; further versions are files such as `helpdesk.2027.yml`.

    Raises:
        PolicyInvalid: every mistake of every file, by path; also when there is no file.
    """
    files: list[PolicyFile] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            files.append(read_file(path))
        except PolicyInvalid as wrong:
            problems += wrong.problems
    problems += _clashes(files)
    if not files and not problems:
        problems = [f"{folder.name}: holds no policy file (*.yml)"]
    if problems:
        raise PolicyInvalid(problems)
    return files


def read_file(path: Path) -> PolicyFile:
    """Read one file.

    Raises:
        PolicyInvalid: every mistake in it, by path.
    """
    try:
        return _parsed(path, path.read_bytes())
    except ShapeInvalid as wrong:
        raise PolicyInvalid(
            [f"{path.name}: {at}: {what}" for at, what in wrong.mistakes]
        ) from wrong


def failed_examples(file: PolicyFile) -> list[str]:
    """Return a line for every example of the file that comes out otherwise than it says."""
    return [
        f"{file.path.name}: examples: {example.name}: {difference}"
        for example in file.examples
        for difference in differences(file.policy, example)
    ]


def facts_from_json(data: Mapping[str, Any], *, storefront: str, now: datetime) -> Facts:
    """Return facts from plain data; times may be offsets from `now` such as "-24h".

    Raises:
        ShapeInvalid: with every unknown name and wrong value.
    """
    full = {"storefront": storefront, **EXAMPLE_FACTS, **data}
    lines = full["lines"]
    if isinstance(lines, list):
        full["lines"] = [_line(number, line) for number, line in enumerate(lines, start=1)]
    return shaped(Facts, moments(full, now))


def _line(number: int, line: object) -> object:
    """A line may be written as its state alone; it is then named by its place."""
    short = line is None or isinstance(line, str)
    return {"line_id": str(number), "fulfilment": line} if short else line


@lru_cache(maxsize=32)  # what is read is frozen, and one file is read by several parts
def _parsed(path: Path, content: bytes) -> PolicyFile:
    data = _read(content)
    examples = data.pop("examples", None) or []
    found: list[Mistake] = []
    policy: Policy | None = None
    try:
        policy = shaped(Policy, data)
    except ShapeInvalid as wrong:
        found += wrong.mistakes
    storefront = str(data.get("storefront"))
    if policy is not None:
        found += [*mistakes(policy), *_unknown_zone(policy), *_unknown_country(policy)]
    found += _misnamed(path, storefront)
    read = list(_examples(examples, storefront, found))
    if policy is None or found:
        raise ShapeInvalid(found)
    return PolicyFile(path, policy, tuple(read))


def _read(content: bytes) -> dict[str, Any]:
    try:
        data = _loaded(content)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "the file"
        raise ShapeInvalid([(where, str(getattr(wrong, "problem", "is not YAML")))]) from wrong
    if not isinstance(data, dict):
        raise ShapeInvalid([("the file", "is not a mapping of knobs")])
    return data


def _loaded(content: bytes) -> Any:
    try:
        return yaml.load(content, _Strict)  # noqa: S506  a SafeLoader
    except yaml.YAMLError:
        yaml.safe_load(content)  # fails too; slower, but it tells better where
        raise


def _misnamed(path: Path, storefront: str) -> Iterator[Mistake]:
    if path.name.split(".")[0] != storefront:
        yield "storefront", f"is {storefront}, so the file's name must begin with it"


def _unknown_zone(policy: Policy) -> Iterator[Mistake]:
    for name, given in (("hours", policy.hours), ("calendar", policy.calendar)):
        if given is not None and given.timezone not in available_timezones():
            yield f"{name}.timezone", f"{given.timezone} is no time zone, as in Europe/Berlin"


def _unknown_country(policy: Policy) -> Iterator[Mistake]:
    country = policy.calendar.country if policy.calendar else None
    if country is not None and not knows(country):
        yield "calendar.country", f"{country} has no known holidays; write ISO 3166, as in US"


def _examples(data: object, storefront: str, found: list[Mistake]) -> Iterator[Example]:
    if not isinstance(data, list):
        found.append(("examples", "is a list of examples"))
        return
    for number, item in enumerate(data):
        try:
            yield _example(item, storefront)
        except ShapeInvalid as wrong:
            found += [(f"examples.{number}.{at}", what) for at, what in wrong.mistakes]


def _example(item: object, storefront: str) -> Example:
    if not isinstance(item, dict):
        raise ShapeInvalid([("name", "an example has name, given and expect")])
    known = ["name", "given", "ask", "reason", "expect", *_WISHED]
    wrong = [(str(name), suggestion(str(name), known)) for name in item if name not in known]
    expect = item.get("expect") or {}
    wrong += [
        (f"expect.{name}", suggestion(str(name), sorted(EXPECTABLE)))
        for name in expect
        if name not in EXPECTABLE
    ]
    wrong += [] if expect and item.get("name") else [("name", "name and expect are needed")]
    if wrong:
        raise ShapeInvalid(wrong)
    given = item.get("given") or {}
    return Example(
        name=str(item["name"]),
        facts=facts_from_json(given, storefront=storefront, now=EXAMPLE_NOW),
        request=_request(item),
        expect=moments(expect, EXAMPLE_NOW),
    )


def _request(item: Mapping[str, Any]) -> Request:
    return shaped(
        Request,
        {
            "ask": item.get("ask", "cancel"),
            "reason_class": item.get("reason", "unknown"),
            **{name: item[name] for name in _WISHED if name in item},
        },
    )


def _clashes(files: list[PolicyFile]) -> list[str]:
    seen: dict[tuple[str, datetime], Path] = {}
    clashes = []
    for file in files:
        key = (file.policy.storefront, file.policy.effective_from)
        if key in seen:
            clashes.append(f"{file.path.name}: effective_from: is also that of {seen[key].name}")
        seen.setdefault(key, file.path)
    return clashes
