"""Counting tokens and pricing calls: how far off, and how fast.

The log of one heavy user of Aider carries what each call cost; the price list in force on its day, recomputed, is held
against it. Estimates of tokens by length are held against counts with the vocabulary, over texts of several kinds.
"""

import json
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure
from workbench.catalogue.price_list import snapshot
from workbench.catalogue.prices import price
from workbench.catalogue.tokenizers import TOKENIZERS
from workbench.catalogue.tokens import count_tokens, estimate_tokens
from workbench.errors import SourceError
from workbench.settings import Settings

ROOT = Path(__file__).parents[1]
NEAR = 0.01  # of the logged cost


@dataclass(frozen=True, slots=True)
class LogPrices:
    """A log's calls by what pricing them came to; `near` and `usd` are of the calls with a logged cost."""

    calls: int
    named: int
    priced: int
    compared: int
    near: int
    usd: float
    logged_usd: float


def price_log(path: Path, *, history: bool = True) -> LogPrices:
    """Price every call of an Aider log that names its model."""
    calls = named = priced = compared = near = 0
    usd = logged_usd = 0.0
    with path.open() as lines:
        for line in lines:
            event = json.loads(line)
            if event["event"] != "message_send":
                continue
            call = event["properties"]
            calls += 1
            model = call.get("main_model")
            if not model or model == "None" or "REDACTED" in model:
                continue
            named += 1
            found = price(
                model,
                as_of=datetime.fromtimestamp(event["time"], UTC),
                tokens_input=call["prompt_tokens"],
                tokens_output=call["completion_tokens"],
                history=history,
            )
            if found.usd is None:
                continue
            priced += 1
            if call["cost"]:
                compared += 1
                usd += found.usd
                logged_usd += call["cost"]
                near += abs(found.usd / call["cost"] - 1) <= NEAR
    return LogPrices(calls, named, priced, compared, near, usd, logged_usd)


def texts() -> dict[str, str]:
    """Texts of the project by kind, 100,000 characters at most."""
    kinds = {"prose": "docs/*.md", "Python": "workbench/**/*.py", "SQL and Cypher": "queries/**/*.*ql"}
    found = {kind: "".join(path.read_text() for path in sorted(ROOT.glob(glob))) for kind, glob in kinds.items()}
    found["hexadecimal"] = " ".join(f"{number * 2654435761 % 2**32:08x}" for number in range(11_000))
    return {kind: text[:100_000] for kind, text in found.items()}


def run(settings: Settings, *, large: bool) -> list[Figure]:
    path = settings.shared_data / "aider" / "events.jsonl"
    if not path.is_file():
        raise SourceError(f"{path} is missing; set WORKBENCH_SHARED_DATA to the folder of data sets")
    with_history = price_log(path)
    list_only = price_log(path, history=False)
    figures = [
        Figure(
            "calls priced within 1 % of the logged cost",
            100 * with_history.near / with_history.compared,
            "%",
            f"{snapshot().name} without our dated table",
            100 * list_only.near / list_only.compared,
            note=f"{with_history.compared:,} calls with a cost; the list alone has a price for {list_only.compared:,}",
        ),
        Figure(
            "calls priced, of those that name a model",
            100 * with_history.priced / with_history.named,
            "%",
            "the list alone",
            100 * list_only.priced / list_only.named,
            note=f"{with_history.named:,} of {with_history.calls:,} calls name one",
        ),
        Figure("sum of the prices", with_history.usd, "USD", "sum of the logged costs", with_history.logged_usd),
    ]
    for kind, text in texts().items():
        ratios = [len(text) / 4 / count_tokens(text, name) for name, row in TOKENIZERS.items() if row.exact]
        figures.append(
            Figure(
                f"tokens of {kind}",
                count_tokens(text),
                "tokens",
                "estimated from the length",
                estimate_tokens(text, "gpt-4o"),
                note=f"a quarter of the length is {min(ratios):.2f} to {max(ratios):.2f} of the vocabularies",
            )
        )
    rounds = 200 if large else 40
    for name, text in (("100 kB of prose", texts()["prose"]), ("1 MB of one letter", "a" * 1_000_000)):
        figures.append(Figure(f"counting {name}", _ms(text, rounds if name.startswith("100") else 5), "ms"))
    return figures


def _ms(text: str, rounds: int) -> float:
    count_tokens(text)
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        count_tokens(text)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1_000
