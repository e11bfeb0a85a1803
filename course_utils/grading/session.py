"""Runs the steps of one graded notebook in a kernel, and restarts it when a step ends it."""

import json
from dataclasses import replace

import numpy as np

from course_utils.checks.reference import reference_source
from course_utils.checks.registry import find_check
from course_utils.grading.disguise import LEFT_OUT, without_fetching
from course_utils.grading.judge import judge
from course_utils.grading.kernel import KernelTrouble
from course_utils.grading.lacking import bindings, missing_names
from course_utils.grading.observe import encode
from course_utils.grading.transplant import definitions, functions_in
from course_utils.grading.verdict import Verdict
from course_utils.grading.visible import visible_cases
from course_utils.grading.written import brief, error_words, transcripts

OBSERVE = "from course_utils.grading.observe import observe_in_kernel as _observe\n_observe({}, {})"
OWN = ("answer", "extra")
ROUNDS = 10  # a helper may need a helper; what a cell says it lacks may be made up without end
LACKED = "{names}: defined in a cell that does not run before this check; it was run first."
ALONE = "What the cell of {name} defines was judged by itself: something beside it gets in the way."
STAND_IN = "_own = {{}}\nexec({text!r}, _own)\n{name} = _own[{name!r}]\ndel _own"


class Session:
    """One submission being graded.

    run: executes source and returns its outputs, raising KernelTrouble; restart: gives a fresh
    kernel. Both come from outside, so that the session itself knows no pytest and no Jupyter.
    """

    def __init__(self, plan, exercises, seed, run, restart):
        self.plan, self.exercises, self.seed = plan, exercises, seed
        self.run, self.restart = run, restart
        self.sources, self.fetched = {}, {}  # of each step: what is run, what was left out of it
        self._leave_out_what_fetches()
        self.done = 0
        self.skipped = {}  # number of a step -> why it is not run
        self.suspected = {}  # number of a step that failed -> cells left out on its account
        self.stopped = {}  # number of a step of which only the definitions are run -> why
        self.stand_ins = {}  # number of a check -> source that replaces the failed function
        self.outputs = {}  # number of a step -> the beginning of what it wrote, for its page
        self.verdicts = {}  # name of an exercise -> its verdict

    def grade(self, name) -> Verdict:
        """Run what comes before the check of `name`, observe, and return the verdict."""
        check = find_check(name)
        steps = self.plan.steps
        at = next(i for i, step in enumerate(steps) if step.role == "check" and step.name == name)
        self._run_until(at)
        cases = visible_cases(check)
        hidden = check.cases(np.random.default_rng([self.seed, *map(ord, name)]))
        if check.score:  # one training is long enough, and hidden pairs cannot be hard-coded
            cases, hidden = hidden, []
        transcript, trouble = self._observe(name, cases + hidden, at)
        transcript, note = self._with_what_it_lacks(name, cases + hidden, at, transcript)
        verdict = self._verdict(check, cases, hidden, transcript, trouble, at)
        verdict = in_place = verdict.with_notes(note) if note else verdict
        if transcript and self._may_be_better_alone(verdict, transcript, at):
            alone = self._judged_alone(check, cases, hidden, at)
            verdict = max(verdict, alone, key=lambda one: one.fraction)
        if not in_place.right:  # so that one wrong function fails no other one
            self.stand_ins[at] = stand_in(name)
        self.verdicts[name] = verdict
        return verdict

    def _leave_out_what_fetches(self):
        """Find what the learner's cells take from the course, and tell their owner."""
        steps = dict(enumerate(self.plan.steps))
        own = [number for number, step in steps.items() if step.role in OWN]
        found = without_fetching([steps[number].source for number in own], self.exercises)
        self.sources = {number: step.source for number, step in steps.items()}
        for number, (source, words) in zip(own, found):
            self.sources[number] = source
            if words:
                name = steps[number].name
                cell = f"the answer cell of {name}" if name else "a cell that you added"
                self.fetched[number] = f"{LEFT_OUT} {cell} was left out: it {words}."
        self.plan.notes += self.fetched.values()

    def _run_until(self, at):
        """Run the steps up to number `at`; a step that ends the kernel is left out from then on."""
        while self.done < at:
            number, step = self.done, self.plan.steps[self.done]
            check = step.role == "check"
            source = self.stand_ins.get(number, "") if check else self.sources[number]
            if number not in self.skipped and source:
                try:
                    self.outputs[number] = brief(self.run(source))
                except KernelTrouble as trouble:
                    self._leave_out(number, trouble)
                    self._begin_again()
                    continue
            self.done += 1

    def _leave_out(self, number, trouble):
        """Leave a step out from now on, if it is the one to blame.

        What a cell of the learner's own left running may flood or end a later step. So first all
        of those before it are left out, and only if that does not help, the step itself.
        """
        steps = self.plan.steps
        own = [i for i in range(number) if steps[i].role == "extra" and i not in self.skipped]
        if steps[number].role != "extra" and own and number not in self.suspected:
            self.suspected[number] = own
            self.skipped |= dict.fromkeys(own, "was left out: a later cell failed beside it")
            return
        for innocent in self.suspected.pop(number, []):
            self.skipped.pop(innocent, None)
        if steps[number].role in OWN and number not in self.stopped:
            self._keep_definitions(number, f"was stopped: {trouble}")
        else:
            self.skipped[number] = self.stopped.get(number, f"was stopped: {trouble}")

    def _keep_definitions(self, number, why):
        """Run only what a step defines from now on: a print without end is no wrong function."""
        self.stopped[number] = why
        self.sources[number] = definitions(self.sources[number])
        name = self.plan.steps[number].name
        cell = f"The answer cell of {name}" if name else "A cell that you added"
        kept = " What it defines was kept." * bool(self.sources[number])
        self.plan.notes.append(f"{cell} {why}.{kept}")

    def _begin_again(self):
        """Take a fresh kernel and go back to the first step."""
        self.restart()
        self.done = 0

    def _observe(self, name, cases, at):
        """Return (transcript, ""), or (None, what went wrong while the function was called)."""
        source, trouble = observing(name, cases), ""
        for attempt in ("in its place", "alone"):
            try:
                found = transcripts(self.run(source), name)
                if found:
                    return found[-1], ""
                trouble = "the check could not see what it returned"
            except KernelTrouble as problem:
                trouble = str(problem)
            self._begin_again()
            if attempt == "in its place":
                self._run_alone(name, at)
        self._run_until(at)
        return None, trouble

    def _with_what_it_lacks(self, name, cases, at, transcript):
        """Return (transcript, note) after what other cells of the learner's define was run."""
        tried, lacks = set(), missing_names(transcript) if transcript else set()
        own = [i for i, step in enumerate(self.plan.steps) if step.role in OWN]
        for _ in range(ROUNDS):
            new = lacks - tried
            parts = [bindings(self.sources[i], new) for i in own if i not in self.skipped]
            if not any(parts):
                break
            tried |= new
            try:
                self.run("\n".join(filter(None, parts)))
                found = transcripts(self.run(observing(name, cases)), name)
            except KernelTrouble:
                found = []
            if not found:
                self._begin_again()
                self._run_until(at)
                return transcript, ""
            transcript = found[-1]
            lacks = missing_names(transcript)
        names = ", ".join(f"`{one}`" for one in sorted(tried - lacks))
        return transcript, LACKED.format(names=names) if names else ""

    def _may_be_better_alone(self, verdict, transcript, at):
        """Say whether an answer ended early, or other cells of the learner's ran before it."""
        blank = verdict.stage == "not written" and not transcript.get("missing")
        if verdict.right or blank:
            return False
        steps = [(i, one) for i, one in enumerate(self.plan.steps[:at]) if i not in self.skipped]
        extras = any(step.role == "extra" for _, step in steps)
        return extras or any(
            step.name == verdict.name and error_words(self.outputs.get(i, ()))
            for i, step in steps
            if step.role == "answer"
        )

    def _judged_alone(self, check, cases, hidden, at):
        """Return the verdict on an answer without the learner's other cells.

        Under a check that said "right" there may be an experiment that deletes the function.
        """
        self._begin_again()
        self._run_alone(check.name, at)
        try:
            found = transcripts(self.run(observing(check.name, cases + hidden)), check.name)
        except KernelTrouble:
            found = []
        self._begin_again()
        transcript = found[-1] if found else {"cases": [], "missing": "undefined"}
        verdict = self._verdict(check, cases, hidden, transcript, "", at)
        return verdict.with_notes(ALONE.format(name=check.name))

    def _run_alone(self, name, at):
        """Run what is given, this answer, and the reference for the others, in a fresh kernel.

        This is for an exercise whose check another cell of the notebook disturbs.
        """
        for number, step in enumerate(self.plan.steps[:at]):
            mine = step.role == "given" or (step.role == "answer" and step.name == name)
            own = self.sources[number] if mine else ""
            source = stand_in(step.name) if step.role == "check" else own
            if source and number not in self.skipped:
                try:
                    outputs = self.run(source)
                    if step.role == "answer" and error_words(brief(outputs)):
                        self.run(definitions(source))
                except KernelTrouble:
                    self.restart()

    def _verdict(self, check, cases, hidden, transcript, trouble, at):
        total = len(cases)
        if transcript is None:
            reason = self._why(check.name, at)
            words = reason or f"Calling `{check.name}` did not end well: {trouble}."
            return Verdict(check.name, "error", (words,), total=total, points=check.points)
        parts = [
            dict(transcript, cases=part)
            for part in (transcript["cases"][:total], transcript["cases"][total:])
        ]
        seen = judge(check, cases, parts[0])
        unseen = judge(check, hidden, parts[1]) if hidden else seen
        worse = min(seen, unseen, key=lambda verdict: verdict.fraction)
        told = seen if not seen.right else unseen
        verdict = Verdict(
            **(vars(told) | {"passed": worse.passed, "total": worse.total}),
        )
        if seen.right and not unseen.right:
            verdict = verdict.with_notes(
                "This was found with inputs that the notebook's own check does not use."
            )
        reason = self._why(check.name, at)
        if verdict.right:
            return verdict
        if transcript.get("missing") == "undefined":
            reason = reason or self._defined_instead(check.name)
            words = f"There is no function `{check.name}`. {reason}".rstrip()
            return replace(verdict, sentences=(words,))
        return verdict.with_notes(reason) if reason else verdict

    def _defined_instead(self, name):
        """Say what an answer cell without the function defines."""
        for number, step in enumerate(self.plan.steps):
            if step.role == "answer" and step.name == name:
                found = ", ".join(functions_in(self.sources[number])[:3])
                return f"Its cell defines {found[:100]}." if found else "Its cell defines none."
        return ""

    def _why(self, name, at):
        """Return why the answer of `name` was not run to its end, as a sentence, or ""."""
        for number, step in enumerate(self.plan.steps):
            if step.role == "answer" and step.name == name:
                stopped = self.skipped.get(number) or self.stopped.get(number)
                if not stopped and number not in self.fetched:
                    stopped = error_words(self.outputs.get(number, ()))
                words = f"The answer cell of {name} {stopped}." if stopped else ""
                return words or self.fetched.get(number, "")
        return ""


def observing(name, cases) -> str:
    """Return source that calls the function of that name on all cases and publishes the results."""
    text = json.dumps([[encode(argument) for argument in case.args] for case in cases])
    return OBSERVE.format(repr(name), repr(text))


def stand_in(name) -> str:
    """Return source that binds `name` to the reference, whatever else the kernel holds."""
    return STAND_IN.format(name=name, text=reference_source(name))
