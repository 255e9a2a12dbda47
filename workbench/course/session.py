"""What a notebook's first call gives."""

from dataclasses import dataclass

from workbench.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Session:
    """Named reads of the live stack, each a polars frame."""

    settings: Settings


def open_session() -> Session:
    """Settings."""
    return Session(load_settings())


def warm_up() -> None:
    """Import what every notebook needs and draw one figure, so that the first real one is quick."""
    import polars as pl

    from workbench.reports.display import install_display
    from workbench.reports.template import figure

    frame = pl.DataFrame({"name": ["a"], "value": [1]})
    made = figure("warm-up")
    made.add_bar(x=frame["name"].to_list(), y=frame["value"].to_list())
    made.add_scatter(x=[1], y=[1])
    install_display()
    made.to_json()
