"""Small notebooks that go wrong in one way each, and one that does not."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

_KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
PARAMETERS = "limit: int = 3  # rows, count"
FIGURE = """from workbench.reports.display import claim, install_display
from workbench.reports.template import figure
install_display()
made = figure("Bars")
made.add_bar(x=["a"], y=[limit])"""
GOOD = (FIGURE, "claim('The limit is positive.', limit > 0, limit=limit)")
WRONG_CLAIM = (
    "from workbench.reports.display import claim",
    "claim('Sum is right.', 1 + limit == 5, sum=1 + limit)",
    "1",
)


def write_notebook(folder: Path, name: str, *cells: str, parameters: str | None = PARAMETERS) -> Path:
    """A notebook titled by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [new_markdown_cell(f"# What does {name} show?")]
    if parameters is not None:
        made.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    made += [new_code_cell(cell) for cell in cells]
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=made, metadata=_KERNEL), path)
    return path
