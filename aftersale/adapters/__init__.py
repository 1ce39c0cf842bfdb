"""Ports to the outside: mail, payments, the shop, wording and policy files. One file a port."""
