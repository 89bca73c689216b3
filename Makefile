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

# Compiled modules are kept, also where the environment says otherwise: the tests start a hundred
# processes, and each would compile the whole project again.
test test-postgres test-postgres-fast test-fast test-browser: export PYTHONDONTWRITEBYTECODE =

# A file at a time, the longest first (tests/conftest.py). Three workers for two cores, because they
# wait for a third of their time: for processes, pages and time limits.
TEST_WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) * 3 / 2)))
PYTEST := $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

ON_POSTGRES := $(BIN)/python -m tests.on_postgres -n $(TEST_WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

VALUES ?= 500
PAGE_KILLS ?= 40
JOBS ?= 1
TORTURE := -m bench.torture --edits $(EDITS) --people $(PEOPLE) --kills $(KILLS) --faults $(FAULTS) \
	--seed $(SEED) --values $(VALUES) --page-kills $(PAGE_KILLS)

.PHONY: bench team-speed keystrokes typing slow-connections help demo demo-reset test test-postgres test-postgres-fast test-fast test-browser test-sdks test-fuzz check words screenshots torture torture-sqlite torture-postgres torture-mutants simulate lock
help:
	@echo "make demo        start the timesheet and a local Asana"
	@echo "make demo-reset  forget what was done in the demo"
	@echo "make test        run every test, on all cores (TEST_WORKERS)"
	@echo "make test-postgres  run every test that uses the database on PostgreSQL, with Redis as cache and queue"
	@echo "make test-postgres-fast  run them without a browser"
	@echo "make test-fast   run the tests without a browser and without long processes"
	@echo "make test-browser  run the tests in a real browser alone"
	@echo "make test-sdks   run Asana's official SDKs and two OAuth clients against the local Asana"
	@echo "make test-fuzz   send made-up requests of every operation to the local Asana; SECONDS=300"
	@echo "make check       lint, formatting, types"
	@echo "make keystrokes  fill a usual week in a browser, and count keys and clicks"
	@echo "make typing      from a key to its paint, and from a commit to saved in Asana"
	@echo "make bench       measure pages and edits, and write bench/README.md"
	@echo "make team-speed  measure the team page of 200 people on a cold cache"
	@echo "make slow-connections  measure pages while 60 slow clients are connected: directly, through nginx, through Caddy"
	@echo "make words       print every sentence of the product; AREA=week for one area"
	@echo "make screenshots  picture every state of the pages in var/screenshots; STATES=week for some"
	@echo "make torture     prove that no hours are lost, doubled or misreported, under faults and kills"
	@echo "make torture-mutants  plant bugs, and report which the torture run and the tests find"
	@echo "make simulate    what 10,000 people need for a week and a year"
	@echo "make lock        write the lock files from pyproject.toml (needs uv)"

demo: .venv/.runtime
	@$(BIN)/python -m sandbox.demo --port $(PORT) --sandbox-port $(SANDBOX_PORT)

demo-reset:
	rm -rf var/demo

test: .venv/.dev
	@$(BIN)/python -m tests.install
	$(PYTEST)

test-postgres: .venv/.dev
	@$(BIN)/python -m tests.install
	$(ON_POSTGRES)

test-postgres-fast: .venv/.dev
	@$(BIN)/python -m tests.install
	$(ON_POSTGRES) -m "not browser"

test-fast: .venv/.dev
	$(PYTEST) -m "not browser and not process"

test-browser: .venv/.dev
	@$(BIN)/python -m tests.install
	$(PYTEST) -m browser

test-sdks: .venv/.dev
	$(BIN)/python -W ignore -m tests.sdks

test-fuzz: .venv/.dev
	$(BIN)/python -m tests.fuzz_sandbox $(SECONDS)

check: export DEBUG = 1
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

words: .venv/.runtime
	@$(BIN)/python -m bench.words $(AREA)

screenshots: .venv/.dev
	@$(BIN)/python -m tests.install
	@$(BIN)/python -m bench.screenshots $(STATES)

typing: .venv/.runtime
	$(BIN)/python -m bench.typing

keystrokes: .venv/.runtime
	$(BIN)/python -m bench.keystrokes

bench: .venv/.runtime
	$(BIN)/python -m bench.pages

team-speed: .venv/.runtime
	$(BIN)/python -m bench.team_speed

slow-connections: .venv/.runtime
	$(BIN)/python -m bench.slow_connections

torture: torture-sqlite torture-postgres

torture-sqlite torture-postgres: torture-%: .venv/.dev
	@$(BIN)/python -m tests.install
	$(BIN)/python $(TORTURE) --database $*

torture-mutants: .venv/.dev
	@$(BIN)/python -m tests.install
	$(BIN)/python -m bench.torture.mutants --jobs $(JOBS) --seed $(SEED)

simulate: .venv/.runtime
	$(BIN)/python -m bench.simulate

lock:
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) -c requirements.txt --group dev -o requirements-dev.txt

.venv/.runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; PYTHON=... names another one."; exit 1; }
	@test -x $(BIN)/pip || echo "Creating .venv ..."
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { echo "Python's venv is missing: on Debian, apt-get install python3-venv"; exit 1; }
	@echo "Installing what the timesheet needs into .venv (about a minute) ..."
	@$(PIP) --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo "Installing what the checks and the tests need into .venv (about a minute) ..."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
