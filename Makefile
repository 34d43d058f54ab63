# havirt. `make demo` and `make test` do all their own set-up on a fresh Debian 12 with Swift.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

SWIFT ?= swift
RELEASE := $(SWIFT) build -c release --static-swift-stdlib
# A crash must not start the toolchain's debugger, which can hang for minutes.
export SWIFT_BACKTRACE := enable=no

# Where `make install` puts things; DESTDIR before it is for packagers.
PREFIX ?= /usr/local
DESTDIR ?=
SHARE := .build/share

DEBIAN := git make openssh-client pkg-config libgit2-dev libxml2-dev libyaml-dev
# For the tests of completions, man pages, units and signatures.
DEBIAN_TEST := fish gpg gpg-agent groff-base mandoc systemd zsh

.PHONY: help
help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

.PHONY: deps
deps: ## Debian packages to build with
	@scripts/debian-packages $(DEBIAN)

.PHONY: deps-lab
deps-lab: deps ## Debian packages of the namespace lab
	@lab/lab packages

.PHONY: deps-machines
deps-machines: ## Debian packages of the machine lab
	@lab/machines packages

.PHONY: lab-iscsi
lab-iscsi: deps-machines ## the machine lab, from nothing: two nodes that are real iSCSI initiators, and a store
	@lab/machines up

.PHONY: build
build: deps ## debug build
	$(SWIFT) build --product havirt

.PHONY: release
release: deps ## optimised build, .build/release/havirt
	$(RELEASE) --product havirt

.PHONY: man
man: release ## man pages and completions for bash, zsh and fish, in .build/share
	$(RELEASE) --product havirt-man
	scripts/make-share "$$($(RELEASE) --show-bin-path)" $(SHARE)

.PHONY: install
install: man ## havirt, its man pages and completions, below PREFIX (/usr/local)
	install -D -m 755 "$$($(RELEASE) --show-bin-path)/havirt" "$(abspath $(DESTDIR)$(PREFIX))/bin/havirt"
	cd $(SHARE) && find . -type f -exec install -D -m 644 {} "$(abspath $(DESTDIR)$(PREFIX))/share/{}" \;

.PHONY: deps-test
deps-test: deps-lab deps-machines ## Debian packages whose tests are skipped without them
	@scripts/debian-packages $(DEBIAN_TEST)

.PHONY: test
test: deps-test ## all tests, those on the lab included; HAVIRT_LAB_TESTS=no leaves the lab out
	$(SWIFT) build --build-tests
	scripts/run-tests

.PHONY: check
check: deps ## format, imports, warnings, shell scripts
	$(SWIFT) format lint --strict -r Sources Tests bench hunt fuzz Package.swift
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	scripts/check-shell

.PHONY: demo
demo: deps-lab build ## the story on three real nodes
	HAVIRT=$$($(SWIFT) build --show-bin-path)/havirt demo/demo

.PHONY: demo-gate
demo-gate: deps-lab build ## the same story, with havirt's gate on the nodes
	HAVIRT=$$($(SWIFT) build --show-bin-path)/havirt demo/demo --gate

.PHONY: bench
bench: deps-lab release ## figures, beside the references
	$(RELEASE) --product havirt-bench
	bin=$$($(RELEASE) --show-bin-path) && HAVIRT=$$bin/havirt HAVIRT_BENCH=$$bin/havirt-bench bench/run

# An optimised build in which guards can be switched off, apart from the one that is shipped.
HUNT := $(SWIFT) build -c release -Xswiftc -DGUARD_SWITCHES --product havirt-hunt --scratch-path .build-hunt
SEEDS ?= 1000

.PHONY: hunt
hunt: deps ## try to make a domain run twice, in SEEDS simulated clusters; then the recorded mutants
	$(HUNT)
	$$($(HUNT) --show-bin-path)/havirt-hunt --seeds $(SEEDS)
	$$($(HUNT) --show-bin-path)/havirt-hunt --mutants hunt/mutants.txt

.PHONY: hunt-mutants
hunt-mutants: deps ## look for seeds that kill guards, alone or in pairs
	$(HUNT)
	$$($(HUNT) --show-bin-path)/havirt-hunt --search --seeds $(SEEDS)

# With libFuzzer and the address sanitizer, apart from what is shipped.
FUZZ := $(SWIFT) build -c release -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld -Xlinker -u -Xlinker LLVMFuzzerRunDriver \
	--product havirt-fuzz --scratch-path .build-fuzz
FUZZ_SECONDS ?= 60

.PHONY: fuzz
fuzz: deps ## feed every parser with anything, for FUZZ_SECONDS (60) each
	$(FUZZ)
	HAVIRT_FUZZ="$$($(FUZZ) --show-bin-path)/havirt-fuzz" fuzz/run $(FUZZ_SECONDS)

.PHONY: bless
bless: build ## write the goldens anew; read the diff before you commit it
	-HAVIRT_BLESS=1 $(SWIFT) test --filter 'ReconcilerTests|CLITests'
	git diff --stat

.PHONY: clean
clean: ## remove what was built
	rm -rf .build
