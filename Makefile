# `make` alone lists the targets; each says in its comment what it does.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
export KGRAPH_PORT ?= 8000
export KGRAPH_DATA ?= var
SCALE ?= 1M
ROUNDS ?= 10
SEQUENCES ?= 200
SOAKED := tests/unit/plan tests/unit/store tests/unit/sparql tests/differential

.PHONY: help setup run test lint bench soak conformance docs

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(BIN)/pip
	$(PIP) --editable .
	@touch $@

$(VENV)/.assets: src/kgraph/web/assets.py $(VENV)/.run
	$(BIN)/python -m kgraph.web.assets
	@touch $@

$(VENV)/.develop: pyproject.toml | $(BIN)/pip
	$(PIP) --editable '.[test,lint,bench]'
	@touch $(VENV)/.run $@

setup: $(VENV)/.develop $(VENV)/.assets ## Make .venv with everything to run, test and lint

run: $(VENV)/.run ## Load the corpus and serve it on 127.0.0.1:$KGRAPH_PORT
	@# The graph loads and the page's scripts are built at the same time.
	@$(MAKE) --no-print-directory $(VENV)/.assets & exec $(BIN)/kgraph serve

test: setup ## Run all tests
	$(BIN)/pytest -n 2 --dist loadgroup

lint: $(VENV)/.develop ## Check style, types and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell

bench: $(VENV)/.develop ## Ours and the peers, same data and questions (SCALE=1M,10M); writes docs/performance.md
	@$(PIP) 'oxigraph>=0.5.13,<0.6' || echo "oxigraph cannot be installed: its server is left out"
	$(BIN)/python -m benchmarks --scale $(SCALE)

soak: setup ## 10,000 edits against from scratch (docs/soak.json), property and crash tests on other inputs
	$(BIN)/python -m tests.differential.soak --sequences $(SEQUENCES)
	for round in $$(seq $(ROUNDS)); do \
	  $(BIN)/pytest -q -n 2 --dist loadgroup --hypothesis-seed=$$RANDOM $(SOAKED) || exit 1; \
	done
	$(BIN)/python -m benchmarks.limits --runs 100

conformance: setup ## Run the W3C suites and write docs/conformance.json and .md
	$(BIN)/python -m tests.conformance

docs: $(VENV)/.develop ## Write the pages that are generated from the sources
	$(BIN)/python -m docs
