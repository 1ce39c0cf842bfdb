"""The nouns of the product: orders, payments, fulfilment, cases, conversations, storefronts, money."""
