#!/bin/sh
# Draw the pictures of README.md, laboratory.md, how-it-learns.md and how-it-reads.md again, for example after a new
# training of the shipped model.
#
#     docs/make_pictures.sh DATA_DIR
#
# DATA_DIR contains the EMNIST files of the byclass split. This takes about three minutes on two cores. The pictures
# show statistics, curves, weights and the sample pages of this project. They never show a character of the data.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 DATA_DIR" >&2
    exit 2
fi
data=$1
root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/docs/pictures
mkdir -p "$out"
# Several threads add numbers in another order. This changes runs that nearly diverge.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
ocr() { python -m ocr "$@"; }

# The training run of the shipped model, from its log.
python - "$out/curves.png" <<'PYTHON'
import json
import sys
from pathlib import Path

from ocr.training.learner import Epoch
from ocr.files import write_by_rename
from ocr.files import model_path
from ocr.view.training_curves import draw_curves

stem = model_path()
lines = stem.with_name(stem.name + ".log.jsonl").read_text().splitlines()
write_by_rename(Path(sys.argv[1]), draw_curves([Epoch(**json.loads(line)) for line in lines]))
PYTHON

# What the line network says along a line of a sample page.
python - "$root/images/note_mixed.jpg" "$out/frames.png" <<'PYTHON'
import sys

from ocr.image.picture import Picture
from ocr.reader import Reader
from ocr.view.line_frames import draw_line_frames

reading = Reader().read_picture(Picture(sys.argv[1]))
draw_line_frames(reading.layout, reading.recognized_lines[1]).picture.save(sys.argv[2], optimize=True)
PYTHON

# What choices change: plain gradient descent with five learning rates, then width and distortion.
ocr compare --data "$data" --limit 6000 --seeds 3 --epochs 8 --optimizer sgd --schedule constant --weight-decay 0 \
    --vary learning-rate=0.001,0.01,0.1,0.5,10 -o "$out/learning-rates.png"
ocr compare --data "$data" --limit 6000 --seeds 3 --epochs 12 \
    --vary "hidden=8;64;512" --vary augment=no,yes -o "$out/choices.png"

# What the network has learnt, and why deep sigmoid networks learn little.
ocr weights -o "$out/weights.png"
ocr weights --gradients --data "$data" -o "$out/gradients.png"

# The laboratory: its commands, on drawn characters. Seconds on an axis differ from run to run.
lab="--data drawn --input pixels --schedule constant --weight-decay 0 --limit 2000"
ocr compare $lab --split mnist --hidden 200,100 --init glorot --batch-size 100 --epochs 5 --seeds 5 \
    --vary optimizer=sgd,nesterov,rmsprop,adam -o "$out/lab-optimizers.png"
ocr compare $lab --split mnist --hidden 50 --optimizer sgd --learning-rate 0.02 --epochs 5 \
    --vary batch-size=1,32,full --x seconds -o "$out/lab-batches.png"
ocr compare --data drawn --classes 36 --input pixels --activation tanh --init glorot --optimizer adam --weight-decay 0 \
    --epochs 20 --limit 2000 --vary "hidden=none;50,50;70,70" -o "$out/lab-depth.png"
models=$(mktemp -d)
trap 'rm -rf "$models"' EXIT
ocr train --data drawn --classes 36 --input pixels --hidden 64 --activation sigmoid --init glorot --optimizer sgd \
    --learning-rate 0.3 --schedule constant --batch-size 32 --weight-decay 0 --dropout 0 --label-smoothing 0 \
    --no-augment \
    --epochs 12 --test none --name letters --output "$models"
ocr weights --model "$models/letters" --units 64 -o "$out/lab-first-layer.png"
ocr confusion --data drawn --model "$models/letters" --top 0 -o "$out/lab-confusion-36.png"
ocr weights --gradients --data drawn --input pixels --hidden 32,32,32,32,32,32,32,32 --steps 100 --limit 1000 \
    -o "$out/lab-gradients.png"

# What the shipped model still confuses.
ocr confusion --data "$data" --split byclass-test --top 10 -o "$out/confusion.png"
ocr confusion --data "$data" --split byclass-test --classes 0O1Il5S2Z --top 0 -o "$out/look-alikes.png"

# How one line of a sample page is cut and read.
ocr read "$root/images/shopping_shadow.jpg" --quiet --lattice "$out/lattice.png" --line 1 > /dev/null

# What was read on a sample page, and where. This is the first picture of the README.
python "$root/docs/make_hero.py" "$out"
