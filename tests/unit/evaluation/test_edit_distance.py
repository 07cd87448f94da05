from ocr.evaluation.edit_distance import edit_distance


def test_worked_examples():
    assert edit_distance("", "") == 0
    assert edit_distance("", "abc") == edit_distance("abc", "") == 3
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance("Milk", "milk") == 1
    assert edit_distance("abcdef", "bcdefa") == 2
