"""Reading the raw archive again with today's parser: in many processes, recorded by one.

``reading`` is what every process runs, whatever engine runs it; ``engines`` and ``cluster`` spread
it over cores and machines and give results in the order asked for; ``recording`` is the single
writer; ``parquet`` writes results to files instead. This room must never change the raw archive.
"""
