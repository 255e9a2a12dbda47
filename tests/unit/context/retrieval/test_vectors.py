"""Sentence vectors are a function of their text."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from workbench.context.retrieval import vectors
from workbench.context.retrieval.vectors import DIMENSIONS, Embedder, embedder, vectors_installed
from workbench.errors import UsageError

needs_vectors = pytest.mark.skipif(not vectors_installed(), reason="the extra 'vectors' is not installed")


@needs_vectors
def test_like_sentences_have_like_vectors_of_length_one() -> None:
    made = embedder().embed(["Her dog is ill.", "The puppy has a disease.", "Interest rates rose in March."])
    assert made.shape == (3, DIMENSIONS)
    assert np.linalg.norm(made, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert made[0] @ made[1] > made[0] @ made[2] + 0.2


@needs_vectors
def test_a_vector_does_not_depend_on_its_company_or_thread() -> None:
    texts = ["", "one", "\ud800 lone", "a much longer sentence than the others " * 200]
    together = embedder().embed(texts)
    with ThreadPoolExecutor(3) as threads:
        apart = list(threads.map(lambda text: embedder().embed([text])[0], texts))
    assert np.array_equal(together, np.array(apart))


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_NEEDED", ("no_such_module",))
    with pytest.raises(UsageError, match="vectors"):
        Embedder()
