"""Aftersale: order support in chat, decided by the storefront's own rules."""
