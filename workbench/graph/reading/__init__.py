"""Reads of the knowledge graph: one module per kind of question, each answer with the offsets that it reflects."""
