# For those who work on Concord: `make test`, and what carries it on. The Makefile of the folder above reads this.

.PHONY: test install-test checks lint types imports content unit bench campaign lock templates pictures package overdue clean

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

# Asks the package index, and pip-audit's source of weaknesses; nothing of it comes into the environment of the program.
overdue:
	@test -n "$(PYTHON)" || { echo "This needs Python 3.11 or later."; exit 1; }
	@$(PYTHON) -m venv build/overdue
	@build/overdue/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9" "pip-audit>=2.10"
	@build/overdue/bin/python -m scripts.overdue

templates:
	$(BIN)/python -m core.documents.build

pictures: install-test
	$(BIN)/python scripts/pictures.py

# What is installed where real data is: without tests, scripts and the fictional example.
package:
	@$(PYTHON) scripts/package.py

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
