"""Why a recipe fired for an event, or did not, and what would have made it."""
