# Every target prepares .venv first. A machine needs Python 3.11 or newer with pip, and make; nothing else.

SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/.ready
PYTHON ?= $(firstword $(foreach p,python3.11 python3 python3.12 python3.13,$(shell \
	$(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))

.PHONY: help app test demo sample check docs proof crowd bench dask-demo format lock clean
help:
	@echo "make app     open the app, already filled with a comparison"
	@echo "make test    run the tests"
	@echo "make demo    compare two variants of the base case, into reports/demo"
	@echo "make sample  write the sample report anew, into reports/sample"
	@echo "make check   format, lint, types, import layers"
	@echo "make docs    the documents as a site, into build/site"
	@echo "make proof   the full-size proofs, into reports/proofs (long)"
	@echo "make crowd   20 sessions at once, and how fast the app is for one, into reports/proofs"
	@echo "make bench   the engines against each other and today's alternatives, into reports/benchmarks (long)"
	@echo "make dask-demo  a sweep on a cluster of this machine, one worker killed in the middle"
	@echo "make format  rewrite the code in the house format"
	@echo "make lock    resolve requirements.lock anew (UPGRADE=--upgrade for newer versions)"
	@echo "make clean   remove caches and build output"

# A sound .venv is kept, whichever interpreter made it: one laid over another's is broken.
# uv is fast and optional: it is installed inside .venv at its locked hash, and where it cannot be had or
# cannot install, pip does the same from the same lock. The lock holds the build backend, so the last step
# needs no network.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python must be 3.11 or newer (none found); try: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@echo "Setting up .venv (once, and again when the lock changes) ..."
	@$(BIN)/python -c 'import pip, ssl, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || $(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt
	@{ $(BIN)/python -m pip install --quiet --require-hashes --requirement .venv/uv.txt \
	    && $(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock; } \
	  || { echo "Installing with pip instead of uv ..."; \
	    $(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock; }
	@$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@

# One run before the page opens: what has to be compiled is compiled here, where it is announced.
app: $(READY)
	@$(BIN)/scenario run iran-russia-missiles-2024 -n 1 --json >/dev/null
	$(BIN)/streamlit run app.py

# Two test processes on two cores: more threads of the linear algebra only get into each other's way.
test: $(READY)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

demo: $(READY)
	$(BIN)/scenario compare configs/iran-russia-missiles-2024.yaml --a base --b staged-joint \
	  -n 500 --seed 0 --figures reports/demo -o reports/demo

sample: $(READY)
	$(BIN)/scenario report iran-russia-missiles-2024 --a base --b staged-joint -n 4000 --seed 0 \
	  --figures incidence,difference,actors,flow,drivers,run --sizes report --formats png,svg --stress \
	  -o reports/sample

check: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The generated pages are committed and tested; this only makes a site of what is there. It fetches nothing.
docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo "Open build/site/index.html (its search needs a server: $(BIN)/python -m http.server -d build/site)"

proof: $(READY)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest tests/proof tests/identity tests/unit/draws -m "proof and not mutation" -n 2 --dist loadfile
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest tests/proof/test_mutation.py -m proof

# Wants two quiet cores; the second part wants a browser.
crowd: $(READY)
	$(BIN)/python -m pytest tests/crowd -m proof
	$(BIN)/python -m pytest tests/browser/test_times.py -m proof

bench: $(READY)
	$(BIN)/python -m benchmarks --fresh 3

dask-demo: $(READY)
	$(BIN)/python examples/dask_demo.py

format: $(READY)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# Index settings stay out of the resolution: the lock names packages and hashes, never where they came from.
lock: $(READY)
	env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS -u UV_NO_INDEX \
	  $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links $(UPGRADE) --extra dev \
	  --output-file requirements.lock pyproject.toml

clean:
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
