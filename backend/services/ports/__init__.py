"""What the services need from outside, as protocols, one module a subject; backend/bootstrap.py wires the real ones.

Rows are plain frozen dataclasses with clear values: sealing (field encryption) happens inside
backend/store, so no service ever sees or handles a key.  Times are aware UTC datetimes.
Nothing in a unit of work may touch the network.
"""
