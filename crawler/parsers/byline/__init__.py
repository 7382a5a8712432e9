"""Who signs: the places and lines that say it, and the grammar that reads them."""
