# The two commands of a fresh machine:  make search Q='OpenAI 融资'   and   make test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
Q ?= OpenAI 融资
ARGS ?=
PYTHONS ?=

REQUIREMENTS := requirements/build.txt requirements/dev.txt
# Only what the lock files name, with the hashes they give, is installed
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := $(INSTALL) --require-hashes --no-build-isolation

.PHONY: setup search serve reindex test test-fast test-all test-opensearch test-web lint figures bench profile relevance reliability whoosh-suite fuzz soak lock audit clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml $(REQUIREMENTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; call: make PYTHON=python3.12 …")'
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing searchkit into $(VENV) …" >&2
	@$(INSTALL) --require-hashes -r requirements/build.txt
	@$(LOCKED) -r requirements/dev.txt
	@$(INSTALL) --no-build-isolation --no-deps -e .
	@touch $@

search: setup
	@$(BIN)/searchkit reindex corpus --quiet || test $$? -eq 1  # 1: some files failed, the rest is indexed
	@$(BIN)/searchkit search $(ARGS) -- "$$Q"
export Q

# The search page of the sample articles; ARGS='--port 9000' for another port
serve: setup
	@$(BIN)/searchkit reindex corpus --quiet || test $$? -eq 1
	@$(BIN)/searchkit serve $(ARGS)

reindex: setup
	@$(BIN)/searchkit reindex corpus $(ARGS)

test: setup lint
	@$(BIN)/python -m pytest -n auto --dist worksteal -m 'not opensearch and not browser' $(ARGS)

test-fast: setup
	@$(BIN)/python -m pytest -n auto --dist worksteal -m 'not archive and not opensearch and not browser' $(ARGS)

# test-fast on every supported Python that is found here; PYTHONS='3.12 3.13' on these, which must be here then
test-all:
	@$(PYTHON) .ci/each_python.py $(PYTHONS)

# On a real cluster of three nodes; needs Java 17 and Maven, and says so where they are missing
test-opensearch: setup
	@$(BIN)/python -m pytest tests/opensearch -r fE $(ARGS)

# The search page: also with what asks it whatever its description allows, and in a real browser, which is Debian's
# chromium, driven by Playwright; axe-core comes by npm. Says what is missing
test-web: $(VENV)/.web
	@$(BIN)/python -m pytest tests/web tests/cli/test_serve.py -n auto --dist worksteal $(ARGS)
	@$(BIN)/python -m pytest tests/browser -r fE $(ARGS)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python .ci/commit_message.py --new

figures: setup
	@$(BIN)/python -m benchmarks.figures $(ARGS)

relevance: setup
	@$(BIN)/python -m benchmarks.relevance $(ARGS)

# ARGS='crash --effort 20' tries one module with twenty cases
reliability: setup
	@$(BIN)/python -m tests.reliability $(ARGS)

# Whoosh's own tests, out of its source distribution, which is downloaded once
whoosh-suite: setup
	@$(BIN)/python -m tests.engines.whoosh.stock.suite $(ARGS)

fuzz: $(VENV)/.all
	@$(BIN)/python -m tests.reliability fuzz $(ARGS)

soak: setup
	@$(BIN)/python -m tests.reliability soak $(ARGS)

# ARGS='latency --times 1' runs one benchmark on the archive once
bench: $(VENV)/.all
	@$(BIN)/python -m benchmarks $(ARGS)

# Where the time of each row goes. ARGS='search keys --times 10' profiles two of them, on the archive ten times over
profile: $(VENV)/.all
	@$(BIN)/python -m benchmarks.profile $(ARGS)

# What only the tests in a browser need. Where it cannot be installed they are skipped, and say so
$(VENV)/.web: $(VENV)/.ready requirements/web.txt
	-@$(LOCKED) -r requirements/web.txt && touch $@

# What only benchmarks, fuzzing and maintenance need
$(VENV)/.all: $(VENV)/.ready requirements/all.txt
	@$(LOCKED) -r requirements/all.txt
	@touch $@

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command 'make lock'

# The lock files again after a change of pyproject.toml. What is pinned stays as it is where that is allowed;
# ARGS=--upgrade takes the newest versions
lock: $(VENV)/.all
	@$(COMPILE) $(ARGS) -o requirements/run.txt pyproject.toml
	@$(COMPILE) $(ARGS) --extra opensearch -o requirements/opensearch.txt pyproject.toml
	@$(COMPILE) $(ARGS) --extra web --extra watch -o requirements/serve.txt pyproject.toml
	@$(COMPILE) $(ARGS) --all-extras --group dev -o requirements/dev.txt pyproject.toml
	@$(COMPILE) $(ARGS) --all-extras --group dev --group web -o requirements/web.txt pyproject.toml
	@$(COMPILE) $(ARGS) --all-extras --group dev --group web --group bench --group fuzz --group audit -o requirements/all.txt pyproject.toml
	@printf 'setuptools\nwheel\n' | $(COMPILE) $(ARGS) -o requirements/build.txt -

# Known vulnerabilities of what is pinned; fails where their database cannot be reached
audit: $(VENV)/.all
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements/all.txt

clean:
	rm -rf $(VENV) .venvs .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
