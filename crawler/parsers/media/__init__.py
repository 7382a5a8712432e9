"""Photos and videos: their addresses, each once, with the caption and credit that are printed for them."""
