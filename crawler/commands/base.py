"""Moved: import from :mod:`crawler.command` (Scrapy would take a base class here for a command)."""

from crawler.command import TintucCommand, refuse_unknown_options, say

__all__ = ["TintucCommand", "refuse_unknown_options", "say"]
