# make demo: the app and a local Asana, ready to try. make check, make test: what CI runs.
PYTHON ?= python3
PORT ?= 8000
SANDBOX_PORT ?= 8001
EDITS ?= 10000
PEOPLE ?= 24
KILLS ?= 20
FAULTS ?= 0.3
SEED ?= 1
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url

# Two for each core, because tests wait for the sandbox, browsers and clocks for much of their time;
# a file at a time, the longest first (tests/conftest.py).
TEST_WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
PYTEST := $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

TORTURE := -m bench.torture --edits $(EDITS) --people $(PEOPLE) --kills $(KILLS) --faults $(FAULTS) --seed $(SEED)

.PHONY: bench help demo demo-reset test test-fast test-browser check torture torture-sqlite torture-postgres torture-blind lock
help:
	@echo "make demo        start the timesheet and a local Asana"
	@echo "make demo-reset  forget what was done in the demo"
	@echo "make test        run every test, two at a time for each core (TEST_WORKERS)"
	@echo "make test-fast   run the tests without a browser and without long processes"
	@echo "make test-browser  run the tests in a real browser alone"
	@echo "make check       lint, formatting, types"
	@echo "make bench       measure pages and edits, and write bench/README.md"
	@echo "make torture     prove that no hours are lost or doubled, under faults and kills"
	@echo "make torture-blind  show that this finds doubles, with the doubt rule off"
	@echo "make lock        write the lock files from pyproject.toml (needs uv)"

demo: .venv/.runtime
	@$(BIN)/python -m sandbox.demo --port $(PORT) --sandbox-port $(SANDBOX_PORT)

demo-reset:
	rm -rf var/demo

test: .venv/.dev
	@$(BIN)/python -m tests.install
	$(PYTEST)

test-fast: .venv/.dev
	$(PYTEST) -m "not browser and not process"

test-browser: .venv/.dev
	@$(BIN)/python -m tests.install
	$(PYTEST) -m browser

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	git ls-files -co --exclude-standard 'templates/*.html' 'sandbox/*.html' | xargs $(BIN)/djade --target-version 5.2 --check
	$(BIN)/djlint --lint --quiet templates sandbox
	$(BIN)/djlint --lint --quiet --profile jinja -e jinja templates
	$(BIN)/mypy
	$(BIN)/mypy --config-file sandbox/mypy.ini
	$(BIN)/mypy --config-file tests/mypy.ini
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: .venv/.runtime
	$(BIN)/python -m bench.pages

torture: torture-sqlite torture-postgres

torture-sqlite torture-postgres: torture-%: .venv/.runtime
	$(BIN)/python $(TORTURE) --database $*

torture-blind: .venv/.runtime
	$(BIN)/python $(TORTURE) --without-doubt-rule

lock:
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) -c requirements.txt --group dev -o requirements-dev.txt

.venv/.runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; PYTHON=... names another one."; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { echo "Python's venv is missing: on Debian, apt-get install python3-venv"; exit 1; }
	$(PIP) --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
