"""Text on its way between phones and the house: cleaning, encoding, segments, screens."""

from channels.text.cleaning import TEXT_LIMIT, clean, decode, incoming, raw_parameter
from channels.text.concatenation import concatenation_of
from channels.text.gsm7 import is_gsm7, pack, packed_octets, septet_count, unpack
from channels.text.screens import SCREEN_OCTETS, fits_screen, screens
from channels.text.splitting import Encoding, Segments, encoding, fold_for_sms, segments, split, units

__all__ = [
    "SCREEN_OCTETS",
    "TEXT_LIMIT",
    "Encoding",
    "Segments",
    "clean",
    "concatenation_of",
    "decode",
    "encoding",
    "fits_screen",
    "fold_for_sms",
    "incoming",
    "is_gsm7",
    "pack",
    "packed_octets",
    "raw_parameter",
    "screens",
    "segments",
    "septet_count",
    "split",
    "units",
    "unpack",
]
