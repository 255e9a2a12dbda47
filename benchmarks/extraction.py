"""Entity extraction on labelled sentences, on small talk, and relationships on hand-labelled sentences.

The shared sets' dev halves are scored by exact span: untyped, and typed by the classes of
`workbench.extraction.schemes`. Beside the default rules stand, in the same run: runs of capitalised tokens, the lexicon
of the train half, and the sequence model trained on it. Of the StackOverflow set the scaffolding is left out: the
lines with a question's number and address, which nobody wrote. Tokens are joined with one space.

Both halves were looked at while rules and lists were made, so these are figures of development.
"""

import tempfile
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from benchmarks.figures import Figure
from tests.unit.extraction.labelled_relations import DEVELOPMENT, UNSEEN, scored
from workbench.errors import SourceError
from workbench.extraction.extractor import RULES, Extractor
from workbench.extraction.schemes import CROSSNER_AI, STACKOVERFLOW, Scheme
from workbench.extraction.scoring import Found, predictions, score
from workbench.extraction.sequence import SequenceExtractor, train
from workbench.extraction.tagged import Tagged, read_tagged
from workbench.extraction.types import CODE_TYPES, COMMON_NOUN_TYPES, TECHNOLOGY_TYPES
from workbench.providers.recordings import recordings
from workbench.settings import Settings

SETS = (("crossner-ai", CROSSNER_AI, 0.72), ("stackoverflow-ner", STACKOVERFLOW, 0.60))
SCAFFOLDING = ("Question_ID", "Question_URL", "Answer_to_Question_ID", "http")
TOKENS_PER_S = 20_000
CONVERSATIONS = 300


def sentences(settings: Settings, name: str, half: str) -> list[Tagged]:
    path = settings.shared_data / name / f"{half}.txt"
    if not path.is_file():
        raise SourceError(f"{path} is missing; set WORKBENCH_SHARED_DATA to the folder of data sets")
    return [one for one in read_tagged(path) if not one.tokens[0].startswith(SCAFFOLDING)]


def capitalised(sentence: Tagged, label: str) -> list[Found]:
    """Every run of tokens that begin with a capital."""
    found: list[Found] = []
    start = None
    for at, token in enumerate((*sentence.tokens, "")):
        if token[:1].isupper():
            start = at if start is None else start
        elif start is not None:
            found.append((start, at, label))
            start = None
    return found


def lexicon(known: Sequence[Tagged], scheme: Scheme) -> dict[tuple[str, ...], str]:
    return {
        one.tokens[a:b]: scheme.labels[label] for one in known for a, b, label in one.spans if label in scheme.labels
    }


def looked_up(sentence: Tagged, entries: dict[tuple[str, ...], str], longest: int) -> list[Found]:
    """The longest entry of a lexicon at each token."""
    found: list[Found] = []
    at = 0
    while at < len(sentence.tokens):
        for size in range(min(longest, len(sentence.tokens) - at), 0, -1):
            label = entries.get(sentence.tokens[at : at + size])
            if label is not None:
                found.append((at, at + size, label))
                at += size
                break
        else:
            at += 1
    return found


def timed(dev: Sequence[Tagged], extractor: Extractor) -> tuple[list[list[Found]], float]:
    """What a method finds, and tokens a second of one core."""
    extractor.extract("lists are read at first use")
    started = time.process_time()
    found = predictions(dev, extractor)
    return found, sum(len(one.tokens) for one in dev) / (time.process_time() - started)


def sequence_model(known: Sequence[Tagged], scheme: Scheme, folder: str) -> Extractor:
    path = Path(folder) / "model.crfsuite"
    train(known, scheme, path)
    return SequenceExtractor(path)


def scores(name: str, dev: Sequence[Tagged], found: Sequence[Iterable[Found]], scheme: Scheme) -> list[Figure]:
    made = []
    for typed in (False, True):
        one = score(dev, found.__getitem__, scheme, typed=typed)
        note = f"precision {one.precision:.3f}, recall {one.recall:.3f}, {one.expected} spans"
        made.append(Figure(f"{name}, {'typed' if typed else 'untyped'}", one.f1, "F1", note=note))
    return made


def of_set(settings: Settings, name: str, scheme: Scheme, reach: float) -> list[Figure]:
    known, dev = sentences(settings, name, "train"), sentences(settings, name, "dev")
    found, rate = timed(dev, RULES)
    untyped, typed = scores(f"{name} dev, rules", dev, found, scheme)
    figures = [
        Figure(untyped.name, untyped.value, "F1", reach=reach, note=untyped.note),
        typed,
        Figure(f"{name} dev, rules, one core", rate, "tokens/s", reach=TOKENS_PER_S),
    ]
    own_types = {kind: kind for kind in scheme.labels.values()}
    baseline = Scheme(scheme.labels, own_types | {"any": "any"})
    capitals = [capitalised(one, "any") for one in dev]
    figures += scores(f"{name} dev, capitalised spans", dev, capitals, baseline)[:1]
    entries = lexicon(known, scheme)
    longest = max(map(len, entries))
    figures += scores(f"{name} dev, lexicon of train", dev, [looked_up(one, entries, longest) for one in dev], baseline)
    with tempfile.TemporaryDirectory() as folder:
        found, rate = timed(dev, sequence_model(known, scheme, folder))
    figures += scores(f"{name} dev, sequence model of train", dev, found, scheme)
    figures.append(Figure(f"{name} dev, sequence model, one core", rate, "tokens/s"))
    return figures


def small_talk(conversations: int) -> list[Figure]:
    """Spans per 1,000 words of conversations about anything but software."""
    technical = TECHNOLOGY_TYPES | CODE_TYPES | COMMON_NOUN_TYPES
    words = spans = terms = capitals = 0
    for recording in islice(recordings("chitchat"), conversations):
        for turn in recording.turns:
            found = RULES.extract(turn.text)
            tokens = tuple(turn.text.split())
            words += len(tokens)
            spans += len(found)
            terms += sum(one.entity_type in technical for one in found)
            capitals += len(capitalised(Tagged(tokens, ()), "any"))
    note = f"{words} words of {conversations} conversations"
    per = 1_000 / words
    return [
        Figure(
            "small talk, technical spans", terms * per, "per 1,000 words", reach=2.0, lower_is_better=True, note=note
        ),
        Figure("small talk, all spans", spans * per, "per 1,000 words", "capitalised spans", capitals * per),
    ]


def relations() -> list[Figure]:
    figures = []
    for name, file in (("development", DEVELOPMENT), ("unseen", UNSEEN)):
        found, stance, _ = scored(file)
        note = f"precision {found.precision:.3f}, recall {found.recall:.3f}, {found.expected} relationships"
        figures.append(Figure(f"relationships, {name} sentences", found.f1, "F1", note=note))
        figures.append(Figure(f"stance of those found, {name} sentences", stance.precision, "accuracy"))
    return figures


def run(settings: Settings, *, large: bool) -> list[Figure]:
    figures = [one for name, scheme, reach in SETS for one in of_set(settings, name, scheme, reach)]
    return [*figures, *small_talk(CONVERSATIONS * (10 if large else 1)), *relations()]
