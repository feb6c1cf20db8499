"""What a conversation adds to a question: what was shown last, and what "that" means."""
