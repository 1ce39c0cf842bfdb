# Every chore is one word; `make help` lists them. CI runs `make test` and nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export UV_HTTP_TIMEOUT ?= 180
export RASA_TELEMETRY_ENABLED := false

APP := .venv/bin/python
ENGINE := .venv-rasa/bin/python
UV := .venv-tools/bin/uv
S ?= status-gated
BUYER ?= buyer1@example.com

# uv names every package it installs; what takes long ("Downloading …") is progress, the rest is not.
brief := 2> >(grep --line-buffered -v '^ [+~-] ' >&2)

# $(call need,3.11): one clear line when that Python cannot be run from this folder.
need = python$(1) -c '' 2>/dev/null || { echo "Python $(1) is missing. Install it, for example with 'pyenv install $(1)', so that 'python$(1)' runs in this folder; then repeat the command." >&2; exit 2; }

need_node = for name in node npm; do command -v $$name > /dev/null || { echo "Node.js (18 or newer, with npm) is missing. The chat widget is built with it: install it, for example with 'apt-get install nodejs npm', then repeat the command." >&2; exit 2; }; done

##@ Use it
.PHONY: demo chat train policies widget
demo: setup ## Engine, app and demo data; prints the address and who to be [OPEN=1: live help at any hour]
	@$(APP) -m aftersale demo $(if $(OPEN),--open)

chat: setup ## Talk in the terminal: make chat S=status-gated BUYER=buyer1@example.com
	@$(APP) -m aftersale chat --storefront "$(S)" --buyer "$(BUYER)"

train: .venv-rasa/.synced ## Train the engine's model, unless one with the same fingerprint is there
	@$(ENGINE) -m bot.runtime.train

widget: widget/dist/manifest.json widget/dist/desk/manifest.json ## Build the chat widget and the desk (needs Node.js), unless they are newer than their sources

policies: .venv/.synced ## Check the five policy files and their worked examples
	@$(APP) -m aftersale policy check

##@ Prove it
.PHONY: test test-fast test-handoff test-channels check app-tests engine-tests conversation-tests requirements transcripts nlu-eval
.PHONY: browser-tests bot-tests axe-all screenshots widget-types
test: setup check ## Everything that CI runs
	@$(MAKE) -j2 --output-sync=target app-tests bot-tests
	@$(MAKE) browser-tests
	@$(APP) -m tests.requirements.run --random 10

test-fast: .venv/.synced ## Unit tests only: seconds, no engine
	@$(APP) -m pytest -q tests/unit

check: .venv/.synced ## Lint, format, types, architecture, size budgets
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(APP) -m pytest -q tests/unit/test_architecture.py tests/unit/test_sizes.py

app-tests: .venv/.synced .venv-localstripe/.synced .venv-synapse/.synced
	@$(APP) -m pytest -q tests/unit tests/contract tests/integration $(wildcard tests/security)

test-handoff: setup train ## Handoffs: 200 races at three barriers, 200 claims at once, all moves, empty rooms
	@$(APP) -m pytest -q tests/integration/handoff tests/integration/gateway/test_handoffs.py
	@$(APP) -m pytest -q tests/conversation/test_handoff.py

CHANNELS = whatsapp telegram matrix email mail
test-channels: setup train .venv-synapse/.synced ## Messengers: Matrix and mail for real, WhatsApp and Telegram by contract, talks over each
	@$(APP) -m pytest -q tests/unit/channels $(foreach name,$(CHANNELS),$(wildcard tests/unit/adapters/test_$(name)_*.py)) \
	  tests/contract tests/integration/channels
	@$(APP) -m pytest -q tests/conversation/test_linking.py
	@$(APP) -m pytest -q -c tests/browser/pytest.ini tests/browser/five_ways

engine-tests: .venv-rasa/.synced train
	@$(ENGINE) -m pytest -q -c tests/engine/pytest.ini tests/engine
	@$(ENGINE) -m pytest -q -c tests/dialogue/pytest.ini tests/dialogue

bot-tests: setup train # one after the other: what two engines would do at once takes as long
	@$(MAKE) engine-tests
	@$(MAKE) conversation-tests

conversation-tests: setup train
	@$(APP) -m pytest -q tests/conversation
	@$(APP) -m aftersale.demo.transcripts --check

requirements: setup train ## Prove the 104 requirements: each test must fail under its mutation
	@$(APP) -m tests.requirements.run

transcripts: setup train ## Write docs/transcripts/ by playing the recorded scripts
	@$(APP) -m aftersale.demo.transcripts

nlu-eval: .venv-rasa/.synced train ## Intent recognition on held-out utterances: [FILE=x.tsv] [MAP=y.yml] [FOLDS=3] [JSON=1] [MISTAKES=1]
	@$(ENGINE) bench/nlu_eval.py $(if $(FILE),--file "$(FILE)") $(if $(MAP),--map "$(MAP)") \
		$(if $(FOLDS),--folds $(FOLDS)) $(if $(JSON),--json) $(if $(MISTAKES),--mistakes)

browser-tests: setup train widget-types .venv-synapse/.synced ## The chat widget and the desk in a real browser (.ci/install-servers installs Chromium)
	@$(APP) -m pytest -q -c tests/browser/pytest.ini tests/browser

