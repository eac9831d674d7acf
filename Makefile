# Each target does all of its own set-up; it needs python3 (3.11 or later) and make, nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
ROWS   ?= 1000000
BYTES  ?= 2000000000

.PHONY: help demo test night bench lint format rust types layers docs r4 wheel ci clean

help:            ## Show the targets
	@grep -E '^[a-z0-9]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml hatch_build.py $(wildcard rust/Cargo.* rust/src/*.rs rust/src/*/*.rs rust/src/*/*/*.rs rust/build.rs)
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "interop needs Python 3.11 or later; name one: make PYTHON=python3.12 …")'
	@echo "Setting up $(VENV) (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q src/interop  # as pip does with what it installs, unless that is editable
	@$(BIN)/python -c 'from interop.rust import is_there; is_there() or print("No Rust compiler (cargo), or it failed: interop works without its compiled executor, at two thirds of the speed")'
	@touch $@

demo: $(READY)   ## Convert the bundled samples of every mapping, and say what was done
	@$(BIN)/python scripts/demo.py demo-out

test: $(READY)   ## Run the tests
	@$(BIN)/python -m pytest -n auto

night: $(READY)  ## Run the long forms of the tests, then 2 GB killed five times (hours; BYTES=2000000000)
	@INTEROP_KILLS=500 INTEROP_FUZZ=100000 INTEROP_BYTES=100000 HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n auto \
	  tests/job/test_workers.py tests/faults tests/hostile tests/laws tests/readers/hl7v2/test_fuzz.py
	@$(BIN)/python -m benchmarks.night --mapping intl/hl7v2 --bytes $(BYTES)
	@$(BIN)/python -m benchmarks.night --mapping uk/immunisation --bytes $(BYTES)

bench: $(READY)  ## Measure against a hand-written loop and fhir.resources (ROWS=1000000)
	@$(BIN)/python -m compileall -q src/interop  # a user's copy is compiled
	@$(BIN)/python -m benchmarks --rows $(ROWS)
	@$(BIN)/python scripts/build_docs.py

lint: $(READY)   ## Check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(READY) ## Format the sources
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

rust:            ## Check style and lint of what is in Rust
	@cargo fmt --check --manifest-path rust/Cargo.toml
	@cargo clippy --quiet --release --locked --manifest-path rust/Cargo.toml --target-dir build/rust -- --deny warnings

types: $(READY)  ## Check types
	@$(BIN)/mypy

layers: $(READY) ## Check that imports go down only
	@$(BIN)/lint-imports

docs: $(READY)   ## Write the generated documents
	@$(BIN)/python scripts/build_docs.py

r4: $(READY)     ## Check all output of all mappings against FHIR R4
	@$(BIN)/python scripts/check_r4.py

wheel: $(READY)  ## Build the wheel, install it in an empty environment, use it
	@BIN=$(BIN) bash scripts/check_wheel.sh

ci:              ## All of the above, as CI runs it
	@bash .ci/run

clean:           ## Remove what the targets made
	rm -rf $(VENV) demo-out dist build benchmarks/results/*.tmp .pytest_cache .mypy_cache .ruff_cache .hypothesis
