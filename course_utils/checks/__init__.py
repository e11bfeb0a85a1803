"""What each exercise expects: oracle, inputs, tolerance and known wrong answers."""
