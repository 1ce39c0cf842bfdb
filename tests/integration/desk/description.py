"""Checks what the desk answers against its published description."""

import json
import re
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = yaml.load(Path("docs/desk-api.yml").read_bytes(), yaml.CSafeLoader)
BASE = "urn:desk-api"
REGISTRY = Registry().with_resource(BASE, Resource.from_contents(DOCUMENT, DRAFT202012))


def check(method: str, path: str, status: int, content_type: str, content: bytes) -> bool:
    """Fail when the answer is not as described; False where the description is silent."""
    template = template_of(path)
    operation = DOCUMENT["paths"].get(template, {}).get(method.lower()) if template else None
    if operation is None:
        return False
    responses = operation["responses"]
    assert str(status) in responses or status >= 400, f"{status} is not described for {path}"
    response = _resolved(responses.get(str(status), responses["default"]))
    if "content" not in response:
        assert content == b"", f"{status} of {path} is described without a body"
        return True
    assert content_type in response["content"], f"{content_type} is not described for {path}"
    if content_type.endswith("json"):
        _validate(json.loads(content), response["content"][content_type]["schema"])
    return True


def template_of(path: str) -> str | None:
    """Return the described address that a path below /desk/api is of."""
    path = path.partition("?")[0]
    for template in sorted(DOCUMENT["paths"], key=lambda text: text.count("{")):
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path):
            return str(template)
    return None


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    if reference is None:
        return node
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _validate(instance: Any, schema: dict[str, Any]) -> None:
    absolute = json.loads(json.dumps(schema).replace('"#/', f'"{BASE}#/'))
    validator = Draft202012Validator(absolute, registry=REGISTRY, format_checker=FormatChecker())
    validator.validate(instance)
