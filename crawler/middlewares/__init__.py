"""Downloader middlewares: politeness and scope, one concern a file."""
