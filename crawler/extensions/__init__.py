"""Scrapy extensions: the run ledger, the raw archive, health, progress; one concern a file."""
