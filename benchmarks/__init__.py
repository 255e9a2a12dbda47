"""Benchmarks, each beside its anchor measured in the same run: ``make bench``."""
