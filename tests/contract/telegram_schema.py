"""Checks a body against the written part of Telegram's Bot API that the product uses."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = json.loads(Path(__file__).with_name("telegram.schema.json").read_text("utf-8"))
REGISTRY = Registry().with_resource(DOCUMENT["$id"], Resource.from_contents(DOCUMENT, DRAFT202012))
PARTS = ("requests", "responses", "updates")


@cache
def _validator(part: str, name: str) -> Draft202012Validator:
    reference = DOCUMENT[part][name]["$ref"]
    return Draft202012Validator({"$ref": DOCUMENT["$id"] + reference}, registry=REGISTRY)


def problems(part: str, name: str, body: Any) -> list[str]:
    """Return what is wrong with a body; `part` is requests, responses or updates."""
    if name not in DOCUMENT[part]:
        return [f"{part}: {name} is not written down"]
    found = _validator(part, name).iter_errors(body)
    return [f"{part}: {name}: {error.json_path}: {error.message}" for error in found]


def kind_of(method: str, parameter: str) -> str:
    """Return what a parameter of a method is: string, integer, boolean, json or file."""
    name = DOCUMENT["requests"].get(method, {"$ref": "#/$defs/empty"})["$ref"].rsplit("/", 1)[1]
    shape = DOCUMENT["$defs"][name].get("properties", {}).get(parameter, {})
    if "$ref" in shape:
        target = shape["$ref"].rsplit("/", 1)[1]
        shape = {"type": "file"} if target == "file" else DOCUMENT["$defs"][target]
    kind = shape.get("type", "json")
    return "json" if kind in ("object", "array") else str(kind)
