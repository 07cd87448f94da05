// The picture of a page with its lines, zoom, and cut-outs of lines and characters.

const SVG = 'http://www.w3.org/2000/svg';
const STEP = 1.4, MOST = 8;

export class Sheet {
  constructor({onLine, onHover}) {
    this.scroll = document.getElementById('scroll');
    this.paper = document.getElementById('paper');
    this.image = document.getElementById('picture');
    this.marks = document.getElementById('marks');
    this.zoom = 1;
    for (const [id, factor] of [['smaller', 1 / STEP], ['larger', STEP], ['fit', 0]]) {
      document.getElementById(id).addEventListener('click', () => this.zoomBy(factor));
    }
    this.scroll.addEventListener('wheel', event => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? STEP : 1 / STEP);
    }, {passive: false});
    this.marks.addEventListener('click', event => {
      const line = event.target.dataset.line;
      if (line !== undefined) onLine(Number(line));
    });
    this.marks.addEventListener('pointermove', event => onHover(this.point(event)));
    this.marks.addEventListener('pointerleave', () => onHover(null));
    this.drag();
  }

  drag() {
    let from = null;
    this.scroll.addEventListener('pointerdown', event => {
      if (event.pointerType === 'mouse' && event.button === 0) {
        from = [event.clientX + this.scroll.scrollLeft, event.clientY + this.scroll.scrollTop];
      }
    });
    addEventListener('pointermove', event => {
      if (from) this.scroll.scrollTo(from[0] - event.clientX, from[1] - event.clientY);
    });
    addEventListener('pointerup', () => { from = null; });
  }

  show(page, image) {
    this.page = page;
    this.image.src = image.src;
    this.marks.setAttribute('viewBox', `0 0 ${page.width} ${page.height}`);
    this.marks.replaceChildren(...page.lines.map((line, number) => this.rect(line.box, 'line', number)));
    this.char = null;
  }

  rect([left, top, width, height], kind, line) {
    const one = document.createElementNS(SVG, 'rect');
    Object.entries({x: left, y: top, width, height, class: kind}).forEach(([name, value]) => one.setAttribute(name, value));
    if (line !== undefined) one.dataset.line = line;
    return one;
  }

  point(event) {
    const box = this.marks.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * this.page.width, (event.clientY - box.top) / box.height * this.page.height];
  }

  zoomBy(factor) {
    this.zoom = factor ? Math.min(MOST, Math.max(1, this.zoom * factor)) : 1;
    this.paper.style.width = `${100 * this.zoom}%`;
  }

  mark(line, box) {
    this.marks.querySelectorAll('.line').forEach((one, at) => one.classList.toggle('now', at === line));
    this.char?.remove();
    this.char = box ? this.rect(box, 'char') : null;
    if (this.char) this.marks.append(this.char);
  }

  reveal(line) {
    const box = this.page.lines[line].box, scale = this.image.clientWidth / this.page.width;
    const middle = (box[1] + box[3] / 2) * scale;
    this.scroll.scrollTo({top: middle - this.scroll.clientHeight / 2, behavior: 'instant'});
  }
}

export function cutOut(page, image, [left, top, width, height], {margin, highest, widest}) {
  const scale = image.naturalWidth / page.width;
  const pad = margin * height;
  const canvas = document.createElement('canvas');
  const [w, h] = [(width + 2 * pad) * scale, (height + 2 * pad) * scale];
  const shrink = Math.min(1, highest / h, widest / w);
  canvas.width = Math.max(1, Math.round(w * shrink));
  canvas.height = Math.max(1, Math.round(h * shrink));
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, (left - pad) * scale, (top - pad) * scale, w, h, 0, 0, canvas.width, canvas.height);
  return canvas;
}
