"""Make a long past short, and say what is lost: extractive by default, abstractive where a model is at hand."""

from workbench.context.compression.abstractive import Summariser, summarise
from workbench.context.compression.extractive import Compressed, compress
from workbench.context.compression.facets import KINDS, Quality, items_of, quality_of
from workbench.context.compression.strategies import STRATEGIES, Strategy, strategy_of

__all__ = [
    "KINDS",
    "STRATEGIES",
    "Compressed",
    "Quality",
    "Strategy",
    "Summariser",
    "compress",
    "items_of",
    "quality_of",
    "strategy_of",
    "summarise",
]
