# Les Chaudronneries: the commands of the house. `make run` opens it, `make test` checks it.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# How many test processes: pytest-xdist's -n.
WORKERS ?= 2

.PHONY: run test lint format bench demo-reset backup restore

run: $(VENV)/.ready
	@$(PY) manage.py run

test: $(VENV)/.ready
	$(PY) -m pytest -n $(WORKERS) --maxschedchunk 2 $(ARGS)

lint: $(VENV)/.ready
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	git ls-files -z 'templates/*.html' | xargs -0 $(VENV)/bin/djade --target-version 5.2 --check
	ENV_FILE= ENVIRONMENT=local SECRET_KEY=lint $(PY) manage.py makemigrations --check --dry-run
	ENV_FILE= ENVIRONMENT=production SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') \
	  ALLOWED_HOSTS=chaudronneries.example EMAIL_URL=smtp+tls://x:y@smtp.example:587 \
	  DEFAULT_FROM_EMAIL=bonjour@chaudronneries.example $(PY) manage.py check --deploy --fail-level WARNING

format: $(VENV)/.ready
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	git ls-files -z 'templates/*.html' | xargs -0 $(VENV)/bin/djade --target-version 5.2

bench: $(VENV)/.ready
	$(PY) -m bench

demo-reset: $(VENV)/.ready
	$(PY) manage.py load_demo --reset

# One archive with database and files, in var/backups: make backup ARGS="--keep 14", make backup ARGS="--check FILE"
backup: $(VENV)/.ready
	@$(PY) manage.py backup $(ARGS)

# Into an empty house: make restore FILE=var/backups/….zip; ARGS=--replace puts it in the place of one that is lived in.
restore: $(VENV)/.ready
	@test -n "$(FILE)" || { echo "Donnez l'archive : make restore FILE=var/backups/….zip"; exit 1; }
	@$(PY) manage.py restore "$(FILE)" $(ARGS)

# The virtual environment: made once, brought up to date when the dependencies change.
$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Il faut Python 3.11 ou plus récent, par exemple : make PYTHON=python3.12 run"; exit 1; }
	@echo "Environnement Python dans $(VENV) (une à deux minutes la première fois)…"
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Le module venv manque à ce Python (sous Debian : apt install python3-venv)."; exit 1; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
