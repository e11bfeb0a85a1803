"""Observe in the learner's process, judge outside it; the nbval plugin and the reports."""
