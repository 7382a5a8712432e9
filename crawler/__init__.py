"""tintuc's Scrapy project: finds, fetches and reads the articles of baotintuc.vn."""
