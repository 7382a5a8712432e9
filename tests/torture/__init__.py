"""What takes too long for the suite: ``make torture``. The suite does the same with less of it."""
