# Everything runs in .venv, made on first use; only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=
MEDIA ?=
ASK ?=

.PHONY: demo test check types bench clean

$(VENV)/.base: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade "pip>=25"
	$(PIP) --editable ".[offline]"
	touch $@

$(VENV)/.dev: $(VENV)/.base
	$(PIP) --editable ".[offline,dev]"
	touch $@

$(VENV)/.studio: $(VENV)/.dev
	$(PIP) --editable ".[offline,dev,studio]"
	touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(PIP) --editable ".[offline,dev,bench]"
	touch $@

demo: $(VENV)/.base
	$(BIN)/trikal demo $(if $(MEDIA),--media "$(MEDIA)") $(if $(ASK),--ask "$(ASK)")

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q $(ARGS)

types: $(VENV)/.dev
	$(BIN)/python scripts/link_types.py
	$(BIN)/mypy

check: types
	$(BIN)/ruff check .
	PYTHONPATH=build/typing $(BIN)/lint-imports

bench: $(VENV)/.bench
	$(BIN)/python -m bench $(ARGS)

clean:
	rm -rf $(VENV) build *.egg-info
