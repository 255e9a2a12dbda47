"""The fixtures of integration tests are in ``tests/stack_fixtures.py``; every test sees them."""
