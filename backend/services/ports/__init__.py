"""What the services need from outside, as protocols, one module a subject; backend/bootstrap.py wires the real ones.

Rows are plain frozen dataclasses with clear values: sealing (field encryption) happens inside
backend/store, so no service ever sees or handles a key.  Times are aware UTC datetimes.
Nothing in a unit of work may touch the network.

What a method promises is written here, once: the store adds only what is peculiar to it.  Tests marked `in_memory`
hold it, and the store that stands in for it in unit tests, to the same promises.
"""
