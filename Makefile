# The two commands of the README are `make demo` and `make test`.

PYTHON ?= python3
PORT ?= 8000
VENV = .venv
BIN = $(VENV)/bin
DEMO = var/demo

.DEFAULT_GOAL = help
.PHONY: help demo test lint bench lock messages

help:
	@echo "make demo      install, load the demo and serve it on 127.0.0.1:$(PORT) (RESET=1: start over)"
	@echo "make test      lint, then all tests on SQLite and PostgreSQL"
	@echo "make bench     measure the screens (SIZE=S, M or L: a district, a city or the nation alone)"
	@echo "make messages  collect texts for translation, compile the catalogue"
	@echo "make lock      compile the pins"

# Installing -------------------------------------------------------------------------------------

$(VENV)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11, 3.12 or 3.13 is needed; '$(PYTHON)' was not found. Say PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Say PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Could not make $(VENV): on Debian, install python3-venv; else look for space on the disk"; rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/pins: requirements.txt | $(VENV)/python
	@echo "Installing…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev-pins: requirements-dev.txt | $(VENV)/python
	@echo "Installing for development…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/pins

# Running ----------------------------------------------------------------------------------------

demo: $(VENV)/pins
	@$(BIN)/python deploy/demo.py $(if $(RESET),--reset) --port $(PORT)

# Testing ----------------------------------------------------------------------------------------

lint: $(VENV)/dev-pins
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	$(BIN)/python manage.py makemigrations --check --dry-run

test: lint
	$(BIN)/python -m pytest -n 2 --dist worksteal
	$(BIN)/python -m pytest -n 2 --dist worksteal --postgres

bench: $(VENV)/dev-pins
	$(BIN)/python -m tests.bench $(or $(SIZE),all)

# Keeping ----------------------------------------------------------------------------------------

messages: $(VENV)/dev-pins
	$(BIN)/python -m tests.catalogue

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes -q -o requirements-dev.txt
