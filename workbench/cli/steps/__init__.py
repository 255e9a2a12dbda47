"""The steps of long commands; imported by a command when it runs, never to show its help."""
