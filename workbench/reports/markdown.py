"""A notebook's Markdown and code as HTML; raw HTML in the source stays text."""

import html
import io
import keyword
import tokenize

from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False}).enable("table")
_CLASSES = {tokenize.STRING: "string", tokenize.NUMBER: "number", tokenize.COMMENT: "comment"}


def markdown_html(source: str) -> str:
    """HTML of Markdown.

    Examples
    --------
    >>> markdown_html("a <script> *b*")
    '<p>a &lt;script&gt; <em>b</em></p>\\n'
    """
    return str(_markdown.render(source))


def code_html(source: str) -> str:
    """HTML of Python with classes for keywords, strings, numbers and comments.

    Examples
    --------
    >>> code_html("import x  # y")
    '<span class="keyword">import</span> x  <span class="comment"># y</span>'
    """
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    parts: list[str] = []
    done = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            name = "keyword" if keyword.iskeyword(token.string) else _CLASSES.get(token.type)
            if name is None:
                continue
            begin = starts[token.start[0] - 1] + token.start[1]
            end = starts[token.end[0] - 1] + token.end[1]
            parts.append(html.escape(source[done:begin]))
            parts.append(f'<span class="{name}">{html.escape(source[begin:end])}</span>')
            done = end
    except (tokenize.TokenError, SyntaxError):  # a magic line or a half-written cell: shown without colours from here
        pass
    return "".join(parts) + html.escape(source[done:])


def without_title(source: str, title: str) -> str:
    """Markdown without its first heading, when that is the page's title already."""
    lines = source.splitlines()
    for position, line in enumerate(lines):
        if line.startswith("# ") and line[2:].strip() == title:
            return "\n".join(lines[:position] + lines[position + 1 :]).strip()
    return source
