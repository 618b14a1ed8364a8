"""Ids for records without one."""

from tracetui.ingest.made_ids import REMEMBERED, MadeIds


def test_the_same_contents_in_the_same_order_give_the_same_ids() -> None:
    first, second = MadeIds(), MadeIds()
    contents = [b"a", b"b", b"a", b"a"]
    ids = [first.make(content) for content in contents]
    assert [second.make(content) for content in contents] == ids
    assert len(set(ids)) == 4


def test_other_records_between_them_do_not_change_the_ids_of_equal_ones() -> None:
    near, far = MadeIds(), MadeIds()
    near.make(b"a")
    far.make(b"a")
    far.make(b"other")
    assert near.make(b"a") == far.make(b"a")


def test_only_so_many_records_are_remembered() -> None:
    ids = MadeIds()
    first = ids.make(b"a")
    for number in range(2 * REMEMBERED):
        ids.make(b"%d" % number)
    assert ids.make(b"a") == first
