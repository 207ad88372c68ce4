"""What a deployment would change: two sets of recipes, compared by what they mean."""
