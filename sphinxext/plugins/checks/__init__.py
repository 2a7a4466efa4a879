"""What is told of catalogs: pure functions of them, and of the settings that they are made with."""
