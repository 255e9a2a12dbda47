"""``workbench documents add|list|search|remove``: texts that answers can draw on beside conversations."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workbench.database.document_rows import FoundChunk

app = typer.Typer(help="Documents: texts that answers can draw on beside conversations.", no_args_is_help=True)

_AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]
_Tenant = Annotated[str, typer.Option(help="Whose documents; default the settings' tenant.")]
_Words = Annotated[bool, typer.Option("--words-only", help="Leave meaning (sentence vectors) out.")]

SHOWN_CHARS = 300


@app.command("add")
def add_documents(
    paths: Annotated[list[Path], typer.Argument(help="Text or Markdown files, or folders of them.")],
    document_id: Annotated[str, typer.Option("--id", help="Id of a single document; default its file's name.")] = "",
    title: Annotated[str, typer.Option(help="Title of a single document; default its first heading.")] = "",
    tenant: _Tenant = "",
    words_only: _Words = False,
    as_json: _AsJson = False,
) -> None:
    """Add documents, or new versions of them; exit code 3 when some cannot be read."""
    import dataclasses
    import json
    import sys

    from rich.console import Console
    from rich.progress import Progress

    from workbench.pipelines.documents import Refused, add_files, document_store
    from workbench.settings import load_settings

    settings = load_settings()
    refused = 0
    with (
        Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar,
        document_store(
            settings,
            vectors=False if words_only else None,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        ) as store,
    ):
        task = bar.add_task("vectors", total=None)
        for one in add_files(store, tenant or settings.api.tenant, paths=paths, document_id=document_id, title=title):
            refused += isinstance(one, Refused)
            if as_json:
                print(json.dumps(dataclasses.asdict(one), ensure_ascii=False))
            elif isinstance(one, Refused):
                print(f"refused    {one.reason}")
            else:
                print(f"{one.status:<10} {one.document_id}" + (f"  {one.chunks} chunks" if one.chunks else ""))
    if refused:
        raise typer.Exit(3)


@app.command("list")
def list_documents(tenant: _Tenant = "", as_json: _AsJson = False) -> None:
    """List documents by id."""
    import dataclasses
    import json

    from rich.console import Console
    from rich.table import Table

    from workbench.pipelines.documents import document_store
    from workbench.settings import load_settings

    settings = load_settings()
    with document_store(settings, vectors=False) as store:
        found = store.documents(tenant or settings.api.tenant)
    if as_json:
        for one in found:
            print(json.dumps(dataclasses.asdict(one), ensure_ascii=False, default=str))
        return
    if not found:
        print("no documents; add some with: workbench documents add PATH")
        return
    table = Table("id", "title", "chunks", "tokens", "updated")
    for one in found:
        table.add_row(
            one.document_id, one.title, f"{one.chunk_count:,}", f"{one.token_count:,}", f"{one.updated_at:%F %T}"
        )
    Console().print(table)


@app.command("search")
def search_documents(
    query: Annotated[str, typer.Argument(help="What is asked, in plain words.")],
    k: Annotated[int, typer.Option("-k", help="Most chunks.", min=1, max=200)] = 5,
    tenant: _Tenant = "",
    words_only: _Words = False,
    as_json: _AsJson = False,
) -> None:
    """Search for the parts of documents that answer a question."""
    import dataclasses
    import json

    from workbench.pipelines.documents import document_store
    from workbench.settings import load_settings

    settings = load_settings()
    with document_store(settings, vectors=False if words_only else None) as store:
        found = store.search(tenant or settings.api.tenant, query, k)
    for one in found:
        print(json.dumps(dataclasses.asdict(one), ensure_ascii=False) if as_json else _shown(one))
    if not found and not as_json:
        print("nothing found")


def _shown(one: "FoundChunk") -> str:
    where = " > ".join(dict.fromkeys((one.title, *one.headings)))
    text = " ".join(one.text.split())
    return f"{one.score:7.3f}  {one.document_id}#{one.position}  {where}\n         {text[:SHOWN_CHARS]}"


@app.command("remove")
def remove_documents(
    document_ids: Annotated[list[str], typer.Argument(help="Their ids, as in the list.")], tenant: _Tenant = ""
) -> None:
    """Remove documents with all that is stored of them."""
    from workbench.pipelines.documents import document_store
    from workbench.settings import load_settings

    settings = load_settings()
    with document_store(settings, vectors=False) as store:
        for document_id in document_ids:
            chunks = store.remove(tenant or settings.api.tenant, document_id)
            print(f"removed    {document_id}  {chunks} chunks")


def register(target: typer.Typer) -> None:
    """Add the verb."""
    target.add_typer(app, name="documents")
