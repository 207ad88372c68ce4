"""What makes events as time passes: schedules, event starts, watches."""
