"""What was found, weighed: its order, whether it answers, and what the model is shown of it."""
