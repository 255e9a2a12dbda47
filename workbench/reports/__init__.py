"""Frame in, figure out: figures, and the HTML report."""
