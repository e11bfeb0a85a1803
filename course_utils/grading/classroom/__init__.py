"""A class of submissions: found, graded by several workers, written into a gradebook."""
