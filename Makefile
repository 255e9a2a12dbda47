# Everything runs from a virtual environment in .venv, made from requirements.lock with checked hashes.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed-$(shell cat requirements.lock pyproject.toml | sha256sum | cut -c1-16)

.PHONY: help setup run test test-full check format bench bench-large lock lab clean
help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(INSTALLED) ## Virtual environment, dependencies with hashes, this package

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else f"Python 3.11 to 3.13 is needed, this is {v[0]}.{v[1]}; run: make PYTHON=python3.13 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing dependencies into .venv (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f .venv/.installed-*; touch $@

run: setup ## Start the stack, drive input through it, run the seven notebooks, reconcile, report
	@$(BIN)/workbench run

test: setup ## All tests, on the real servers
	@$(BIN)/python -m pytest $(ARGS)

test-full: setup ## All tests, and the long sizes of those that kill, freeze and drill
	@WORKBENCH_TEST_FULL=1 $(BIN)/python -m pytest $(ARGS)

check: setup ## Format, lint, types, import contracts, notebook pairing, house tests
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/python -m pytest tests/house

format: setup ## Rewrite files in the house format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: setup ## Every benchmark beside its anchor, in its small size
	@$(BIN)/python -m benchmarks

bench-large: setup ## Every benchmark in its full size
	@$(BIN)/python -m benchmarks --large

lab: setup ## Open JupyterLab on the notebooks
	@$(BIN)/workbench lab

lock: ## Resolve requirements.lock anew (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements.lock

clean: ## Remove what was built (not the data under WORKBENCH_HOME)
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
