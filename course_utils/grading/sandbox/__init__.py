"""A submission's kernel: forked warm, in namespaces of its own, with limits on what it may use."""
