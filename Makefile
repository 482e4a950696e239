# On a fresh machine with Rust, Python 3 with pip, make and a C compiler, two commands matter:
#   make run    the whole service, at http://localhost:8080
#   make test   everything that CI runs
# The rest are parts of these. What is fetched lies in target/cache (see .ci/fetch).

CARGO ?= cargo
NO_SERVER := --no-default-features --features grader --bin assay-grader --target-dir target/grader
ASSAY := target/debug/assay
# ONNX Runtime's wheels send telemetry unless told not to before they are loaded.
export ORT_DISABLE_TELEMETRY := 1

.PHONY: run test bench bench-exam fetch lint live-queries queries tools packages format grader grader-debug debug \
        unit other-postgres docs content browser test-keras
.NOTPARALLEL:
.DEFAULT_GOAL := run

run: tools
	@.ci/fetch
	$(CARGO) build --locked --release --bin assay
	$(CARGO) build --locked --release $(NO_SERVER)
	@ln -f target/grader/release/assay-grader target/release/assay-grader
	@exec target/release/assay serve --setup

test: packages tools fetch format grader debug live-queries unit other-postgres docs content browser
	@echo "make test: everything passed"

# Measures a build of PROFILE, `release` or `debug`, and writes benches/results.md; a few minutes, on a quiet machine.
PROFILE ?= release
bench: tools fetch target/bench-venv/requirements.txt
	$(CARGO) build --locked $(if $(filter release,$(PROFILE)),--release) --bin assay
	$(CARGO) build --locked $(if $(filter release,$(PROFILE)),--release) $(NO_SERVER)
	@ln -f target/grader/$(PROFILE)/assay-grader target/$(PROFILE)/assay-grader
	@target/bench-venv/bin/python benches/bench.py --profile $(PROFILE)

# An exam that 2,000 take at once, and kills in the middle: about a quarter of an hour, on a quiet machine. For a quick look:
# make bench-exam EXAM="--candidates 200 --minutes 1 --killed 50"
EXAM ?= --report benches/results.md
bench-exam: tools fetch
	$(CARGO) build --locked --release $(NO_SERVER)
	@ln -f target/grader/release/assay-grader target/release/assay-grader
	$(CARGO) build --locked --release --bin assay --bench exam
	@$$($(CARGO) build --locked --release --bench exam --message-format json | \
		sed -n 's/.*"name":"exam".*"executable":"\([^"]*\)".*/\1/p') $(EXAM)

# What the bench compares with: bare ONNX Runtime, and scripts of a fresh Python.
target/bench-venv/requirements.txt: benches/requirements.txt
	python3 -m venv target/bench-venv
	target/bench-venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@cp $< $@

# With PostgreSQL, which tests need even where DATABASE_URL names another.
fetch:
	@env -u DATABASE_URL .ci/fetch

# One sentence for each tool that is missing, before a build fails with many.
tools:
	@command -v $(CARGO) >/dev/null || { echo "make: cargo is missing; install Rust 1.95 or newer: https://rustup.rs" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "make: a C compiler is missing: apt-get install gcc libc6-dev" >&2; exit 1; }

packages:
	@.ci/packages

format:
	$(CARGO) fmt --check

# The grader is built by itself, without anything that is trusted, and is found beside `assay`.
grader-debug:
	$(CARGO) build --locked $(NO_SERVER)
	@ln -f target/grader/debug/assay-grader target/debug/assay-grader

grader: grader-debug
	$(CARGO) clippy --locked --lib --bins --no-default-features --features grader --target-dir target/grader -- -D warnings
	$(CARGO) test --locked --lib --no-default-features --features grader --target-dir target/grader
	@$(CARGO) tree --locked -e normal --prefix none --no-default-features --features grader > target/grader/tree.txt
	@grep -q '^ort v' target/grader/tree.txt || { echo "make grader: the grader does not contain ort" >&2; exit 1; }
	@! grep -E '^(sqlx|actix-web|askama)[a-z-]* v' target/grader/tree.txt || \
		{ echo "make grader: the untrusted grader must not contain the above" >&2; exit 1; }

debug:
	$(CARGO) build --locked

# Runs the compiler with every query asked of a database that is migrated by the files at hand; the answers go to
# target/queries. For one that was built before its queries changed, any earlier $(ASSAY) does.
define with-live-queries
@test -x $(ASSAY) || $(CARGO) build --locked || { echo "make: this needs one $(ASSAY) that was ever built, to start \
a database: build a commit whose .sqlx is complete first" >&2; exit 1; }
@rm -rf target/queries && mkdir -p target/queries
env -u DATABASE_URL SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$(CURDIR)/target/queries $(ASSAY) with-database -- $(CARGO)
endef

# What is missing in the committed .sqlx and what is stale there are both faults. Lints come with the same compiler run;
# the --cfg is new each time and makes clippy look again, where cargo would repeat its last answer.
live-queries: fetch
	$(with-live-queries) clippy --locked --all-targets -- -D warnings --cfg "checked_at_$$(date +%s)"
	@diff -rq .sqlx target/queries || { echo "make: .sqlx is not what the database says; run \`make queries\` and \
	commit .sqlx" >&2; exit 1; }

# Writes .sqlx anew, after a query or a migration changed.
queries: fetch
	@touch src/lib.rs
	$(with-live-queries) check --locked --all-targets
	rm -rf .sqlx && cp -r target/queries .sqlx

lint: format
	$(CARGO) clippy --locked --all-targets -- -D warnings

unit:
	env -u DATABASE_URL $(ASSAY) with-database --empty -- $(CARGO) test --locked --no-fail-fast

# What touches SQL also runs on a second version, where Debian's is installed.
other-postgres:
	@if [ -x /usr/lib/postgresql/15/bin/postgres ]; then \
		set -x; env -u DATABASE_URL ASSAY_POSTGRES_BIN=/usr/lib/postgresql/15/bin \
			$(ASSAY) with-database --empty -- $(CARGO) test --locked --no-fail-fast --lib --test migrations --test stories; \
	else echo "PostgreSQL 15 is not installed: its tests are left out"; fi

# Outside of `make test`: builds the environment `keras` (1.6 GB), trains the course's network in it, converts a model.
test-keras: fetch grader-debug
	$(CARGO) test --locked --test keras -- --ignored --nocapture --test-threads 1

docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --lib

# In a folder that every user can enter, also where this one is private: scripts run as users of their own.
TEST_DATA := $(or $(TMPDIR),/tmp)/assay-test-data
content:
	ASSAY_DATA=$(TEST_DATA) $(ASSAY) admin environment build sklearn
	ASSAY_DATA=$(TEST_DATA) $(ASSAY) check

browser:
	@if [ -d tests/browser ]; then cd tests/browser && npm ci --no-audit --no-fund && npm test; fi
