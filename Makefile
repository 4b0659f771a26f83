# make setup | demo | run | test | check | bench | lock      (PYTHON=/path/to/python3.11 chooses the interpreter)

VENV := .venv
READY := $(VENV)/.ready
TESTED := $(VENV)/.tested
IN := $(VENV)/bin

ROOMS := bot handlers web delivery newsroom storage simulator
CODE := $(ROOMS) tests benchmarks
SOURCES := $(shell find $(CODE) locales samples docs .env.example pyproject.toml -type f -not -name '*.pyc' 2>/dev/null)

CANDIDATES := python3.14 python3.13 python3.12 python3.11 python3 python
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

.PHONY: setup demo run test check bench soak lock

setup: $(READY)

# Installed from the lock file, every hash checked; quick when nothing has changed since.
$(READY): requirements-dev.txt pyproject.toml
	@found="$(PYTHON)"; \
	for one in $(CANDIDATES); do \
		if [ -z "$$found" ] && "$$one" -c "$(NEW_ENOUGH)" >/dev/null 2>&1; then found="$$one"; fi; \
	done; \
	if [ -z "$$found" ] || ! "$$found" -c "$(NEW_ENOUGH)" >/dev/null 2>&1; then \
		echo "Ajil needs Python 3.11 or later, with its venv module (on Debian: apt install python3 python3-venv)." >&2; \
		echo "If it is installed under another name: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
		exit 1; \
	fi; \
	if ! $(IN)/python -c "$(NEW_ENOUGH)" >/dev/null 2>&1; then "$$found" -m venv --clear $(VENV); fi
	@echo "Setting up $(VENV) (a minute, the first time) …"
	@$(IN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@PYTHONWARNINGS=ignore $(IN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	@$(IN)/ajil demo

run: $(READY)
	@$(IN)/ajil run

test: $(READY)
	@touch $(TESTED).begun
	$(IN)/python -m pytest -q -n auto
	@mv $(TESTED).begun $(TESTED)

# What CI runs. The tests are left out only where they have passed on these very files.
check: $(READY)
	$(IN)/ruff format --check .
	$(IN)/ruff check .
	$(IN)/mypy
	@$(MAKE) --no-print-directory $(TESTED)
	@echo "format, lint, types and tests: all well"

$(TESTED): $(READY) $(SOURCES)
	@$(MAKE) --no-print-directory test

bench: $(READY)
	@missed=; for one in $$(grep -lE '^(async )?def main' benchmarks/*.py); do \
		echo "== $$one"; $(IN)/python -m "benchmarks.$$(basename "$$one" .py)" || missed="$$missed $$one"; \
	done; \
	if [ -n "$$missed" ]; then echo "missed a limit:$$missed" >&2; exit 1; fi

soak: $(READY)
	AJIL_HYPOTHESIS=soak AJIL_SEEDS=5000 AJIL_CHATS=8000 AJIL_KILLS=15 $(IN)/python -m pytest -q -n auto --timeout 0

lock: $(READY)
	$(IN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		pyproject.toml -o requirements.txt
	$(IN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--extra dev pyproject.toml -c requirements.txt -o requirements-dev.txt
