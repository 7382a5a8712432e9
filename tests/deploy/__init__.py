"""The files in deploy/ and what docs/operations.md promises."""
