# Each target does all the set-up that it needs, in .venv.

PYTHON ?= python3
BIN := .venv/bin
SPHINX := $(BIN)/python -m sphinx -n -W --keep-going -q
EXAMPLE := example_project/docs/_build/html
SAHARA := example_project/sahara
DOCS := docs/_build/html

.PHONY: help example sahara test test-all docs lint bench clean

help:
	@echo "make example   build the documentation of the example project"
	@echo "make sahara    build the catalog of OpenStack Sahara's plugins"
	@echo "make test      run the tests that are quick"
	@echo "make test-all  run all tests"
	@echo "make docs      build the documentation of the extension"
	@echo "make lint      check style and types"
	@echo "make bench     run the benchmarks"
	@echo "make clean     remove all that these have made"

example: .venv/example
	$(SPHINX) example_project/docs $(EXAMPLE)
	@echo "Open $(EXAMPLE)/index.html in a browser."

sahara: $(SAHARA)/wheels
	$(SPHINX) $(SAHARA)/docs $(SAHARA)/docs/_build/html
	@echo "Open $(SAHARA)/docs/_build/html/index.html in a browser."

test: .venv/example
	$(BIN)/pytest -n auto -m "not slow" $(ARGS)

test-all: .venv/example
	$(BIN)/pytest -n auto $(ARGS)

docs: .venv/installed
	$(SPHINX) docs $(DOCS)
	@echo "Open $(DOCS)/index.html in a browser."

lint: .venv/example
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: .venv/example
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf .venv docs/_build example_project/docs/_build $(SAHARA)/docs/_build $(SAHARA)/wheels

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip >=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

.venv/example: .venv/installed $(shell find example_project/sluice example_project/sluice-extras \
		-name '*.py' -o -name '*.toml' -o -name '*.cfg')
	$(BIN)/python -m pip install --quiet --force-reinstall --no-deps ./example_project/sluice ./example_project/sluice-extras
	@touch $@

$(SAHARA)/wheels: $(SAHARA)/requirements.txt | .venv/installed
	rm -rf $@
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest $@ -r $<
	@touch $@
