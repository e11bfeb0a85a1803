"""Shows how far a class is: a bar in a terminal, plain lines elsewhere."""

import sys
import time

WIDTH = 28
COLUMNS = 79
EVERY = 15  # seconds between two plain lines


class Progress:
    """Counts submissions on `stream` (the standard error); nothing goes to standard output."""

    def __init__(self, total, done=0, stream=None):
        self.stream = stream or sys.stderr
        self.total, self.done, self.before = total, done, done
        self.bar = self.stream.isatty()
        self.began = self.told = time.monotonic()

    def step(self, name):
        """Count one more; `name` is what is ready."""
        self.done += 1
        now = time.monotonic()
        if self.bar:
            full = WIDTH * self.done // self.total
            bar = "█" * full + "░" * (WIDTH - full)
            line = f"{bar} {self.done}/{self.total}{self.left(now)}  {name}"
            self.stream.write(f"\r\x1b[K{line[:COLUMNS]}")
        elif now - self.told >= EVERY or self.done == self.total:
            self.told = now
            self.stream.write(f"{self.done} of {self.total} graded{self.left(now)}\n")
        self.stream.flush()

    def say(self, words):
        """Write a line."""
        self.stream.write(words + "\n")

    def left(self, now) -> str:
        """Return how long it will take, as words, or "" as long as that is a guess."""
        count = self.done - self.before
        if count < 4 or self.done == self.total:
            return ""
        seconds = (now - self.began) / count * (self.total - self.done)
        return f", about {max(1, round(seconds / 60))} min left" if seconds > 60 else ""

    def end(self):
        """Leave the line of the bar."""
        if self.bar:
            self.stream.write("\n")
            self.stream.flush()
