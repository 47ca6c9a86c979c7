# `make run`: the whole system on this machine. `make test`: its tests. Each sets up what it needs first.
# Needs Python 3.11 or newer, Node 20 or newer with npm, and for Kafka a JDK 17 or newer with Maven.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
PYTHON := $(VENV)/bin/python
STAMPS := $(VENV)/stamps
SAY := @printf 'make: %s\n'
# Arguments for pytest: make test ARGS="tests/parsing -x"
ARGS ?=
DATA ?= var

.PHONY: help run test check manual bench setup clean

help: ## what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## the whole system with a simulated fleet, until Ctrl-C
	@exec $(PYTHON) -m duco_cms.embedded run --data $(DATA)

test: setup ## the tests, on servers of their own (ARGS="…" for pytest)
	@status=0; \
	$(PYTHON) -m duco_cms.embedded exec --fresh --data var/test -- $(PYTHON) -m pytest --numprocesses 3 --dist loadgroup $(ARGS) || status=$$?; \
	(cd frontend && npm run --silent test) || status=$$?; \
	exit $$status

manual: setup ## docs/language.md from its parts
	@$(PYTHON) -m tests.manual.generate

bench: setup ## the benchmarks, on servers of their own
	@$(PYTHON) -m duco_cms.embedded exec --fresh --data var/bench -- $(PYTHON) -m benchmarks

# No server is needed to check; the settings still want every variable.
CHECK_ENVIRONMENT := CI= DJANGO_SETTINGS_MODULE=duco_cms.settings DUCO_HTTPS=1 DUCO_DEBUG=0 DUCO_ALLOWED_HOSTS=duco.example \
	DUCO_SECRET_KEY=checks-only-checks-only-0123456789-abcdefghijklmnopqrstuvwxyz \
	META_API_TOKEN=checks-only-checks-only-0123456789-abcdefghijklm \
	DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REALTIME_REDIS_URL=redis://127.0.0.1:1/0 \
	CLICKHOUSE_URL=http://127.0.0.1:1 KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:1

check: setup ## lint, format, types, direction of imports, migrations, deployment settings
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(CHECK_ENVIRONMENT) $(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(CHECK_ENVIRONMENT) $(PYTHON) manage.py makemigrations --check --dry-run
	$(CHECK_ENVIRONMENT) $(PYTHON) manage.py check --deploy --fail-level WARNING

setup: $(STAMPS)/python $(STAMPS)/kernels $(STAMPS)/frontend $(STAMPS)/kafka ## everything that `run` and `test` need

$(VENV)/bin/python:
	$(SAY) 'making a virtual environment in $(VENV)'
	@for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
		if command -v $$candidate >/dev/null && $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
			$$candidate -m venv $(VENV) && exit 0; \
			echo "make: $$candidate cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; \
		fi; \
	done; \
	echo 'make: there is no Python 3.11 or newer; install one (on Debian: apt-get install python3 python3-venv)' >&2; exit 1

$(STAMPS)/python: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	$(SAY) 'installing Python packages (a few minutes the first time)'
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/kernels: $(STAMPS)/python $(wildcard parsing/engine/*.py parsing/rules/*.py parsing/*.py parsing/compiler/tables.py)
	$(SAY) 'compiling the decoding kernels for this processor'
	@$(PYTHON) -m compileall -q ingest parsing
	@$(PYTHON) -c 'from parsing.engine.kernels import kernel; kernel("extract")' && touch $@

FRONTEND_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)

frontend/node_modules/.package-lock.json: frontend/package.json frontend/package-lock.json
	@command -v npm >/dev/null || { echo 'make: there is no npm; install Node 20 or newer' >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' \
		|| { echo "make: Node $$(node --version) is too old; install Node 20 or newer" >&2; exit 1; }
	$(SAY) 'installing the packages of the pages'
	@cd frontend && npm ci --silent --no-audit --no-fund
	@touch $@

$(STAMPS)/frontend: frontend/node_modules/.package-lock.json $(FRONTEND_SOURCES) | $(VENV)/bin/python
	$(SAY) 'building the pages'
	@cd frontend && npm run --silent build
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/kafka: duco_cms/embedded/kafka/pom.xml $(STAMPS)/python
	@$(PYTHON) -m duco_cms.embedded fetch-kafka && touch $@

clean: ## forget everything that was set up, built or stored (var, .venv, node_modules)
	rm -rf var $(VENV) frontend/node_modules studio/static/studio/build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
