"""The routes, and what every request goes through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from workbench import __version__
from workbench.api import (
    chat_routes,
    close_routes,
    context_routes,
    debate_routes,
    docs,
    knowledge_routes,
    learning_routes,
    message_routes,
    operations,
    sessions_routes,
)
from workbench.api.disabled import disabled
from workbench.api.errors import broken, refused
from workbench.api.service import Service


def create_app(service: Service) -> FastAPI:
    """The application around a service, which it starts and stops."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        service.start()
        try:
            yield
        finally:
            await service.stop()

    app = FastAPI(
        title="BigData workbench",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own page loads scripts from elsewhere
        redoc_url=None,
    )
    app.state.service = service
    app.include_router(chat_routes.router(service))
    app.include_router(close_routes.router(service))
    app.include_router(context_routes.router(service))
    app.include_router(debate_routes.router(service))
    app.include_router(message_routes.router(service))
    app.include_router(knowledge_routes.router(service))
    app.include_router(learning_routes.router(service))
    app.include_router(sessions_routes.router(service))
    bodies = _memory_routes(app, service)
    app.include_router(operations.router(service))
    app.include_router(docs.router(app))
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, broken)
    docs.describe(app, *context_routes.BODIES, *message_routes.BODIES, *bodies)
    return app


def _memory_routes(app: FastAPI, service: Service) -> tuple[type[msgspec.Struct], ...]:
    """The routes of the memories, or, with the component off, what says so: its code is not imported then."""
    if not service.memories.on:
        app.include_router(disabled(service, "/v1/memory", component="distributed_memory"))
        return ()
    from workbench.api import memory_routes

    app.include_router(memory_routes.router(service))
    return memory_routes.BODIES
