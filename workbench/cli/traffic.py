"""``workbench traffic``: synthetic LLM calls, and recorded conversations played through the chat API."""

from typing import Annotated

import typer


def traffic(
    calls: Annotated[int, typer.Option(min=0, help="Synthetic LLM calls, spread over the hours before now.")] = 1000,
    conversations: Annotated[
        int, typer.Option(min=0, help="Recorded conversations to play; needs a running: workbench serve.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="The same seed and time give the same calls.")] = 1,
    hours: Annotated[float, typer.Option(min=0.01, help="Length of the window of the calls.")] = 24.0,
) -> None:
    """Produce input: calls into the outbox, conversations through the chat API with provider replay."""
    from workbench.clock import utc_now
    from workbench.pipelines.publish import open_publisher
    from workbench.pipelines.traffic import chat_service, play_conversations, publish_calls
    from workbench.settings import load_settings

    settings = load_settings()
    now = utc_now()
    publisher = open_publisher(settings)
    try:
        appended = publish_calls(publisher, calls, seed=seed, until=now.replace(microsecond=0), hours=hours)
        sent = publisher.flush(timeout_s=60.0)
    finally:
        publisher.close()
    print(f"{appended.added} calls added" + ("" if sent else "; they wait in the outbox, Kafka is not taking them now"))
    if conversations:
        played = play_conversations(chat_service(settings), conversations, run_id=f"{now:%Y%m%dT%H%M%S}")
        print(f"{played.conversations} conversations played, {played.requests} requests, {played.failed} failed")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(traffic)
