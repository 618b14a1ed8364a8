# make demo   sets up a private environment, makes a store of made-up traffic, opens the app on it
# make test   sets up the same environment with the test tools and runs every test
# make test-clients   real clients against a collector; installs them into an environment of their own
# make check  lint, types and import rules
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-clients check bench clean

demo: .venv/app
	$(BIN)/tracetui demo

test: .venv/dev
	$(BIN)/pytest

test-clients: .venv/dev
	$(BIN)/pytest -m clients -n 0 tests/clients

check: .venv/dev
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev
	$(BIN)/python -m bench

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/app: .venv/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/dev: .venv/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ .venv/app

clean:
	rm -rf .venv build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache
