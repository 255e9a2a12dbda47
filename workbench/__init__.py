"""Analytics workbench for the BigData side of LLM platforms.

The package is cut by capability along the flow of data; see ``docs/architecture.md``.
Nothing here opens a connection on import.
"""

__version__ = "0.1.0"
