# make lab          install what the course needs into .venv and open the first lesson
# make install      the same, without opening anything
# make test         all tests: lessons, solutions, grading, unit tests, style
# make notebooks    build notebooks/, exercises/ and solutions/ from source/ (ONLY=02_softmax: one)
# make site         build site/: the course for any static host, run by the learner's own browser
#                   (PYODIDE=DIR: with that Pyodide copied into it)
# make site-test    build it and learn in a browser that reaches no other machine
# make bench        measure us against PyTorch, both in one run (installs PyTorch, half an hour)
# make lock         resolve the dependencies of pyproject.toml again
# make test-oldest  the tests with the oldest dependencies allowed; test-newest: with the newest
# make clean        remove .venv and caches; your exercises and my_transformer.py stay
# Another Python: make lab PYTHON=python3.13
# What each of them does stands in tools/task.py, which runs without make as well.

PYTHON ?= python3
TASKS := install lab test notebooks site site-test bench lock test-oldest test-newest clean

.PHONY: $(TASKS) .venv/lab

$(TASKS):
	@$(PYTHON) tools/task.py $@ $(ONLY) $(PYODIDE)

.venv/lab: install
