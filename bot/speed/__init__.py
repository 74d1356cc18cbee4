"""Where Rasa's internals are touched for speed: one small module each, all proven against the stock agent.

Every measure here changes cost, never outcome; tests/bot/test_parity.py compares replies, commands and slots turn by
turn.
"""
