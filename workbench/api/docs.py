"""The service's own description: OpenAPI, and a page of it that loads nothing from elsewhere."""

import html
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, Response

from workbench.api.chat_request import ChatBody
from workbench.api.knowledge_request import SearchBody
from workbench.api.sessions_request import ConsentBody, RecallBody, ResumeBody, SessionBody

_REASONS = {
    400: "malformed or invalid; `param` names the field",
    401: "no bearer token, or a wrong one",
    404: "no such model, recording, conversation, session, memory or entity",
    409: "another version or sequence is stored (`x-current`), or the first request with this key still runs",
    413: "larger than WORKBENCH_API_MAX_BODY_BYTES",
    422: "this idempotency key belongs to another body",
    429: "the provider refuses for now",
    502: "the provider failed",
    503: "cannot be recorded now, or the provider's or store's circuit breaker is open",
    504: "the provider did not answer in time",
}
_ERROR_SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What each status means, for a route's description."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {status: {"description": _REASONS[status], "content": content} for status in statuses}


def json_request(body: type[msgspec.Struct]) -> dict[str, Any]:
    """A request body of that type."""
    reference = {"$ref": f"#/components/schemas/{body.__name__}"}
    return {"required": True, "content": {"application/json": {"schema": reference}}}


def header_parameter(name: str, meaning: str) -> dict[str, Any]:
    """One optional header."""
    return {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, "description": meaning}


def query_parameter(name: str, meaning: str, schema: dict[str, Any]) -> dict[str, Any]:
    """One optional parameter of the query string."""
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": meaning}


def describe(app: FastAPI, *more: type[msgspec.Struct]) -> None:
    """Add to the app's OpenAPI what its routes refer to: bodies, errors, the bearer token.

    Parameters
    ----------
    app : FastAPI
    *more : type
        Bodies of routes that are not always there.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = generate()
            _, bodies = msgspec.json.schema_components(
                [ChatBody, SearchBody, SessionBody, ResumeBody, ConsentBody, RecallBody, *more],
                ref_template="#/components/schemas/{name}",
            )
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {}).update({**bodies, "Error": _ERROR_SCHEMA})
            components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}}
code,pre{{font:14px ui-monospace,monospace;background:#f4f4f5;padding:.1em .3em;border-radius:4px}}
pre{{padding:1em;overflow:auto}}h2{{margin-top:2.5rem;border-top:1px solid #ddd;padding-top:1rem}}
td,th{{text-align:left;padding:.2em 1em .2em 0;vertical-align:top}}</style>
<h1>{title}</h1><p>Version {version}. The full description is in <a href="/openapi.json">/openapi.json</a>.
Requests need <code>Authorization: Bearer TOKEN</code>, except where it says otherwise.</p>{routes}</html>"""


def _route(path: str, method: str, route: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{html.escape(one['name'])}</code><td>{one['in']}<td>{html.escape(one.get('description', ''))}"
        for one in route.get("parameters", [])
    )
    answers = "".join(
        f"<tr><td><code>{status}</code><td>{html.escape(str(one.get('description', '')))}"
        for status, one in sorted(route.get("responses", {}).items())
    )
    access = "" if route.get("security") else "<p>Needs no token.</p>"
    summary, text = (html.escape(route.get(name, "")) for name in ("summary", "description"))
    return (
        f"<h2><code>{method.upper()} {html.escape(path)}</code></h2><p><b>{summary}</b></p>"
        f"<p>{text}</p>{access}<table>{rows}</table><table>{answers}</table>"
    )


def router(app: FastAPI) -> APIRouter:
    """``/docs``; ``/openapi.json`` is FastAPI's."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def docs() -> Response:
        """Every route on one page."""
        schema = app.openapi()
        body = "".join(
            _route(path, method, route)
            for path, methods in schema["paths"].items()
            for method, route in methods.items()
        )
        page = _PAGE.format(title=html.escape(app.title), version=html.escape(app.version), routes=body)
        return HTMLResponse(page, headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"})

    return routes