axe-all: setup train ## Accessibility of every state of the widget and the desk in all combinations
	@AXE=all $(APP) -m pytest -q -c tests/browser/pytest.ini tests/browser/test_axe.py tests/browser/desk/test_axe.py

screenshots: setup train ## Write docs/screenshots/: the states of the widget and the desk as pictures
	@$(APP) -m tests.browser.screenshots

widget-types: widget/node_modules/.synced
	@cd widget && node_modules/.bin/tsc -p tsconfig.json && node_modules/.bin/tsc -p ../desk/tsconfig.json

##@ Measure it
.PHONY: bench
bench: setup train ## Play conversations with 1, 8 and 32 buyers at once
	@$(APP) bench/turns.py

##@ Housekeeping
.PHONY: setup pythons locks audit clean help
setup: pythons .venv/.synced .venv-rasa/.synced ## Make both environments from their hashed locks, and the chat widget
	@if command -v node > /dev/null && command -v npm > /dev/null; then $(MAKE) widget; \
	elif [ -n "$${CI:-}" ]; then $(need_node); \
	else echo "Node.js with npm is missing: the chat widget is not built, everything else works." >&2; fi

pythons:
	@$(call need,3.11)
	@$(call need,3.10)

.venv-tools/.synced: requirements/tools.txt
	@$(call need,3.11)
	@echo "Making .venv-tools (what makes the other environments)"
	@[ -x .venv-tools/bin/python ] || python3.11 -m venv .venv-tools
	@.venv-tools/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

.venv/.synced: requirements/dev.txt pyproject.toml .venv-tools/.synced
	@$(call need,3.11)
	@echo "Making .venv (app, Python 3.11)"
	@[ -x $(APP) ] || $(UV) venv -q --python "$$(python3.11 -c 'import sys; print(sys.executable)')" .venv
	@$(UV) pip sync --python $(APP) --require-hashes requirements/dev.txt $(brief)
	@$(UV) pip install -q --python $(APP) --no-deps --no-build-isolation -e .
	@touch $@

.venv-rasa/.synced: requirements/engine.txt .venv-tools/.synced
	@$(call need,3.10)
	@echo "Making .venv-rasa (engine, Python 3.10; 2.5 GB, a few minutes the first time)"
	@[ -x $(ENGINE) ] || $(UV) venv -q --python "$$(python3.10 -c 'import sys; print(sys.executable)')" .venv-rasa
	@$(UV) pip sync --python $(ENGINE) --require-hashes requirements/engine.txt $(brief)
	@touch $@

widget/node_modules/.synced: widget/package.json widget/package-lock.json
	@$(need_node)
	@echo "Making widget/node_modules (what builds and checks the chat widget)"
	@cd widget && npm ci --loglevel=error --no-progress > /dev/null
	@touch $@

WIDGET_SOURCES = $(shell find widget/src widget/locales -type f 2>/dev/null)
widget/dist/manifest.json: widget/node_modules/.synced widget/build.mjs $(WIDGET_SOURCES)
	@$(need_node)
	@node widget/build.mjs > /dev/null

DESK_SOURCES = $(shell find desk/src desk/locales -type f 2>/dev/null)
widget/dist/desk/manifest.json: widget/node_modules/.synced desk/build.mjs $(DESK_SOURCES) $(WIDGET_SOURCES)
	@$(need_node)
	@node desk/build.mjs > /dev/null

# A stand-in for Stripe that tests talk to; it must not share a library with what it stands for.
.venv-localstripe/.synced: requirements/localstripe.txt .venv-tools/.synced
	@$(call need,3.11)
	@echo "Making .venv-localstripe (a stand-in for Stripe, for tests)"
	@[ -x .venv-localstripe/bin/python ] || $(UV) venv -q --python "$$(python3.11 -c 'import sys; print(sys.executable)')" .venv-localstripe
	@$(UV) pip sync --python .venv-localstripe/bin/python --require-hashes requirements/localstripe.txt $(brief)
	@touch $@

# A real Matrix homeserver that tests talk to; it brings many libraries and pins of its own.
.venv-synapse/.synced: requirements/synapse.txt .venv-tools/.synced
	@$(call need,3.11)
	@echo "Making .venv-synapse (a Matrix homeserver, for tests)"
	@[ -x .venv-synapse/bin/python ] || $(UV) venv -q --python "$$(python3.11 -c 'import sys; print(sys.executable)')" .venv-synapse
	@$(UV) pip sync --python .venv-synapse/bin/python --require-hashes requirements/synapse.txt $(brief)
	@touch $@

locks: .venv-tools/.synced ## Write the hashed lock files anew from requirements/*.in
	@for name in tools app dev engine localstripe synapse; do \
	  version=3.11; [ $$name = engine ] && version=3.10; \
	  echo "Locking $$name"; \
	  $(UV) pip compile -q --generate-hashes --no-header --no-emit-index-url --python-version $$version \
	    requirements/$$name.in -o requirements/$$name.txt; \
	done

audit: .venv/.synced ## Look the app's libraries up among known vulnerabilities (asks the package index)
	@.venv/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/app.txt

clean: ## Remove demo data, results and caches; keep the environments and the model
	@rm -rf var results .pytest_cache .mypy_cache .ruff_cache .hypothesis .rasa
	@find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
