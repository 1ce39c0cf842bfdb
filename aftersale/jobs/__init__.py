"""What runs beside requests: the relay, the sweeper, the turns."""
