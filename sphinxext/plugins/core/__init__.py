"""What a catalog is: nothing here knows where it comes from, or where it goes."""
