"""The desk over HTTP, on an origin of its own, apart from what buyers reach."""
