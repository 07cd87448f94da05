"""The network that judges which part of a picture is the sheet: its scenes, its training, its file."""

import numpy as np
from click.testing import CliRunner

from ocr.page.sheet.sheet_judge import SIZES, load_judge
from ocr.synthesis.sheet_scenes import SheetScene
from ocr.training.build_sheet_judge import JudgedScene, examine, judged, main, train_judge


def scene_of(colours, sheet):
    return judged(SheetScene(colours, sheet.astype(np.float32)))


def bright_on_dark():
    colours, sheet = np.full((120, 192, 3), 60, np.uint8), np.zeros((120, 192))
    colours[30:90, 60:150], sheet[30:90, 60:150] = 220, 1
    return colours, sheet


def test_candidates_are_compared_with_the_sheet():
    scene = scene_of(*bright_on_dark())
    assert not scene.is_full
    assert scene.measures.shape == (len(scene.shared), SIZES[0])
    assert scene.shared.max() > 0.95


def test_of_a_page_that_fills_its_picture_no_part_is_right():
    colours, _ = bright_on_dark()
    assert scene_of(colours, np.ones((120, 192))).is_full


def test_the_network_learns_what_is_right():
    rng = np.random.default_rng(2)
    measures = rng.normal(0, 1, (400, 5, SIZES[0])).astype(np.float32)
    shared = (measures[:, :, 0] > 1).astype(np.float32)
    scenes = [JudgedScene(*one, is_full=False) for one in zip(measures, shared, strict=True)]
    ticks = []
    network = train_judge(scenes, epochs=60, rng=rng, progress=lambda: ticks.append(1))
    assert len(ticks) == 60
    found = sum(scene.shared.max() for scene in scenes)
    assert float(examine(network, scenes).split("%")[0]) > 80 * found / len(scenes)


def test_the_score_counts_found_sheets_wrong_parts_and_cut_pages():
    class Sure:
        """One weight: the first measure is the log-odds."""

        weights, bias = np.eye(SIZES[0], 1, dtype=np.float32), np.zeros(1, np.float32)

    def scene(odds, shared, *, is_full=False):
        measures = np.zeros((len(odds), SIZES[0]), np.float32)
        measures[:, 0] = odds
        return JudgedScene(measures, np.array(shared, np.float32), is_full)

    scenes = [
        scene([2, -1], [0.9, 0.2]),
        scene([2, 3], [0.9, 0.2]),
        scene([-2, -1], [0.9, 0.2]),
        scene([], []),
        scene([1], [0.3], is_full=True),
        scene([-1], [0.3], is_full=True),
    ]
    assert examine((Sure,), scenes) == (
        "25.0% of 4 sheets found, 25.0% wrong parts, 50.0% of 2 full pages cut"
    )


def test_the_command_writes_a_network(tmp_path):
    path = tmp_path / "judge.npz"
    result = CliRunner().invoke(main, ["--scenes", "10", "--epochs", "1", "-o", str(path)])
    assert result.exit_code == 0, result.output
    assert "sheets found" in result.output
    assert [layer.weights.shape for layer in load_judge(path)] == [(38, 48), (48, 16), (16, 1)]
