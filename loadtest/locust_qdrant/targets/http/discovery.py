"""What a service offers, and what is sent to it before the traffic."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from locust_qdrant.errors import UsageError
from locust_qdrant.targets.http import openapi
from locust_qdrant.targets.http.client import NO_ANSWER, HttpClient
from locust_qdrant.targets.http.filling import Filler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.client.recording import Calls
    from locust_qdrant.config.service import Endpoint, ServiceWorkload
    from locust_qdrant.targets.http.client import HttpSettings
    from locust_qdrant.targets.http.system_under_test import SystemUnderTest


async def prepare(
    system: SystemUnderTest, workload: ServiceWorkload, settings: HttpSettings
) -> tuple[Sequence[Endpoint], list[str]]:
    """Send the setup requests, and return the endpoints, and what could not be asked, a note each.

    Raises:
        UsageError: the service does not answer, answers a setup request wrongly, or offers nothing.
    """
    calls: Calls = deque()
    client = HttpClient(settings, calls)
    try:
        endpoints, notes = await _endpoints(client, system, workload)
        filler = Filler(workload.choices, f"{workload.seed}/setup")
        for step in workload.setup:
            for _ in range(step.times):
                await client.request(step.request, filler.values(step.request))
                record = calls.pop().record
                if record.outcome.failed:
                    raise UsageError(
                        f"The setup request {step.request.name} failed: {record.error}"
                    )
    finally:
        await client.close()
    return endpoints, notes


async def _endpoints(
    client: HttpClient, system: SystemUnderTest, workload: ServiceWorkload
) -> tuple[Sequence[Endpoint], list[str]]:
    if workload.endpoints:
        await _reach(client, system, workload, "/")
        return workload.endpoints, []
    path = system.openapi
    status, document = await _reach(client, system, workload, path)
    if not isinstance(document, dict) or "paths" not in document:
        raise UsageError(
            f"{system.title} has no OpenAPI document at {path} (status {status}): name "
            "the endpoints in a --workload file, or the document's place with --openapi."
        )
    offer = openapi.endpoints(document, workload.headers, write=system.hosted)
    if not offer.endpoints:
        reasons = "; ".join(offer.left_out) or "it has none"
        raise UsageError(
            f"The OpenAPI document of {system.title} offers no endpoint that can be "
            f"asked without knowing more ({reasons}): name endpoints in a --workload file."
        )
    return offer.endpoints, [f"Not asked: {line}." for line in offer.left_out]


async def _reach(
    client: HttpClient, system: SystemUnderTest, workload: ServiceWorkload, path: str
) -> tuple[int, object]:
    """Return status and JSON, None for what is no JSON."""
    try:
        async with client.session.get(system.url + path, headers=workload.headers) as answer:
            await answer.read()
            try:
                return answer.status, await answer.json(content_type=None)
            except ValueError:
                return answer.status, None
    except NO_ANSWER as error:
        words = "; ".join(system.ended()) or str(error) or "no answer in time"
        raise UsageError(f"Cannot reach {system.title} ({words}): check that it runs.") from error
