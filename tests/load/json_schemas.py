"""Holds what a command wrote as JSON against the schema in the package."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema


def validated(data):
    """Return `data`, which is as the schema of its kind says."""
    schemas = files("locust_qdrant.report") / "schemas"
    schema = json.loads((schemas / f"{data['kind']}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    return data
