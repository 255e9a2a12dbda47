"""Checks of exercises: each looks at results on its own small data, never at the learner's text."""
