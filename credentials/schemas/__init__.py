"""Our own JSON schemas of Open Badges 3.0, checked by jsonschema-rs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs


def first_fault(document: Mapping[str, Any], *, schema: str) -> str | None:
    """Where the document first breaks the schema, as a path such as "/issuer/name"; else None.

    `schema` is the name of a file in this folder without its ending. The path of the document
    itself is "/".
    """
    faults = _validator(schema).iter_errors(document)
    paths = sorted("/" + "/".join(str(step) for step in fault.instance_path) for fault in faults)
    return paths[-1] if paths else None


@cache
def _validator(schema: str) -> jsonschema_rs.Validator:
    text = resources.files("credentials.schemas").joinpath(f"{schema}.json").read_text("utf-8")
    return jsonschema_rs.validator_for(json.loads(text))
