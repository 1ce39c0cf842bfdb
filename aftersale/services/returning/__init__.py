"""Returns, exchanges and requested refunds: what is asked, what is shown, what a yes files."""
