"""What is remembered: the only SQL in the house.

`Database` runs work in threads; every other function here is synchronous, takes a `Transaction` first and
answers with the frozen records of `storage.records`.
"""
