"""What the product knows before anybody has typed a word: protocol, meetings, training, glossary.

Each kind of content is a folder of versions: `v1.toml` is the structure, `v1.<language>.toml` its words.
"""
