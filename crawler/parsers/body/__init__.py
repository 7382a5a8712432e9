"""The body: from an element of the page to paragraphs in reading order, with the pictures among them."""
