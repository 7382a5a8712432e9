"""tintuc's Scrapy project: finds, fetches and reads the articles of baotintuc.vn."""

__version__ = "0.1.0"
