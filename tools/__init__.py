"""What the agent and the pipeline can do, one capability a file."""
