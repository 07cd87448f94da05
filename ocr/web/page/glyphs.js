// All characters in a grid, sorted by class or by doubt; the selected ones are corrected together.

import {DOUBTFUL, placed} from './editor.js';
import {cutOut} from './picture.js';
import * as server from './server.js';

const MOST = 3000;

export class Glyphs {
  constructor({onChange}) {
    this.grid = document.getElementById('grid');
    this.selected = new Set();
    document.getElementById('order').addEventListener('change', () => this.draw());
    document.getElementById('rename').addEventListener('submit', event => {
      event.preventDefault();
      const right = document.getElementById('right');
      if (right.value.trim() && this.selected.size) onChange(this.changes(right.value.trim()));
      right.value = '';
    });
  }

  async show(pages) {
    this.glyphs = [];
    this.selected.clear();
    for (const page of pages) {
      const image = await server.picture(page.id);
      page.lines.forEach((line, number) => {
        const text = line.text ?? line.read;
        placed(line, text).forEach((one, at) => {
          if (one && text[at] !== ' ') {
            this.glyphs.push({page, image, line: number, at, name: text[at], sure: line.text !== null ? 1 : one.p, box: one.box});
          }
        });
      });
    }
    this.draw();
  }

  draw() {
    const byClass = document.getElementById('order').value === 'class';
    const order = (first, second) => first.sure - second.sure;
    const sorted = [...this.glyphs].sort(
      byClass ? (first, second) => first.name.localeCompare(second.name) || order(first, second) : order);
    let name = null;
    this.grid.replaceChildren();
    for (const glyph of sorted.slice(0, MOST)) {
      if (byClass && glyph.name !== name) {
        const heading = document.createElement('h3');
        heading.textContent = name = glyph.name;
        this.grid.append(heading);
      }
      this.grid.append(this.cell(glyph));
    }
    this.count();
  }

  cell(glyph) {
    const cell = document.createElement('button');
    cell.type = 'button';
    cell.setAttribute('aria-pressed', this.selected.has(glyph));
    cell.classList.toggle('doubt', glyph.sure < DOUBTFUL);
    cell.append(cutOut(glyph.page, glyph.image, glyph.box, {margin: 0.2, highest: 64, widest: 96}), glyph.name);
    cell.addEventListener('click', () => {
      if (!this.selected.delete(glyph)) this.selected.add(glyph);
      cell.setAttribute('aria-pressed', this.selected.has(glyph));
      this.count();
    });
    return cell;
  }

  count() {
    document.getElementById('apply').disabled = !this.selected.size;
    document.getElementById('apply').textContent = this.selected.size ? `Correct ${this.selected.size}` : 'Correct';
  }

  // One correction for each line with selected characters.
  changes(right) {
    const lines = new Map();
    for (const glyph of this.selected) {
      const key = `${glyph.page.id} ${glyph.line}`;
      if (!lines.has(key)) lines.set(key, {page: glyph.page, line: glyph.line, places: []});
      lines.get(key).places.push(glyph.at);
    }
    return [...lines.values()].map(({page, line, places}) => {
      const text = page.lines[line].text ?? page.lines[line].read;
      const after = [...text].map((one, at) => places.includes(at) ? right : one).join('');
      return {page: page.id, line, before: page.lines[line].text, after};
    });
  }
}
