# SPDX-License-Identifier: GPL-2.0-or-later
"""The sentences of a document, for lint.py."""

import re


def sentences_of(text):
    """The sentences of a document's paragraphs and lists, as lists of words; what is quoted counts as one word."""
    paragraphs, is_code = [[]], False
    for line in text.splitlines():
        is_code ^= line.startswith("```")
        item = re.match(r"\s*(?:[-*]|\d+\.) ", line)
        if is_code or item or not line.strip() or line.startswith(("|", "#", "```")):
            paragraphs.append([])
        if not is_code and not line.startswith(("|", "#", "```")):
            paragraphs[-1].append(line[item.end():] if item else line)
    for paragraph in paragraphs:
        words = re.sub(r"`[^`]*`", "quoted", " ".join(paragraph))
        yield from filter(None, (part.split() for part in re.split(r"(?<=[.!?])[)\"*]*\s+(?=[A-Z\"(*]|lvs|quoted)", words)))
