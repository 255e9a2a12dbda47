"""What a notebook reads of each part of the live stack: one class per part, every answer a polars frame.

A part that is switched off is neither imported nor asked: its frames have their columns and no rows, and
`off` says why.
"""
