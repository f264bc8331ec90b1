# Two commands matter: `make run` and `make test`. Both install what they need, once.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
export PYTHONUTF8 := 1

.PHONY: run install test install-test checks lint types imports content unit browser bench campaign lock templates pictures clean

run: install
	$(BIN)/python -m core migrate
	$(BIN)/streamlit run app.py

install: $(VENV)/.installed

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Concord needs Python 3.11 or later."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

install-test: $(VENV)/.installed-test
	@sh scripts/test_needs.sh

$(VENV)/.installed-test: requirements-test.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-test.lock
	@touch $@ $(VENV)/.installed

# What reads the code works beside what runs it: types take a minute of one core.
test: install-test
	@$(MAKE) --no-print-directory --jobs 2 unit checks

checks: lint types imports content

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy core pages tests scripts app.py

imports:
	$(BIN)/lint-imports

content:
	$(BIN)/python -m core check

unit:
	$(BIN)/python -m pytest --numprocesses 3 --dist loadscope --cov --cov-report term --durations 10

bench: install-test
	$(BIN)/python -m core bench --into docs/figures.md

campaign: install-test
	$(BIN)/python -m tests.campaign

# For those who carry the project on -------------------------------------------------------------

lock: | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --quiet pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --quiet pyproject.toml --group test -o requirements-test.lock
	$(BIN)/python scripts/parts.py

templates:
	$(BIN)/python -m core.documents.build

pictures: install-test
	$(BIN)/python scripts/pictures.py

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
