"""USSD straight from a core network: we are an external USSD entity (EUSE) of its register (osmo-hlr), by GSUP."""

from channels.gsup.adapter import Gsup

__all__ = ["Gsup"]
