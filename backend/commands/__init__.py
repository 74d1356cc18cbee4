"""The commands of `khaibao`, one file a subject; each builds what it needs and nothing more."""
