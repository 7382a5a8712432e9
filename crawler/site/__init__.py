"""What is known of the site: its URL grammar, sections, feeds and listings. Fetches nothing."""
