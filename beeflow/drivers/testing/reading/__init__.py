"""Reading test files: every mistake is a finding with its place."""
