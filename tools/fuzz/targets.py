"""The targets by name. Each is imported only where it is fuzzed, so that what it imports can be watched."""

TARGETS = {
    "frames": "tools.fuzz.frames",
    "notebooks": "tools.fuzz.notebooks",
    "archives": "tools.fuzz.archives",
    "members": "tools.fuzz.members",
}
