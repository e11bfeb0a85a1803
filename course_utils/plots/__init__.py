"""Arrays in, Axes out; one theme for every figure of the course."""
