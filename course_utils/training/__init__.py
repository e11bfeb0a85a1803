"""Loss, optimiser, training loop, decoding, measures, and weights on disk."""
