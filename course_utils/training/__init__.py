"""Loss, optimiser, training loop and decoding."""
