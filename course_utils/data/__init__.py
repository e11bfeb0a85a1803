"""The parallel grammar, vocabulary and batches, and the shipped real Q, K and V."""
