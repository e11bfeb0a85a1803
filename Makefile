# make lab        install what the course needs into .venv and open the first lesson
# make test       all tests: lessons, solutions, grading, unit tests, style
# make notebooks  build notebooks/, exercises/ and solutions/ from source/
# make bench      measure us against PyTorch, both in one run (installs PyTorch, half an hour)
# make lock       resolve the dependencies of pyproject.toml again
# make clean      remove .venv and caches; your exercises and my_transformer.py stay
# Another Python: make lab PYTHON=python3.13

PYTHON ?= python3
BIN := .venv/bin
ROOT_FLAG := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab test notebooks bench lock clean

# The command `course` shall work in JupyterLab's terminal, hence the PATH.
lab: .venv/lab
	PATH="$(CURDIR)/$(BIN):$$PATH" jupyter lab $(ROOT_FLAG) \
		--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

# One BLAS thread: the arrays are small. Three workers: one of them often waits for a kernel.
test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --nbval -n 3 --dist loadfile \
		tests course_utils \
		$(wildcard notebooks/[0-9][0-9]_*.ipynb notebooks/notation.ipynb \
		solutions/[0-9][0-9]_*.ipynb)

notebooks: .venv/dev
	$(BIN)/python tools/build.py $(ONLY)

bench: .venv/bench
	$(BIN)/python benchmarks/training_step.py --json
	$(BIN)/python benchmarks/attention_scaling.py --json
	$(BIN)/python benchmarks/decoding.py --json
	$(BIN)/python benchmarks/translator.py --seeds 0 1 2 3 4 5 6 7 8 9 --json
	$(BIN)/python benchmarks/translator.py --setting small --seeds 0 1 2 3 4 5 6 7 8 9 --json
	$(BIN)/python benchmarks/induction.py --json

lock: .venv/dev
	$(BIN)/python tools/lock.py

clean:
	rm -rf .venv .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else \
	"The course needs Python 3.11 or newer, and $(PYTHON) is %d.%d. Name another one: make lab PYTHON=python3.13" % v[:2])'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/lab: .venv/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/jupyter labextension disable --level=sys_prefix \
		@jupyterlab/apputils-extension:announcements 2>/dev/null
	@touch $@

.venv/dev: .venv/lab requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/jupyter labextension disable --level=sys_prefix @jupyter/nbgrader 2>/dev/null
	@touch $@

.venv/bench: .venv/lab
	$(BIN)/python -m pip install --quiet torch==2.13.0
	@touch $@
