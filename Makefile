# The commands of CertAuth. `make demo` and `make test` set up what they need first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Separate packages under Docs.
EXAMPLES := Docs/ClientExamples/Package.swift Docs/ClientExamples/Sources Docs/ClientExamples/Tests Docs/Sample/Package.swift Docs/Sample/Sources
# Package traits, and the suites that need them.
TRAITS := Hummingbird,NIOSSL,GRPC
TRAIT_SUITES := CertAuthHummingbirdTests|CertAuthNIOSSLTests|CertAuthGRPCTests
UNIT_SUITES := CertAuthOpenSSLTests|CertAuthTests|CertAuthTestingTests
# Long suites of the core on one thread that verify little, or in both ways anyway: neither without tuning nor under
# ThreadSanitizer.
ONE_THREAD_SUITES := HostileInputTests|ForwardingMatrixTests|DecoderFuzzTests|EqualVerdict
# Long suites that reach no unsafe code that others do not reach: not under AddressSanitizer.
SAFE_SUITES := ForwardingMatrixTests|EqualVerdict|LRUCertificateValidationCacheTests
# The unit suites, two hundred connections across reloads, and connections that end with their verdict.
THREAD_SUITES := $(UNIT_SUITES)|ReloadUnderLoadTests|LifetimeTests

SOAK_MINUTES ?= 30
# The largest sizes of the tables of growth: small, full or huge.
GROWTH_SIZES ?= full
# The minutes that each fuzz target runs, and the target; without a name all run.
MINUTES ?= 5
TARGET ?=

# The number of cases of each kind, their seed, and a single case.
COUNT ?= 20000
SEED ?= 1
CASE ?=

# `make install` puts the command into PREFIX/bin. Not every shell replaces the ~ in PREFIX=~/.local. The ~ of another
# user is refused: it would be a folder of that name in the checkout.
INSTALL_PREFIX = $(patsubst ~,$(HOME),$(patsubst ~/%,$(HOME)/%,$(or $(PREFIX),/usr/local)))
CHECK_PREFIX = $(if $(filter ~%,$(INSTALL_PREFIX)),$(error PREFIX is $(PREFIX), expected an absolute path, ~ or ~/FOLDER))
CONFIGURATION ?= release
# What `make test` runs, in this order.
TESTS := unit tuning-off sanitize-address sanitize-thread consumer

.PHONY: api api-traits check-api tuning-off fuzz soak differential differential-share help setup test-setup build install uninstall demo test unit sanitize-address sanitize-thread consumer traits sample test-sample test-all test-openssl clients test-clients documentation bench bench-growth bench-hostile bench-instructions lint format clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what a build needs: OpenSSL's headers and pkg-config
	@.ci/install build

test-setup: setup
	@.ci/install test

build: setup ## build everything in release mode
	swift build -c release

install: setup ## build the command certauth and install it: make install PREFIX=~/.local
	$(CHECK_PREFIX)swift build -c $(CONFIGURATION) --product certauth
	@mkdir -p '$(DESTDIR)$(INSTALL_PREFIX)/bin'
	install -m 755 "$$(swift build -c $(CONFIGURATION) --show-bin-path)/certauth" '$(DESTDIR)$(INSTALL_PREFIX)/bin/certauth'
	@case ":$$PATH:" in *':$(INSTALL_PREFIX)/bin:'*) ;; *) echo 'note: $(INSTALL_PREFIX)/bin is not in your PATH' ;; esac

uninstall: ## remove the installed command: make uninstall PREFIX=~/.local
	$(CHECK_PREFIX)rm -f '$(DESTDIR)$(INSTALL_PREFIX)/bin/certauth'

demo: setup ## make a PKI, start the listener, show what eight kinds of client receive
	swift build -c release --product certauth
	@"$$(swift build -c release --show-bin-path)/certauth" demo --once

test: test-setup ## run the suites, the unit suites under sanitizers too; ends with counts and failures
	@.ci/test $(TESTS)

unit: test-setup ## run the suites once
	.ci/suite plain

tuning-off: test-setup ## run the unit suites without OpenSSL tuning, see Docs/OpenSSL.md
	.ci/suite tuning-off '$(UNIT_SUITES)' '$(ONE_THREAD_SUITES)'

sanitize-address: test-setup ## run the unit suites under AddressSanitizer and LeakSanitizer
	.ci/suite address '$(UNIT_SUITES)' '$(SAFE_SUITES)'

sanitize-thread: test-setup ## run the unit suites, and connections across reloads, under ThreadSanitizer
	.ci/suite thread '$(THREAD_SUITES)' '$(ONE_THREAD_SUITES)'

