"""The raw archive and other saved material: pages as they were answered, written and read again.

``writer`` keeps answers in WARC files, ``reader`` finds them again, ``saved`` walks whatever a
person has saved, ``retention`` deletes what is older than wanted. This room never looks into a
page and never opens the database; it knows answers, files and offsets.
"""
