"""How alike two spellings are."""


def one_edit(left: str, right: str) -> bool:
    """Whether one inserted, missing, wrong or two swapped letters make the difference; linear.

    Examples
    --------
    >>> one_edit("orcale", "oracle"), one_edit("prometeus", "prometheus"), one_edit("lumen", "lumina")
    (True, True, False)
    """
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    if len(left) > len(right):
        left, right = right, left
    at = 0
    while at < len(left) and left[at] == right[at]:
        at += 1
    if len(left) < len(right):
        return left[at:] == right[at + 1 :]
    swapped = at + 1 < len(left) and left[at] == right[at + 1] and left[at + 1] == right[at]
    return left[at + 1 :] == right[at + 1 :] or (swapped and left[at + 2 :] == right[at + 2 :])


def sounds(word: str) -> str:
    """A word with letters that sound alike made equal, so that Graphana is found under Grafana.

    Examples
    --------
    >>> sounds("graphana") == sounds("grafana")
    True
    """
    return word.replace("ph", "f").replace("ck", "k")
