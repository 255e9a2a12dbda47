"""Which entities are one thing: blocking, deterministic scoring with reasons, clustering with a guard. Pure."""

from workbench.linking.entity import Entity, Link, Signal
from workbench.linking.link import Linked, link_entities

__all__ = ["Entity", "Link", "Linked", "Signal", "link_entities"]
