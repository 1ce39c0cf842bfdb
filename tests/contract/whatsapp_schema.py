"""Checks a body against the written part of the WhatsApp Cloud API that the product uses."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = json.loads(Path(__file__).with_name("whatsapp.schema.json").read_text("utf-8"))
REGISTRY = Registry().with_resource(DOCUMENT["$id"], Resource.from_contents(DOCUMENT, DRAFT202012))


@cache
def _validator(part: str, name: str) -> Draft202012Validator:
    reference = DOCUMENT[part][name]["$ref"]
    return Draft202012Validator({"$ref": DOCUMENT["$id"] + reference}, registry=REGISTRY)


def problems(part: str, name: str, body: Any) -> list[str]:
    """Return what is wrong with a body; `part` is requests, responses or webhooks."""
    found = _validator(part, name).iter_errors(body)
    return [f"{part}: {name}: {error.json_path}: {error.message}" for error in found]
