# Two commands: `make brief` writes the briefing from data/, `make test` runs the tests.
# Both build their own environment in .venv first; a second run starts at once.
# Windows without make: see "Windows" in README.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.base-installed
ALL := $(VENV)/.all-installed
export PYTHONDONTWRITEBYTECODE :=

.PHONY: brief test browser search check notebooks bench inbox lock clean

brief: $(BASE)
# status 1 means: done, and some cells await a decision
	@$(BIN)/insiden brief || [ $$? -eq 1 ]

test: $(ALL) browser
	$(BIN)/python -m pytest -n auto --dist loadfile

# The explorer is tested in a real browser; without one those tests are skipped and say so.
browser:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && echo "Memasang Chromium untuk uji peramban / installing Chromium for the browser tests ..." && \
	    { apt-get install -y -qq chromium >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1; }; } || true

# the property tests with new random examples each time; a find becomes a case
search: $(ALL)
	INSIDEN_SEARCH=1 $(BIN)/python -m pytest -n auto $(or $(ROOM),tests)

check: $(ALL)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

notebooks: $(ALL)
	$(BIN)/jupyter lab notebooks

bench: $(ALL)
	$(BIN)/python benchmarks/brief.py

inbox: $(ALL)
	$(BIN)/python -m analysis.simulate data

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Butuh Python 3.11 atau lebih baru / Python 3.11 or newer is needed: make PYTHON=python3.11 ..."; exit 2; }
	@echo "Menyiapkan lingkungan di $(VENV), sekali saja / setting up $(VENV), once ..."
	@$(PYTHON) -m venv $(VENV)

# uv installs the locked set in seconds; where it cannot be had, pip installs the same lock.
define install
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/bootstrap.lock \
	  && $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r $(1) \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
endef

$(BASE): locks/requirements.lock locks/bootstrap.lock pyproject.toml | $(BIN)/python
	$(call install,locks/requirements.lock)

$(ALL): locks/requirements-dev.lock locks/bootstrap.lock pyproject.toml | $(BIN)/python
	$(call install,locks/requirements-dev.lock)
	@touch $(BASE)

# After a change of dependencies in pyproject.toml (and the same change in environment.yml).
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header --no-annotate --python-version 3.11
lock: $(ALL)
	printf 'editables>=0.5,<1\nhatchling>=1.27,<2\n' | $(COMPILE) pyproject.toml - -o locks/requirements.lock
	$(COMPILE) pyproject.toml --extra database --extra space --extra slides --extra notebook --extra test --extra dev -o locks/requirements-dev.lock
	echo 'uv>=0.9,<1' | $(COMPILE) - -o locks/bootstrap.lock

clean:
	rm -rf $(VENV) outputs build
