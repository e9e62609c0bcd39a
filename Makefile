# closum: `make run` starts the server, `make test` checks everything. Needs Python 3.11 or newer, and make.

PYTHON ?= python3
ARGS ?=
PIP_CACHE_DIR ?= $(CURDIR)/.cache/pip
export PIP_CACHE_DIR
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Images of containers often set it; then each process that a test starts compiles all of closum anew, for half a second.
unexport PYTHONDONTWRITEBYTECODE

BIN = .venv/bin
PEERS = .cache/benchmarks/peers
TYPESCRIPT = .cache/typescript
OF_TYPESCRIPT = tests/contract/generated/package.json tests/contract/generated/package-lock.json
QUICK = $(addprefix tests/,accounts api formats http model operations store test_settings.py)
PLAIN = $(addprefix tests/,api contract http)
GEM ?= gem
VERSION = $(shell sed -n 's/^__version__ = "\(.*\)"$$/\1/p' src/closum/__init__.py)
PIP_INSTALL = $(BIN)/python -m pip install --quiet --require-virtualenv

.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
.PHONY: help install run dev test quick check bench bench-find bench-writes bench-exports bench-imports bench-web bench-postgres screenshots format generate lock wheel clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

install: .venv/installed ## Install closum into .venv; the command is then .venv/bin/closum
	@$(BIN)/python -c "$$CHECK_SHARED"
	@echo 'Installed: .venv/bin/closum'

run: .venv/installed ## Start the server (ARGS="--port 9000" are options of `closum serve`); Ctrl-C stops it
	@exec $(BIN)/closum serve $(ARGS)

dev: .venv/installed-dev ## For development: serve demo data with a debug log, and start again when src changes (ARGS as for run)
	@exec $(BIN)/python -m tools.dev $(ARGS)

test: check $(TYPESCRIPT)/installed ## Check, then run the tests, about half an hour on two cores (ARGS="tests/store -k page" are options of pytest)
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)
	$(if $(ARGS),,$(BIN)/python -m pytest -n auto --dist worksteal -q --plain-http -k 'not postgres and not does_what_it_says' --ignore tests/contract/generated $(PLAIN))

quick: .venv/installed-dev ## For every save: the tests that need no server, browser, Ruby or PostgreSQL; half a minute
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m quick $(QUICK) $(ARGS)

check: .venv/installed-dev ## Formatting, lint, strict types, import rules, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter
	$(BIN)/python -m tools.generate --check

bench: .venv/installed-dev $(PEERS)/installed ## Measure the server beside its peers (ARGS=--short for four minutes instead of hours)
	$(BIN)/python -m benchmarks.side_by_side $(ARGS)
	$(BIN)/python -m benchmarks.find $(ARGS)
	$(BIN)/python -m benchmarks.writes $(ARGS)
	$(BIN)/python -m benchmarks.exports $(ARGS)
	$(BIN)/python -m benchmarks.imports $(ARGS)
	$(BIN)/python -m benchmarks.web $(ARGS)

bench-find: .venv/installed-dev $(PEERS)/installed ## The part of make bench about filters, search, walks and the feed (ARGS=--short for a minute)
	$(BIN)/python -m benchmarks.find $(ARGS)

bench-writes: .venv/installed-dev ## The part of make bench about batches, upserts, deletions and undo (ARGS=--short for a minute)
	$(BIN)/python -m benchmarks.writes $(ARGS)

bench-exports: .venv/installed-dev ## The part of make bench about exports (ARGS=--short for a minute)
	$(BIN)/python -m benchmarks.exports $(ARGS)

bench-imports: .venv/installed-dev ## The part of make bench about imports and exports (ARGS=--short for some minutes, ARGS="--only sqlite" for a part)
	$(BIN)/python -m benchmarks.imports $(ARGS)

bench-web: .venv/installed-dev ## The part of make bench about pages (ARGS=--short for half a minute)
	$(BIN)/python -m benchmarks.web $(ARGS)

bench-postgres: .venv/installed-dev ## Measure the server on PostgreSQL beside bare loops (ARGS="--rounds 3 --large 100000")
	$(BIN)/python -m benchmarks.postgres $(ARGS)

screenshots: .venv/installed-dev ## Take pictures of the main pages, those of the README among them (ARGS="--only lead leads")
	$(BIN)/python -m tools.screenshots $(ARGS)

format: .venv/installed-dev ## Format the code and fix what lint can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

generate: .venv/installed-dev ## Write the parts of the docs, clients and tests that come from the code
	$(BIN)/python -m tools.generate

# --no-config: the hashes are those of the public index, also where a machine has another one set.
LOCK = UV_CACHE_DIR=.cache/uv $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-package closum-client --custom-compile-command 'make lock' $(ARGS)

