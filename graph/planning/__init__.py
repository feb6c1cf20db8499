"""From a question to a plan: what is asked, and which searches and steps that takes."""
