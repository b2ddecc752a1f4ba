# The two commands of a fresh machine:  make search Q='OpenAI 融资'   and   make test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
Q ?= OpenAI 融资
ARGS ?=

.PHONY: setup search reindex test test-fast lint figures bench relevance reliability fuzz soak clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed; call: make PYTHON=python3.12 …")'
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing searchkit into $(VENV) …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

search: setup
	@$(BIN)/searchkit reindex corpus --quiet || test $$? -eq 1  # 1: some files failed, the rest is indexed
	@$(BIN)/searchkit search $(ARGS) -- "$$Q"
export Q

reindex: setup
	@$(BIN)/searchkit reindex corpus $(ARGS)

test: setup lint
	@$(BIN)/python -m pytest $(ARGS)

test-fast: setup
	@$(BIN)/python -m pytest -m 'not archive' $(ARGS)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

figures: setup
	@$(BIN)/python -m benchmarks.figures $(ARGS)

relevance: setup
	@$(BIN)/python -m benchmarks.relevance $(ARGS)

# ARGS='crash --effort 20' tries one module with twenty cases
reliability: setup
	@$(BIN)/python -m tests.reliability $(ARGS)

fuzz: setup
	@$(BIN)/python -m tests.reliability fuzz $(ARGS)

soak: setup
	@$(BIN)/python -m tests.reliability soak $(ARGS)

# ARGS='latency --times 1' runs one benchmark on the archive once
bench: setup
	@$(BIN)/python -c 'import bm25s, selectolax, tantivy' 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,bench]'
	@$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