lock: .venv/installed-dev ## Update the lock files (ARGS=--upgrade takes newer versions)
	$(LOCK) pyproject.toml --group build --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) benchmarks/peers/peers.in --output-file benchmarks/peers/requirements.lock
	npm install --prefix tests/contract/generated --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

wheel: .venv/installed-dev ## Build what people install into dist/: two wheels and the gem (GEM= leaves the gem out)
	@rm -f dist/closum-*.whl dist/closum_client-*.whl dist/closum-*.gem
	$(BIN)/python -m build --wheel --no-isolation --outdir dist clients/python
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .
	@[ -z '$(GEM)' ] || command -v '$(GEM)' >/dev/null || { echo 'dist/ has the wheels, but there is no $(GEM) to build the gem with. On Debian and Ubuntu: apt-get install ruby; or leave it out: make wheel GEM='; exit 1; }
	$(if $(GEM),cd clients/ruby && '$(GEM)' build --strict --silent closum.gemspec --output '$(CURDIR)/dist/closum-$(VERSION).gem')

clean: ## Remove what make made; data of the server stays
	rm -rf .venv .cache .hypothesis build dist
	find src tests tools -type d -name __pycache__ -prune -exec rm -rf {} +

.venv/installed: .venv/bin/python requirements.lock pyproject.toml clients/python/pyproject.toml
	@echo "Installing the $$(grep -c '^[^# ].*==' requirements.lock) libraries that closum uses into .venv: the first time they are downloaded, which takes a minute or more"
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@echo 'Installing closum into .venv'
	@$(PIP_INSTALL) --no-deps --no-build-isolation --no-index --editable ./clients/python --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@echo 'Installing the tools for development into .venv: the first time they are downloaded, which takes minutes'
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(PEERS)/installed: .venv/bin/python benchmarks/peers/requirements.lock
	@echo 'Installing what is measured beside it into $(PEERS)'
	@$(BIN)/python -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --require-virtualenv --require-hashes -r benchmarks/peers/requirements.lock
	@touch $@

# Without npm there is nothing to install; the test that needs it is skipped then, and fails in CI.
$(TYPESCRIPT)/installed: $(OF_TYPESCRIPT)
	@mkdir -p $(TYPESCRIPT)
	@cp $(OF_TYPESCRIPT) $(TYPESCRIPT)
	@if command -v npm >/dev/null; then \
		echo 'Installing the TypeScript compiler and a generator of clients into $(TYPESCRIPT)'; \
		npm ci --prefix $(TYPESCRIPT) --cache .cache/npm --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else echo 'There is no npm: no TypeScript client is generated'; fi

define CHECK_PYTHON
import importlib, sys
version = "%d.%d" % sys.version_info[:2]
if sys.version_info < (3, 11):
    sys.exit("closum needs Python 3.11 or newer, and $(PYTHON) is %s; name another with: make PYTHON=python3.12" % version)
try:
    importlib.import_module("venv"), importlib.import_module("ensurepip")
except ImportError:
    sys.exit("$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python%s-venv" % version)
endef
export CHECK_PYTHON

# What root installs where others can go is for a service's user, who has to be able to read it and to start its Python.
define CHECK_SHARED
import closum, os, starlette, stat, sys
def closed(path):
    path = os.path.realpath(path)
    way = [path]
    while way[-1] != "/":
        way.append(os.path.dirname(way[-1]))
    for place in reversed(way):
        needed = 0o1 if place != path else 0o5 if stat.S_ISDIR(os.stat(place).st_mode) or os.access(place, os.X_OK) else 0o4
        if os.stat(place).st_mode & needed != needed:
            return place
place = closed(".")
if os.geteuid() == 0 and place:
    print("Only root can start it: %s is closed to other users. For a service that runs as one of them: chmod -R a+rX '%s', or install it at another place" % (place, os.getcwd()))
elif os.geteuid() == 0:
    for path in (sys.executable, os.__file__):
        if place := closed(path):
            sys.exit("%s is Python, and %s is closed to other users: a service that runs as one of them cannot start closum. Remove the environment and take a Python that all can use: rm -rf '%s/.venv' && make -C '%s' install PYTHON=/usr/bin/python3" % (path, place, os.getcwd(), os.getcwd()))
    for path in (".venv/bin/closum", closum.__file__, starlette.__file__):
        if place := closed(path):
            sys.exit("%s is closed to other users: a service that runs as one of them cannot start closum. Open it: chmod -R a+rX '%s'" % (place, os.getcwd()))
endef
export CHECK_SHARED

.venv/bin/python:
	@command -v '$(PYTHON)' >/dev/null || { echo 'closum needs Python 3.11 or newer, and there is no $(PYTHON); name another with: make PYTHON=/path/to/python'; exit 1; }
	@'$(PYTHON)' -c "$$CHECK_PYTHON"
	@echo 'Making .venv, an environment for Python, with $(PYTHON)'
	@'$(PYTHON)' -m venv --clear .venv || { rm -rf .venv; exit 1; }
