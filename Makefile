# The front door. Each target works on a fresh Debian 12 with Node 20 (or newer), as root or with sudo; what is missing is
# installed first: the pinned Node into .tools/, npm packages from the lockfile, Debian packages (no service is started).

SHELL := /bin/bash
export PATH := $(CURDIR)/.tools/bin:$(PATH)
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo -E env PATH="$$PATH")
STATE ?= var/up
PORT ?= 8774
NODE := node -C remnant-source

.PHONY: help demo test test-real golden check bench up down generate packages guest clean
.DEFAULT_GOAL := help

help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: packages guest ## A real guest stalls, gets its NMI, and hands over its dump: the main job, in a minute
	@$(SUDO) $(NODE) lab/demo.ts

up: packages $(if $(SIM),,guest) ## A demo cloud in the background: PORT=8774 STATE=var/up; SIM=2 for simulated hosts
	@$(SUDO) lab/cloud.sh up "$(STATE)" "$(PORT)" "$(SIM)"

down: ## Stop it
	@$(SUDO) lab/cloud.sh down "$(STATE)"

check: node_modules ## Types, lint, walls, docs, fast tests: what every commit passes
	@$(NODE) tools/run.ts check

test: node_modules ## Everything, on the real things too
	@lab/install.sh guest libvirt clients postgres nats
	@lab/guest.sh var/lab/guest
	@$(SUDO) $(NODE) tools/run.ts test

test-real: node_modules ## The tests on real things alone: ONLY=WORD picks files
	@lab/install.sh guest libvirt clients postgres nats
	@lab/guest.sh var/lab/guest
	@$(SUDO) ONLY="$(ONLY)" $(NODE) tools/run.ts $(if $(ONLY),,guests) real

golden: node_modules ## Recorded answers of a real Nova replayed, each difference told: CASES=FILE for another recording
	@$(NODE) remnantd/test/golden/replay-file.ts $(if $(CASES),"$(CASES)")

bench: node_modules ## Benchmarks, a quarter of an hour; numbers go to bench/results
	@lab/install.sh libvirt
	@$(SUDO) $(NODE) tools/run.ts bench

generate: node_modules ## OpenAPI document, client and reference pages from the declarations
	@$(NODE) tools/generate.ts

packages: node_modules
	@$(if $(SIM),:,lab/install.sh guest libvirt)

guest:
	@lab/guest.sh var/lab/guest

node_modules: package-lock.json .tools/bin/node
	@# Not npm ci: it refuses a lockfile that leaves out optional packages of other platforms. This keeps to the lockfile too.
	@npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch node_modules

.tools/bin/node:
	@tools/node.sh

clean: ## Remove everything that was built or installed here (not Debian packages)
	rm -rf node_modules .tools var dist */dist
