"""What stands where the routes of a component would that is switched off."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.refusals import is_disabled
from workbench.api.service import Service

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def disabled(service: Service, prefix: str, *, component: str) -> APIRouter:
    """Says of everything under a prefix that the component is disabled, to those who may ask."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route(prefix, methods=METHODS)
    @routes.api_route(prefix + "/{rest:path}", methods=METHODS)
    async def off(request: Request) -> Response:
        service.gate.admit(request.headers.get("authorization"))
        raise is_disabled(component)

    return routes
