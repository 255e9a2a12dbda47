"""``workbench extraction show | score | train``: look at what is found in a text, measure it, train a model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from workbench.extraction.extractor import Extractor

Method = Literal["rules", "sequence", "llm"]
Labels = Literal["crossner-ai", "stackoverflow"]

extraction = typer.Typer(help="Entities in a text: show, score against labels, train a model.", no_args_is_help=True)

MethodOption = Annotated[Method, typer.Option(help="How entities are found.")]
ModelOption = Annotated[
    str, typer.Option(help="The sequence model's file, or the language model's name at WORKBENCH_PROVIDER_URL.")
]
LabelsOption = Annotated[Labels, typer.Option(help="Whose labels the file has.")]
DataOption = Annotated[Path, typer.Option(help="Labelled sentences: token, tab, BIO tag a line; blank lines between.")]


def _extractor(method: Method, model: str) -> "Extractor":
    from workbench.errors import UsageError
    from workbench.extraction.extractor import local_extractor
    from workbench.settings import load_settings

    settings = load_settings()
    if method != "llm":
        return local_extractor(method, model=Path(model) if model else settings.extraction.model)
    from workbench.extraction.llm import Endpoint, LLMExtractor

    api = settings.api
    if not api.provider_url or not model:
        raise UsageError("method llm needs WORKBENCH_PROVIDER_URL and --model with the model's name")
    return LLMExtractor(
        Endpoint(api.provider_url, model, key=api.provider_key.get_secret_value(), timeout_s=api.provider_timeout_s)
    )


@extraction.command()
def show(
    text: Annotated[str, typer.Argument(help="A text, or - to read it from standard input.")],
    method: MethodOption = "rules",
    model: ModelOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show the entities and relationships of a text."""
    import dataclasses
    import json
    import sys

    from rich import print as show_table
    from rich.table import Table

    from workbench.extraction.relationships import relationships

    given = sys.stdin.read() if text == "-" else text
    spans = _extractor(method, model).extract(given)
    links = relationships(given, spans)
    if as_json:
        print(json.dumps({
            "entities": [dataclasses.asdict(one) for one in spans],
            "relationships": [dataclasses.asdict(one) for one in links],
        }, indent=2))  # fmt: skip
        return
    table = Table("start", "end", "type", "name", "confidence", "method")
    for one in spans:
        table.add_row(str(one.start), str(one.end), one.entity_type, one.name, f"{one.confidence:.2f}", one.method)
    show_table(table)
    table = Table("from", "relationship", "to", "confidence")
    for link in links:
        table.add_row(link.source.name, link.relationship_type, link.target.name, f"{link.confidence:.2f}")
    show_table(table)


@extraction.command()
def score(
    data: DataOption,
    labels: LabelsOption,
    method: MethodOption = "rules",
    model: ModelOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Exact-span precision, recall and F1 of a method on labelled sentences, untyped and typed."""
    import json

    from workbench.extraction.schemes import SCHEMES
    from workbench.extraction.scoring import predictions, score
    from workbench.extraction.tagged import read_tagged

    sentences = read_tagged(data)
    found = predictions(sentences, _extractor(method, model))
    rows = {}
    for kind in ("untyped", "typed"):
        one = score(sentences, found.__getitem__, SCHEMES[labels], typed=kind == "typed")
        rows[kind] = {"precision": one.precision, "recall": one.recall, "f1": one.f1, "expected": one.expected}
    if as_json:
        print(json.dumps({"method": method, "sentences": len(sentences), **rows}, indent=2))
        return
    for kind, row in rows.items():
        print(f"{kind:8} precision {row['precision']:.3f}  recall {row['recall']:.3f}  F1 {row['f1']:.3f}")


@extraction.command()
def train(
    data: DataOption,
    labels: LabelsOption,
    out: Annotated[Path, typer.Option(help="Where the model is written.")],
    iterations: Annotated[int, typer.Option(min=1, max=1000, help="At most so many steps.")] = 80,
) -> None:
    """Train the sequence model on labelled sentences; needs python-crfsuite."""
    from workbench.extraction.schemes import SCHEMES
    from workbench.extraction.sequence import train
    from workbench.extraction.tagged import read_tagged

    out.parent.mkdir(parents=True, exist_ok=True)
    count = train(read_tagged(data), SCHEMES[labels], out, iterations=iterations)
    print(f"trained on {count} sentences: {out}")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(extraction, name="extraction")
