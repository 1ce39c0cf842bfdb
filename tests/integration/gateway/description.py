"""Checks every answer of the interface against its published description."""

import json
import re
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = yaml.safe_load(Path("docs/openapi.yml").read_text(encoding="utf-8"))
BASE = "urn:openapi"
REGISTRY = Registry().with_resource(BASE, Resource.from_contents(DOCUMENT, DRAFT202012))


def check(method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """Fail when the answer is not one the description allows."""
    template = _template(path)
    if template is None:  # not an address of the interface: only its refusal is described
        responses = {"default": DOCUMENT["components"]["responses"]["Problem"]}
    else:
        operation = DOCUMENT["paths"][template].get(method.lower(), {})
        problem = {"default": {"$ref": "#/components/responses/Problem"}}
        responses = operation.get("responses", problem)
    response = _resolved(responses.get(str(status), responses.get("default")))
    assert str(status) in responses or status >= 400, f"{status} is not described for {path}"
    if "content" not in response:
        assert body == b"", f"{status} of {path} is described without a body"
        return
    assert content_type in response["content"], f"{content_type} is not described for {path}"
    if content_type.endswith("json"):
        _validate(json.loads(body), response["content"][content_type]["schema"])


def _template(path: str) -> str | None:
    for template in sorted(DOCUMENT["paths"], key=lambda text: text.count("{")):
        pattern = re.sub(r"\\{number\\}", ".+", re.escape(template))
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", pattern), path):
            return template
    return None


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    if reference is None:
        return node
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _validate(instance: Any, schema: dict[str, Any]) -> None:
    absolute = json.loads(json.dumps(schema).replace('"#/', f'"{BASE}#/'))
    Draft202012Validator(absolute, registry=REGISTRY, format_checker=FormatChecker()).validate(
        instance
    )
