"""The numbers a support lead runs the day by."""
