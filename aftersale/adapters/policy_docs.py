"""`docs/policies.md`, written from the policy files: knobs and worked examples per storefront."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from aftersale.adapters.policies import PolicyFile
from aftersale.policy.codes import REASON_CODES
from aftersale.policy.examples import Example
from aftersale.policy.limits import Limit
from aftersale.policy.question import plain

_INTRO = """\
# Policies

Written by `aftersale policy render` from `storefronts/*.yml`; do not edit it by hand.
Every example below is run by `aftersale policy check` and by the tests.

A limit is written `hard 24h`, `soft 7d` or `target 48h business`; only a hard one changes what
is decided. Another version of a storefront's rules is another file, such as `helpdesk.2027.yml`,
with its own `version` and `effective_from`; `version_date` says whether the date of the request or
of the order counts. In an example `given` names the facts that differ from the usual order (paid
by card two days ago, nothing shipped, asked by its own buyer); times are offsets such as
`-24h+1s`; `expect` names what must come out. `aftersale policy diff OLD NEW` shows which decisions
a change would turn. `launch.actions` says per kind of wish (`cancel`, `hold`, `contact_seller`,
`problem`, `return` and so on) how far it is live: `on`, `approve` (a person confirms first) or
`off` (a person does it); the review of a decision (`escalate`) is by a person in any case, so it
is always on. `launch.act: false` turns all others off. `launch.read_only: true` changes nothing
at all: every wish is answered so, and only a case for a person can be opened.
`linked.reading` and `linked.acting` say how strongly a chat of a messenger must be connected to
its buyer before orders are shown there, and before a yes counts there: `code` (a code from the
address on file) or `shop` (a link of the signed-in shop)."""
_NOT_KNOBS = {"labels", "tabs", "requirements", "storefront", "name"}


def rendered(files: list[PolicyFile]) -> str:
    """Return the whole page."""
    parts = [_INTRO]
    for file in files:
        parts += ["\n".join(_storefront(file))]
    return "\n\n".join([*parts, "\n".join(_codes())]) + "\n"


def knobs(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every knob by its path, as in the YAML file."""
    if is_dataclass(value) and not isinstance(value, Limit):
        for field in fields(value):
            yield from knobs(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from knobs(item, f"{path}.{key}")
    else:
        yield path, _written(value)


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_written(item) for item in value) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return "-" if value is None else str(plain(value))


def _storefront(file: PolicyFile) -> Iterator[str]:
    policy = file.policy
    yield f"## {policy.name} (`{policy.storefront}`)\n"
    yield "| Knob | Value |\n|---|---|"
    for path, value in knobs(policy):
        if path.split(".")[0] not in _NOT_KNOBS:
            yield f"| `{path}` | {value} |"
    yield "\n| Example | Outcome | Reason | Requirements |\n|---|---|---|---|"
    for example in file.examples:
        yield _row(example, policy.requirements)


def _row(example: Example, requirements: Mapping[str, tuple[str, ...]]) -> str:
    code = example.expect.get("code", "")
    ids = ", ".join(requirements.get(code, ()))
    return f"| {example.name} | {example.expect.get('outcome', '')} | `{code}` | {ids} |"


def _codes() -> Iterator[str]:
    yield "## Reason codes\n"
    yield "| Code | Meaning |\n|---|---|"
    yield from (f"| `{code}` | {meaning} |" for code, meaning in REASON_CODES.items())
