"""What is true about the world: areas, population, neighbours, calendar, categories."""
