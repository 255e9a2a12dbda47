"""What operators and machines ask: health, liveness, readiness, metrics. None of it needs a token."""

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from workbench.api.service import Service
from workbench.health.report import OUTBOX

_encode = msgspec.json.Encoder().encode


def router(service: Service) -> APIRouter:
    """``/v1/bigdata/health``, ``/livez``, ``/readyz``, ``/metrics``."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/v1/bigdata/health", summary="State of every component, with the evidence", response_class=Response)
    async def health() -> Response:
        """From memory: never waits for a dependency, and changes nothing.

        503 only when a server that is required (``SVC_<SERVICE>_REQUIRED``) is not usable.
        """
        status, body = service.health()
        return Response(_encode(body), status, media_type="application/json", headers={"cache-control": "no-store"})

    @routes.get("/livez", summary="200 while the process answers", response_class=Response)
    async def livez() -> Response:
        """Says nothing about dependencies."""
        return Response(b'{"status":"alive"}', media_type="application/json")

    @routes.get("/readyz", summary="200 while requests can be recorded", response_class=Response)
    async def readyz() -> Response:
        """200 when the outbox can be written; 503 with the reason otherwise."""
        evidence = service.probes.evidence()[OUTBOX]
        ready = service.running and evidence.state in ("healthy", "degraded")
        body = {"status": "ready" if ready else "not_ready", "outbox": evidence.state, "reason": evidence.text}
        return Response(_encode(body), 200 if ready else 503, media_type="application/json")

    @routes.get("/metrics", summary="Metrics in Prometheus' text format", response_class=Response)
    def metrics() -> Response:
        """Reads the outbox's ledger, so it runs in a thread."""
        return Response(generate_latest(service.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return routes
