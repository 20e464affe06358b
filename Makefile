# The commands of CertAuth. `make demo` and `make test` set up what they need first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Packages of their own under Docs.
EXAMPLES := Docs/ClientExamples/Package.swift Docs/ClientExamples/Sources Docs/ClientExamples/Tests Docs/Sample/Package.swift Docs/Sample/Sources
# Package traits, and the suites that stand behind them.
TRAITS := Hummingbird,NIOSSL,GRPC
TRAIT_SUITES := CertAuthHummingbirdTests|CertAuthNIOSSLTests|CertAuthGRPCTests
UNIT_SUITES := CertAuthOpenSSLTests|CertAuthTests|CertAuthTestingTests
# Long suites of the core that verify little, or in both ways anyway.
SUITES_WITHOUT_TUNING := HostileInputTests|ForwardingMatrixTests|DecoderFuzzTests|EqualVerdict
# Two hundred connections across reloads, and connections that end with their verdict.
THREAD_SUITES := $(UNIT_SUITES)|ReloadUnderLoadTests|LifetimeTests

SOAK_MINUTES ?= 30
# How long each fuzz target runs, and which one; all without a name.
MINUTES ?= 5
TARGET ?=

# Cases of each kind, what they are made from, and one case alone.
COUNT ?= 20000
SEED ?= 1
CASE ?=

.PHONY: tuning-off fuzz soak differential differential-share help setup test-setup build demo test unit sanitize-address sanitize-thread consumer traits sample test-sample test-all test-openssl clients documentation bench bench-hostile bench-instructions lint format clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what a build needs: OpenSSL's headers and pkg-config
	@.ci/install build

test-setup: setup
	@.ci/install test

build: setup ## build everything in release mode
	swift build -c release

demo: setup ## make a PKI, start the listener, show what eight kinds of client get
	swift run -c release certauth demo --once

test: test-setup unit tuning-off sanitize-address sanitize-thread consumer ## run every suite, the unit suites under sanitizers too

unit: test-setup
	.ci/suite plain

tuning-off: test-setup ## the unit suites with OpenSSL used in the plain way, see Docs/OpenSSL.md
	.ci/suite tuning-off '$(UNIT_SUITES)' '$(SUITES_WITHOUT_TUNING)'

sanitize-address: test-setup ## the unit suites under AddressSanitizer and LeakSanitizer
	.ci/suite address '$(UNIT_SUITES)'

sanitize-thread: test-setup ## the unit suites, and connections across reloads, under ThreadSanitizer
	.ci/suite thread '$(THREAD_SUITES)'

consumer: setup ## build a package that uses the core alone, and see that it builds no NIO
	.ci/consumer

traits: test-setup ## the suites behind package traits, built in a folder of their own
	.ci/traits '$(TRAITS)' '$(TRAIT_SUITES)'

sample: setup ## run the Hummingbird sample of Docs/Sample/Sample.md, with a PKI and a responder
	Docs/Sample/run

test-sample: test-setup ## run the commands of Docs/Sample/Sample.md, on the sample's own TLS and behind nginx
	.ci/sample

test-all: test traits test-sample clients ## every suite, those behind package traits and the sample too

test-openssl: test-setup ## every suite on the OpenSSL installed in PREFIX, see Docs/OpenSSL.md
	.ci/openssl '$(PREFIX)'

clients: test-setup ## compile and run the examples of Docs/Clients.md, which fetch an HTTP client
	.ci/clients

documentation: setup ## make the documentation of every product, and fail on a broken link
	swift build
	.ci/documentation

bench: setup ## measure validation, paths, revocation, headers and servers beside libcrypto and peers; JSON in Benchmarks/results
	@mkdir -p Benchmarks/results
	cd Benchmarks && swift build -c release --product PeerServers && swift run -c release Benchmarks --json results/bench.json

fuzz: setup ## run the fuzz targets of Docs/Fuzzing.md for MINUTES (5) each; TARGET=name runs one
	.ci/fuzz '$(MINUTES)' '$(TARGET)'

soak: setup ## load a listener for SOAK_MINUTES (30), and fail when its memory or its descriptors grow
	cd Benchmarks && swift run -c release Benchmarks --soak $(SOAK_MINUTES)

differential: test-setup ## judge COUNT (20000) hierarchies and as many scenes of revocation beside six verifiers; SEED=, CASE=
	swift build --product certauth
	swift build --package-path Differential/SwiftCertificates -c release
	Differential/run --seed '$(SEED)' $(if $(CASE),--case '$(CASE)',--count '$(COUNT)' --report .build/differential/report.md)

differential-share: test-setup ## a share of the same, for two minutes at most
	swift build --product certauth
	Differential/run --share --count 1200 --seconds 80 --seed '$(SEED)'

bench-hostile: setup ## what strangers may cost a listener before they are authenticated; fails over the budget of Docs/Checks.md
	cd Benchmarks && swift run -c release HostileBench

bench-instructions: setup ## count the instructions of uncached validations, and fail when there are too many
	.ci/bench-instructions

lint: ## check the format
	swift format lint --strict --recursive Sources Tests Package.swift Benchmarks/Package.swift Benchmarks/Sources Fuzz/Package.swift Fuzz/Sources Differential/SwiftCertificates/Package.swift Differential/SwiftCertificates/Sources $(EXAMPLES)

format: ## mend the format
	swift format --in-place --recursive Sources Tests Package.swift Benchmarks/Package.swift Benchmarks/Sources Fuzz/Package.swift Fuzz/Sources Differential/SwiftCertificates/Package.swift Differential/SwiftCertificates/Sources $(EXAMPLES)

clean: ## remove what builds left
	rm -rf .build .build-address .build-thread .build-traits Benchmarks/.build Benchmarks/results Fuzz/.build Fuzz/corpus Fuzz/found Docs/ClientExamples/.build \
	  Docs/Sample/.build Docs/Sample/pki Differential/SwiftCertificates/.build
