# `make test` is all that CI runs, and installs what it needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# A fresh machine may have Go where its tarball puts it, and no PATH to it.
export PATH := $(PATH):/usr/local/go/bin

# CI may check the tree out as another user, which git calls dubious. The
# version is handed in below, so Go need not ask git either.
GIT := git -c safe.directory='*'
VERSION = $(shell $(GIT) describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT = $(shell $(GIT) rev-parse --verify --quiet HEAD 2>/dev/null || echo unknown)

# The browser's tests take six minutes on two cores, and longer where others work.
TIMEOUT := 40m

# The folders with libraries from npm: strangers, which verify our signatures,
# and what the page is made with and checked by.
NPM := mockserver/uip/testdata/strangers mockserver/uqudo/testdata/strangers examples/receivers/node web
# npm writes this file last.
NPM_READY := $(NPM:%=%/node_modules/.package-lock.json)

.PHONY: help
help: ## say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

.PHONY: deps
deps: ## install what the tests need: Node, Python, a browser, and libraries from npm
	@scripts/deps
	@$(MAKE) --silent $(NPM_READY)

$(NPM_READY): %/node_modules/.package-lock.json: %/package.json %/package-lock.json
	npm ci --prefix $*
	@touch $@

.PHONY: lint
lint: ## check form, modules and mistakes: gofmt, go mod tidy, go vet, golangci-lint
	@unformatted="$$(gofmt -l .)"; if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:" $$unformatted; exit 1; fi
	go mod tidy -diff
	go vet ./...
	go tool -modfile=tools/go.mod golangci-lint run --allow-parallel-runners

.PHONY: test
test: deps lint ## run everything that CI runs
	go test -race -timeout $(TIMEOUT) ./...
	@if go -C tools list ./... 2>/dev/null | grep -q .; then set -x; go -C tools vet ./...; go -C tools test ./...; fi
	@$(MAKE) container

.PHONY: container
container: ## build the image, without a Docker daemon, and test it
	go vet -tags container ./container
	scripts/container

.PHONY: bench
bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: build
build: ## build bin/kycmock, static, with its version from git
	CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)' -o bin/kycmock ./cmd/kycmock

.PHONY: vendor
vendor: web/node_modules/.package-lock.json ## copy the page's libraries from npm to where they are served
	scripts/vendor

.PHONY: generate
generate: ## write again what is generated from the code
	go generate ./...
