"""Every number of the crawl, each with its reason.

``TINTUC_`` settings can be given as environment variables of the same name; ``-s NAME=VALUE``
on the command line wins over both.
"""

from scrapy.settings import default_settings

from crawler.config import from_environment, health_settings

BOT_NAME = "tintuc"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# --- Where things are -------------------------------------------------------------------
TINTUC_DATABASE = from_environment("TINTUC_DATABASE", "data/baotintuc.db")
TINTUC_ARCHIVE = from_environment("TINTUC_ARCHIVE", "data/archive")  # empty: no raw archive
# Other answers to archive besides pages whose article is new, changed, invalid or read by no
# template: kinds, comma-joined (article, feed, listing, sitemap).
TINTUC_ARCHIVE_ALSO = from_environment("TINTUC_ARCHIVE_ALSO", "")
# Days that raw pages are kept; 0: for ever. 300 pages a day of 112 kB are 33 MB a day, 12 GB a year.
TINTUC_ARCHIVE_DAYS = from_environment("TINTUC_ARCHIVE_DAYS", "0")
TINTUC_SITE = from_environment("TINTUC_SITE", "https://baotintuc.vn")
TINTUC_CONTACT = from_environment("TINTUC_CONTACT", "")  # e-mail or URL, shown to the site

# --- What a run does --------------------------------------------------------------------
# The first run on an empty database reaches back this many days: a long weekend, so that a
# newcomer has something to look at within the hour; a back-fill (`-a since=`) does the rest.
TINTUC_FIRST_DAYS = from_environment("TINTUC_FIRST_DAYS", "3")
# Stored articles looked at again for edits, at most, in one run. At one request a second this
# keeps a ten-minute schedule free of overlap.
TINTUC_RECHECK = from_environment("TINTUC_RECHECK", "200")
# Hours after which the home page and the sections' listings are read again although no feed shows
# a gap. Feeds carry 20 to 50 articles and no section publishes that many in half a day, so they
# seldom overflow; two looks a day catch what a feed never showed. 86 sections every ten minutes
# would be 12,000 requests a day for nothing.
TINTUC_LISTING_HOURS = from_environment("TINTUC_LISTING_HOURS", "12")
# Pages of one listing read in one run at most, whatever it links to: a listing that never ends
# (a calendar, a loop) must end. 5,000 pages of 20 are 100,000 articles, more than any section has.
TINTUC_LISTING_PAGES = from_environment("TINTUC_LISTING_PAGES", "5000")
# Pages of one listing in a row, none of whose articles is there (404, or a page without an article),
# after which it is left, and health warns; 0: never. Old articles are gone in clusters, of a page or two;
# 25 are 500 dead links and no article between them, ten minutes of requests: such a listing makes its
# links up. Without this it would cost 100,000 requests, more than a day of them.
TINTUC_BARREN_PAGES = from_environment("TINTUC_BARREN_PAGES", "25")
# Seconds that `ingest` and `reparse` wait for a running crawl to end before they give up.
TINTUC_WAIT = from_environment("TINTUC_WAIT", "600")

# Days after which rows of the ledger that only say "as before" (feeds read, articles unchanged) become
# a count per day; 0: never. A ten-minute schedule writes 1 MB of them a day; a month is as far back as
# anybody asks when a certain feed was read, and as health looks.
TINTUC_LEDGER_DAYS = from_environment("TINTUC_LEDGER_DAYS", "30")

# --- Telling someone --------------------------------------------------------------------
# Addresses as apprise has them (mailto://..., ntfy://...), parted by commas or spaces: told when something
# new is amiss and when all is well again, by each run and by `tintuc health --notify`. Needs the extra
# tintuc[notify].
TINTUC_NOTIFY = from_environment("TINTUC_NOTIFY", "")
# WARN: every change of verdict; FAIL: only changes to and from FAIL, for those who read the rest weekly.
TINTUC_NOTIFY_FROM = from_environment("TINTUC_NOTIFY_FROM", "WARN")
# A Prometheus text file, written after each run; node_exporter's textfile collector reads *.prom.
TINTUC_METRICS = from_environment("TINTUC_METRICS", "")