consumer: setup ## follow README in an empty folder; check that a package on the core alone builds no NIO
	.ci/consumer

traits: test-setup ## run the suites that need package traits, in a separate build folder
	.ci/traits '$(TRAITS)' '$(TRAIT_SUITES)'

sample: setup ## run the Hummingbird sample of Docs/Sample/Sample.md, with a PKI and a revocation responder
	Docs/Sample/run

test-sample: test-setup ## run the commands of Docs/Sample/Sample.md, with the sample's own TLS and behind nginx
	.ci/sample

test-all: test traits test-sample clients ## run every suite, the suites that need package traits, the sample and the client examples

test-openssl: test-setup ## run every suite on the OpenSSL installed in PREFIX, see Docs/OpenSSL.md
	.ci/openssl '$(PREFIX)'

clients: test-setup ## compile and run the examples of Docs/Clients.md; downloads an HTTP client
	.ci/clients

test-clients: setup ## run curl, GnuTLS, a smart card, Chromium, Firefox and others that are installed against certauth serve
	.ci/test-clients

api: setup ## write the public symbols of the products to Docs/API
	swift build
	.ci/api

api-traits: setup ## the same for the products behind package traits
	swift build --traits '$(TRAITS)' --scratch-path .build-traits
	.ci/api --traits

check-api: setup ## fail when the public symbols differ from Docs/API
	swift build
	.ci/api --check

documentation: setup ## make the site of all products, with a landing page, in .build/documentation
	swift build --traits '$(TRAITS)' --scratch-path .build-traits
	.ci/documentation --site .build/documentation --traits '$(TRAITS)' --scratch-path .build-traits

bench: setup ## compare validation, paths, revocation, headers and servers with libcrypto and peers; JSON in Benchmarks/results
	@mkdir -p Benchmarks/results
	cd Benchmarks && swift build -c release --product PeerServers && swift run -c release Benchmarks --json results/bench.json

bench-growth: setup ## print how cost grows with connections, trust anchors, CRLs and names; GROWTH_SIZES=small takes 2 minutes
	@mkdir -p Benchmarks/results
	cd Benchmarks && swift run -c release Benchmarks --growth --sizes $(GROWTH_SIZES) --json results/growth.json

fuzz: setup ## run the fuzz targets of Docs/Fuzzing.md for MINUTES (5) each; TARGET=name runs one
	.ci/fuzz '$(MINUTES)' '$(TARGET)'

soak: setup ## load a listener for SOAK_MINUTES (30); fails if its memory or its descriptors grow
	cd Benchmarks && swift run -c release Benchmarks --soak $(SOAK_MINUTES)

differential: test-setup ## compare COUNT (20000) hierarchies and as many revocation cases with six verifiers; SEED=, CASE=
	swift build --product certauth
	swift build --package-path Differential/SwiftCertificates -c release
	Differential/run --seed '$(SEED)' $(if $(CASE),--case '$(CASE)',--count '$(COUNT)' --report "$(CURDIR)/.build/differential/report.md")

differential-share: test-setup ## run a part of the differential cases, for two minutes at most
	swift build --product certauth
	Differential/run --share --count 1200 --seconds 80 --seed '$(SEED)'

bench-hostile: setup ## measure what clients cost a listener before authentication; fails above the budget of Docs/Checks.md
	cd Benchmarks && swift run -c release HostileBench

bench-instructions: setup ## count the instructions of uncached validations; fails if there are too many
	.ci/bench-instructions

lint: ## check the format
	swift format lint --strict --recursive Sources Tests Package.swift Benchmarks/Package.swift Benchmarks/Sources Fuzz/Package.swift Fuzz/Sources Differential/SwiftCertificates/Package.swift Differential/SwiftCertificates/Sources $(EXAMPLES)

format: ## fix the format
	swift format --in-place --recursive Sources Tests Package.swift Benchmarks/Package.swift Benchmarks/Sources Fuzz/Package.swift Fuzz/Sources Differential/SwiftCertificates/Package.swift Differential/SwiftCertificates/Sources $(EXAMPLES)

clean: ## remove build products, benchmark results, fuzz corpora and findings, and the sample's PKI
	rm -rf .build .build-address .build-thread .build-traits Benchmarks/.build Benchmarks/results Fuzz/.build Fuzz/corpus Fuzz/found Docs/ClientExamples/.build \
	  Docs/Sample/.build Docs/Sample/pki Differential/SwiftCertificates/.build
