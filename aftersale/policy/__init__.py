"""The rules of a storefront as data, and one pure function that applies them."""
