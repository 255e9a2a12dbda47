from workbench.stack.kafka import cluster_id


def test_a_cluster_id_never_begins_with_a_dash() -> None:
    drawn = iter([bytes([0xF8] * 16), bytes([0xFB] * 16), bytes(16)])
    # 0xF8 and 0xFB begin with the bits 111110, which base64 for addresses writes as a dash
    assert cluster_id(lambda: next(drawn)) == "A" * 22