# --- Politeness -------------------------------------------------------------------------
# The user agent names the project and TINTUC_CONTACT; the spider sets it (`crawler.config.user_agent`).
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "tintuc"
# One request at a time and a second between them: a newsroom's site should not notice us.
CONCURRENT_REQUESTS = 2  # the site and its API host, one each
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.5  # 0.5 to 1.5 times the delay, so that the runs of many users do not beat in step
# Hours that a robots.txt is good for before it is asked for again. RFC 9309 allows a day; with six a
# change of the rules holds from the next morning on at the latest.
TINTUC_ROBOTS_HOURS = from_environment("TINTUC_ROBOTS_HOURS", "6")
# Requests a day (+07:00), over all runs; 0: no limit of our own besides the delay.
TINTUC_DAILY_REQUESTS = from_environment("TINTUC_DAILY_REQUESTS", "0")
# Seconds the host is left alone after a failure; twice that after the next in a row, up to a minute.
TINTUC_BACKOFF = from_environment("TINTUC_BACKOFF", "2")
# Seconds that a run waits at most when the site says Retry-After; asked for more, it leaves the
# site alone until then. Ten minutes: then the next scheduled run is due anyway.
TINTUC_LONGEST_WAIT = from_environment("TINTUC_LONGEST_WAIT", "600")
# Seconds after which failures in a row, without one answer between, end the run; 0: only their number does.
# With the waits above errors come at 0, 2, 6, 14, 30, 62 s and then once a minute: 13 requests in eight
# minutes. Where nothing answers within DOWNLOAD_TIMEOUT, 7 requests in nine. Either way the run is over
# when a ten-minute schedule starts the next, which then need not end with 75; to count to twenty took a
# quarter of an hour, and half an hour of time-outs.
TINTUC_LONGEST_STORM = from_environment("TINTUC_LONGEST_STORM", "480")
# Answers looked back on: a run stops where four in five of them are refusals or odd pages, or after as
# many failures in a row, retries counted. Twenty are more than the feeds of one broken form, and less
# than a nuisance. 0: a run never gives up.
TINTUC_GIVE_UP_AFTER = from_environment("TINTUC_GIVE_UP_AFTER", "20")
# Empty: certificates are not verified, since the site's chain is known to fail; "strict": they are.
TINTUC_TLS = from_environment("TINTUC_TLS", "")
# AutoThrottle lengthens the delay when the site gets slow; it never goes under DOWNLOAD_DELAY.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0

# --- Limits of one answer ---------------------------------------------------------------
# A real article page weighs 0.3 MB, a feed 0.1 MB, a monthly sitemap about 2 MB.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0  # larger answers than usual show in the ledger (`fetches.bytes`)
DOWNLOAD_TIMEOUT = 60  # seconds for a whole answer; the slow drip of a broken server ends here
DOWNLOAD_FAIL_ON_DATALOSS = True  # a page that was cut is not a page: it is fetched again
RETRY_TIMES = 2  # within the run; after that the frontier tries again over days
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408, 429]
RETRY_PRIORITY_ADJUST = 1  # next, not last: the host was left alone meanwhile, and the run may end
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the ledger names each such URL, and the summary counts them by reason
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False  # the site's pages reload themselves every 30 minutes: that is no redirect
COOKIES_ENABLED = False  # a cookie switches the site to its mobile pages
HTTPCACHE_ENABLED = False
# Doors into a running crawl, through which anybody with the key may run Python in it: nobody needs them here.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # Scrapy opens this one by default, and leaves its key in the user's home

# --- The machinery ----------------------------------------------------------------------
TWISTED_DNS_RESOLVER = "crawler.resolver.GuardedResolver"
DOWNLOAD_HANDLERS = {
    "http": "crawler.origin.SiteDownloadHandler",
    "https": "crawler.origin.SiteDownloadHandler",
}
# What is seen and what is owed lives in the database; the spider asks it before it requests.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
DOWNLOADER_MIDDLEWARES = {
    # Scope comes first: another host is never asked, not even for its robots.txt.
    "crawler.middlewares.scope.ScopeMiddleware": 50,
    "crawler.middlewares.redirected.RedirectedMiddleware": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    # Next to the downloader: they see each request and answer as it is, retries included.
    "crawler.middlewares.budget.BudgetMiddleware": 940,
    "crawler.middlewares.patience.PatienceMiddleware": 950,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # depth means nothing here
}
EXTENSIONS = {
    # Before the ledger: they refuse bad settings before a run is recorded, and hear of its end first.
    "crawler.extensions.notify.NotifyExtension": 1,
    "crawler.extensions.metrics.MetricsExtension": 2,
    "crawler.extensions.roll_up.RollUpExtension": 3,
    "crawler.extensions.ledger.LedgerExtension": 10,  # opens the database: before everything that asks it
    "crawler.extensions.certificate.CertificateExtension": 20,
    "crawler.extensions.giving_up.GivingUpExtension": 30,
    "crawler.extensions.stopping.StoppingExtension": 40,
    "crawler.extensions.progress.ProgressExtension": 90,
    "scrapy.extensions.memusage.MemoryUsage": None,
}
# Scrapy loads all of its own components, and with those that are switched off above a web server and two
# HTTP clients: a third of a second and 20 MB for each run. So they are left out of its lists.
_UNUSED = (
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
    "scrapy.extensions.remote_control.RemoteControl",
    "scrapy.extensions.telnet.TelnetConsole",
)
DOWNLOADER_MIDDLEWARES_BASE, EXTENSIONS_BASE = (
    {path: order for path, order in components.items() if path not in _UNUSED}
    for components in (default_settings.DOWNLOADER_MIDDLEWARES_BASE, default_settings.EXTENSIONS_BASE)
)
ITEM_PIPELINES = {
    "pipelines.validate.Validate": 100,
    "pipelines.dedupe.Dedupe": 200,
    "pipelines.store.Store": 300,
}
LOG_FORMATTER = "crawler.log.LogFormatter"
LOG_LEVEL = "WARNING"  # a scheduled run is silent unless something is the matter; `-L INFO` tells all
LOGSTATS_INTERVAL = 60.0

# --- Health -----------------------------------------------------------------------------
# Every line that health draws is a setting TINTUC_HEALTH_..., with its reason in
# crawler/health/thresholds.py, which also has the defaults.
for _name in health_settings():
    globals()[_name] = from_environment(_name, "")
