"""What can be asked of a service that nobody described but its own OpenAPI document."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, FastAPI, Header, Query
from locust_qdrant.targets.http.openapi import endpoints
from pydantic import BaseModel, Field


class Plain(BaseModel):
    title: str


class WithExamples(BaseModel):
    title: Annotated[str, Field(examples=["Otters"])]
    limit: int = 3
    kind: Annotated[str, Field(default="long")]


class Nested(BaseModel):
    inner: WithExamples


APP = FastAPI()
SEALS = {"title": "Seals"}


@APP.get("/plain")
async def plain(limit: int = 3) -> None: ...


@APP.get("/with-example", tags=["new", "other"])
async def with_example(q: Annotated[str, Query(examples=["otters"])]) -> None: ...


@APP.get("/without-example")
async def without_example(q: str) -> None: ...


@APP.get("/items/{name}")
async def item(name: str) -> None: ...


@APP.get("/guarded")
async def guarded(x_key: Annotated[str, Header()]) -> None: ...


@APP.post("/no-body")
async def no_body() -> None: ...


@APP.post("/needs-body")
async def needs_body(item: Plain) -> None: ...


@APP.post("/fills-body")
async def fills_body(item: Nested) -> None: ...


@APP.put("/whole-example")
async def whole_example(item: Annotated[Plain, Body(examples=[SEALS])]) -> None: ...


@APP.delete("/everything")
async def everything() -> None: ...


def test_each_endpoint_is_filled_from_the_document_or_left_out_with_the_reason():
    offer = endpoints(APP.openapi(), {}, write=True)
    asked = {endpoint.name: endpoint for endpoint in offer.endpoints}
    assert set(asked) == {
        "GET /plain",
        "GET /with-example",
        "POST /no-body",
        "POST /fills-body",
        "PUT /whole-example",
    }
    assert asked["GET /plain"].query == {}
    assert asked["GET /with-example"].query == {"q": "otters"}
    assert asked["GET /with-example"].group == "new"
    assert asked["POST /fills-body"].json == {"inner": {"title": "Otters"}}
    assert asked["PUT /whole-example"].json == {"title": "Seals"}
    assert list(offer.left_out) == [
        "GET /without-example: no example or default for q (query)",
        "GET /items/{name}: no example or default for name (path)",
        "GET /guarded: no example or default for x-key (header)",
        "POST /needs-body: no example or default for title (its body)",
        "DELETE /everything: it deletes",
    ]


def test_a_header_that_the_user_gives_need_not_have_an_example():
    offer = endpoints(APP.openapi(), {"X-Key": "mine"}, write=False)
    (guarded,) = (each for each in offer.endpoints if each.name == "GET /guarded")
    assert guarded.headers == {"X-Key": "mine"}


def test_a_running_service_is_only_read():
    offer = endpoints(APP.openapi(), {}, write=False)
    assert {endpoint.method for endpoint in offer.endpoints} == {"GET"}
    assert "POST /no-body: it changes what a running service stores" in offer.left_out


def test_a_path_value_is_one_segment():
    parameter = {"name": "name", "in": "path", "required": True, "example": "a/b c"}
    document = {"paths": {"/items/{name}": {"get": {"parameters": [parameter]}}}}
    (only,) = endpoints(document, {}, write=False).endpoints
    assert only.path == "/items/a%2Fb%20c"


def test_a_schema_that_contains_itself_ends():
    tree = {"type": "object", "required": ["child"], "properties": {"child": {"$ref": "#/t"}}}
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/t"}}}}
    document = {"t": tree, "paths": {"/": {"post": {"requestBody": body}}}}
    offer = endpoints(document, {}, write=True)
    assert not offer.endpoints
    assert "no example or default for child" in offer.left_out[0]


def test_what_is_no_openapi_offers_nothing():
    assert not endpoints({"paths": []}, {}, write=True).endpoints
    assert not endpoints({"paths": {"/": None}}, {}, write=True).endpoints
