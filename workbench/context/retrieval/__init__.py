"""Find the turns that a question needs: words, time and speakers over arrays of numpy. Pure over rows."""

from workbench.context.retrieval.index import Index
from workbench.context.retrieval.search import Hit
from workbench.context.retrieval.terms import analyse

__all__ = ["Hit", "Index", "analyse"]
