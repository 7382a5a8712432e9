# make crawl     sets everything up, then fetches what is new into data/baotintuc.db
# make test      sets everything up, then lint, types and the whole suite
# make coverage  the suite with branch coverage, which takes it twice as long
# make demo      the same crawl against a replica of the site: no network needed
#
# ARGS are handed on: make crawl ARGS="-a sections=thoi-su -a since=2026-11-01"

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
UV := $(shell command -v uv 2>/dev/null)

ifneq ($(UV),)
new_venv = $(UV) venv --quiet --allow-existing --python "$(PYTHON)" $(VENV)
install = $(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt
else
new_venv = "$(PYTHON)" -m venv $(VENV)
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
endif

.PHONY: crawl test coverage demo bench fixtures fuzz torture lint types constraints clean

crawl: $(VENV)/installed
	@$(BIN)/scrapy crawl baotintuc $(ARGS)

demo: $(VENV)/installed
	@$(BIN)/python -m tests.replica.demo $(ARGS)

test: $(VENV)/tested
	@$(MAKE) --no-print-directory lint types
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

# The commands run by the suite are measured too, in whatever process they run.
coverage: $(VENV)/tested
	@$(BIN)/coverage erase
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term $(ARGS)

lint: $(VENV)/tested
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet

types: $(VENV)/tested
	@$(BIN)/mypy

bench: $(VENV)/tested
	@$(BIN)/python -m tests.benchmarks $(ARGS)

fixtures: $(VENV)/tested
	@$(BIN)/python -m tests.parsers.fixtures $(ARGS)

fuzz: $(VENV)/tested
	@$(BIN)/python -m tests.parsers.fuzz $(ARGS)

torture: $(VENV)/tested
	@$(BIN)/python -m tests.torture $(ARGS)

# The newest versions that fit pyproject.toml, in an environment of its own. Use the oldest Python
# that is supported: some packages have left the first releases of 3.11 behind.
constraints:
	@"$(PYTHON)" -m venv build/constraints
	@build/constraints/bin/python -m pip install --quiet --upgrade '.[test,dask,notify]'
	@{ echo "# The versions that the suite passes with: pip install --constraint constraints.txt"; \
	   echo "# Made anew with: make constraints"; \
	   build/constraints/bin/python -m pip freeze --all --exclude tintuc --exclude pip; } > constraints.txt

clean:
	rm -rf $(VENV) build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "tintuc needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(new_venv)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "setting up $(VENV) ..."
	@$(install) --editable .
	@touch $@

$(VENV)/tested: $(VENV)/installed
	@echo "adding what the tests need ..."
	@$(install) --editable '.[test]'
	@touch $@
