"""The one way out to addresses that other people name: feeds, pages, hubs."""

from web.fetch.fetcher import Bounds, Fetcher

__all__ = ["Bounds", "Fetcher"]
