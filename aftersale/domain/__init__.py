"""The nouns: orders, payments, fulfilment, cases, conversations, storefronts, money."""
