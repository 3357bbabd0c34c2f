# Everything here sets itself up: a machine needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
SUBMISSION ?= examples/half_done
ASSIGNMENT ?= segmentation
# A second assignment is practised in a folder of its own.
PRACTICE := practice$(if $(filter-out segmentation,$(ASSIGNMENT)),-$(ASSIGNMENT))
JUPYTER ?=
# In a container everybody is root, and Jupyter wants to be told.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEVELOPED := $(VENV)/.developed

.PHONY: help grade practice page test check format release doctor clean

help: ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

grade: $(INSTALLED) ## grade the half-done example, or SUBMISSION=path, of ASSIGNMENT=name
	@$(BIN)/autograder grade $(SUBMISSION) --assignment $(ASSIGNMENT)

practice: $(INSTALLED) ## open the assignment, or ASSIGNMENT=name, in JupyterLab, in a copy of your own
	@test -d $(PRACTICE) || cp -r assignment/$(ASSIGNMENT) $(PRACTICE)
	@cd $(PRACTICE) && $(abspath $(BIN))/jupyter lab $(AS_ROOT) $(JUPYTER) \
	  "$$($(abspath $(BIN))/python -c 'from assignment import NOTEBOOK; print(NOTEBOOK)')"

page: $(INSTALLED) ## run the notebook with the solutions and draw docs/practice.html, or of ASSIGNMENT=name
	@$(BIN)/python -m autograder.release.page --assignment $(ASSIGNMENT)

doctor: $(INSTALLED) ## say what this machine offers
	@$(BIN)/autograder doctor

test: $(DEVELOPED) ## run the project's own tests
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

check: $(DEVELOPED) ## format, lint, types, imports between parts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEVELOPED) ## mend what the formatter and the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

release: $(INSTALLED) ## make assignment/ out of solutions/, of every assignment
	@$(BIN)/autograder release

clean: ## remove the environment and every cache
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info build

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]'
	@touch $@

$(DEVELOPED): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(INSTALLED) $@
