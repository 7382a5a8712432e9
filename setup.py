"""For ``scrapyd-deploy`` alone, which builds an egg with it. Everything else reads pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

VERSION = next(
    line.split('"')[1]
    for line in Path(__file__).with_name("crawler").joinpath("__init__.py").read_text().splitlines()
    if line.startswith("__version__")
)

setup(
    version=VERSION,
    packages=find_packages(include=["crawler", "crawler.*", "pipelines", "pipelines.*"]),
    package_data={"pipelines.database": ["schema/*.sql"]},
)
