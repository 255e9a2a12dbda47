"""An array that grows at its end."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

_Number = TypeVar("_Number", bound=np.generic)

_FIRST = 64


class Column(Generic[_Number]):
    """Append-only numbers of one type; capacity doubles, so that appending costs the same at any length.

    Parameters
    ----------
    kind : type
        E.g. ``numpy.int32``.
    """

    __slots__ = ("_held", "_kind", "_size")

    def __init__(self, kind: type[_Number]) -> None:
        self._kind = kind
        self._size = 0
        self._held: NDArray[_Number] = np.empty(0, kind)

    def __len__(self) -> int:
        return self._size

    @property
    def view(self) -> NDArray[_Number]:
        """What is held, without a copy; valid until the next change."""
        return self._held[: self._size]

    @property
    def nbytes(self) -> int:
        """Bytes of memory, spare capacity included."""
        return self._held.nbytes

    def extend(self, values: NDArray[_Number]) -> None:
        """Append."""
        size = self._size + len(values)
        if size > len(self._held):
            self._grow(size)
        self._held[self._size : size] = values
        self._size = size

    def append(self, value: int) -> None:
        """Append one."""
        if self._size == len(self._held):
            self._grow(self._size + 1)
        self._held[self._size] = value
        self._size += 1

    def _grow(self, size: int) -> None:
        grown = np.empty(max(_FIRST, size + size // 2), self._kind)
        grown[: self._size] = self.view
        self._held = grown

    def set(self, values: NDArray[_Number]) -> None:
        """Hold these instead."""
        self._held = np.ascontiguousarray(values, self._kind)
        self._size = len(values)
