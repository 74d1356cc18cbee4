"""Zalo Official Account: signed webhooks in, messages and templates out (https://developers.zalo.me/docs)."""

from channels.zalo.adapter import Zalo

__all__ = ["Zalo"]
