"""The mathematics of the lessons in plain NumPy, a file a concept.

Each function needs only `np` and other functions of this package by their bare names, so its
source can stand in for a learner's own in `my_transformer.py`.
"""
