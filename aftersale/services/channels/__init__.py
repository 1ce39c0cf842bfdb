"""Messengers: what comes in from them, what leaves for them, and which chat is whose."""
