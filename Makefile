# One door for everything. `make` alone lists what there is; each target sets up what it needs.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(if $(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes),$(name))))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
PYTEST := $(BIN)/python -m pytest
INSTALL := -m pip --quiet --disable-pip-version-check --no-input install --require-hashes
STRANGERS := tests/interop/node_modules/.installed tests/interop/openedx/.venv/.installed tests/interop/lti1p3/.venv/.installed
NEXT_TESTS ?= tests/lti_tool/lti tests/lti_tool/web tests/lti_tool/usecases/lms tests/interop
CATALOGUE := lti_tool/web/translations/messages.pot

.PHONY: help demo walkthrough test test-next check fix bench lock map release words

help: ## List what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: .venv/.run ## Start the tool, its worker and the practice LMS; prints where to click
	$(BIN)/testamur demo

walkthrough: .venv/.run ## Run the main job once, headless: from a launch to a verified badge
	$(BIN)/testamur demo --walkthrough --out walkthrough

test: .venv/.dev $(STRANGERS) ## Run every test, on SQLite and PostgreSQL, with browser and interop
	@$(BIN)/python -m tests.support.chromium
	rm -f .coverage .coverage.*
	$(PYTEST) -n 2 --dist loadgroup --cov --cov-report= tests
	$(BIN)/python -m tests.support.coverage_bar

test-next: .venv-next/.installed $(STRANGERS) ## Run the tests of LTI with pylti1p3next in place of pylti1p3
	.venv-next/bin/python -m tests.support.next_library
	.venv-next/bin/python -m pytest -n 2 --dist loadgroup -k "not postgresql" $(NEXT_TESTS)

check: .venv/.dev ## Lint, type-check, hold the import contracts, check deploy files, then make test and test-next
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml
	$(BIN)/check-jsonschema --check-metaschema credentials/schemas/*.json
	$(MAKE) test
	$(MAKE) test-next

fix: .venv/.dev ## Format, and mend what lint can mend by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/.dev tests/interop/node_modules/.installed ## Measure speed and memory; writes bench.json
	$(BIN)/python -m tests.benchmarks

lock: .venv/.dev ## Pin every dependency with hashes, taking nothing younger than a week
	@for one in build:deploy/requirements.txt dev:deploy/requirements-dev.txt; do \
	  $(BIN)/uv pip compile pyproject.toml --group $${one%%:*} --quiet --universal \
	    --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	    --exclude-newer "$$(date -u -d '7 days ago' +%Y-%m-%d)" --output-file $${one##*:}; \
	done
	@for one in tests/interop/openedx tests/interop/lti1p3 tests/interop/next; do \
	  $(BIN)/uv pip compile $$one/requirements.in --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --no-emit-index-url \
	    --exclude-newer "$$(date -u -d '7 days ago' +%Y-%m-%d)" \
	    $$([ $$one = tests/interop/next ] && echo --no-deps) \
	    --output-file $$one/requirements.txt; \
	done

map: .venv/.dev ## Write the map in ARCHITECTURE.md from the files' first lines
	$(BIN)/python -m tests.support.map

words: .venv/.dev ## Collect every sentence for translators
	mkdir -p $(dir $(CATALOGUE))
	$(BIN)/pybabel -q extract -F lti_tool/web/babel.cfg -k say:2 -k say_many:2,3 --no-wrap \
	  --sort-by-file --add-location=file --project=testamur \
	  --copyright-holder="The Testamur authors" -o $(CATALOGUE) lti_tool credentials rubrics

release: check ## Build the wheel that a tagged commit releases
	$(BIN)/python -m hatchling build

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Testamur needs Python 3.11 or newer, and none was found. Install it and try again."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: deploy/requirements.txt pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes -r deploy/requirements.txt
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv/.dev: deploy/requirements-dev.txt .venv/.run
	$(PIP) install --require-hashes -r deploy/requirements-dev.txt
	@touch $@

tests/interop/node_modules/.installed: tests/interop/package-lock.json .venv/.dev
	$(BIN)/python tests/interop/install.py
	@touch $@

tests/interop/%/.venv/.installed: tests/interop/%/requirements.txt | .venv/bin/python
	$(BIN)/python -m venv tests/interop/$*/.venv
	tests/interop/$*/.venv/bin/python $(INSTALL) -r $<
	@touch $@

# Everything of .venv but pylti1p3, in whose place its successor of the same module name stands.
.venv-next/.installed: tests/interop/next/requirements.txt .venv/.dev
	$(BIN)/python -m venv .venv-next
	.venv-next/bin/python $(INSTALL) --no-deps -r $<
	$(BIN)/python tests/support/next_library.py .venv-next
	@touch $@
