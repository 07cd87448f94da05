// The lines of a page as text that can be typed over; doubtful characters are marked.

import {cutOut} from './picture.js';

// A character is doubtful below this, as on all drawings and pages of the program.
export const DOUBTFUL = 0.8;
const OTHERS = 5;

// Pairs text and characters: for each place of the text the character that was read there, or null.
export function placed(line, text) {
  const read = [];
  line.words.forEach((word, at) => {
    if (at) read.push(null);
    read.push(...word);
  });
  const names = read.map(one => one ? one.text : ' ');
  if (text === names.join('')) return read;
  const letters = [...text];
  const cost = Array.from({length: letters.length + 1}, (_, row) => {
    const numbers = new Uint16Array(names.length + 1);
    numbers[0] = row;
    return numbers;
  });
  names.forEach((_, col) => { cost[0][col + 1] = col + 1; });
  letters.forEach((letter, row) => names.forEach((name, col) => {
    cost[row + 1][col + 1] = Math.min(
      cost[row][col + 1] + 1, cost[row + 1][col] + 1, cost[row][col] + (letter !== name));
  }));
  const found = Array(letters.length).fill(null);
  let row = letters.length, col = names.length;
  while (row && col) {
    if (cost[row][col] === cost[row - 1][col - 1] + (letters[row - 1] !== names[col - 1])) {
      found[--row] = read[--col];
    } else if (cost[row][col] === cost[row - 1][col] + 1) row--;
    else col--;
  }
  return found;
}

export class Editor {
  constructor({sheet, onChange}) {
    Object.assign(this, {sheet, onChange, rows: []});
    this.list = document.getElementById('lines');
    document.addEventListener('selectionchange', () => this.follow());
  }

  show(page, image) {
    this.page = page;
    this.rows = page.lines.map((line, number) => this.row(line, number, image));
    this.list.replaceChildren(...this.rows.map(row => row.item));
    this.highlight();
  }

  text(number) {
    const line = this.page.lines[number];
    return line.text ?? line.read;
  }

  row(line, number, image) {
    const item = document.createElement('li'), bar = document.createElement('div');
    const text = document.createElement('div'), mark = document.createElement('span');
    const none = document.createElement('button'), others = document.createElement('div');
    bar.className = 'row';
    text.className = 'text';
    text.contentEditable = 'plaintext-only';
    text.spellcheck = false;
    text.setAttribute('role', 'textbox');
    text.setAttribute('aria-label', `Line ${number + 1}`);
    mark.className = 'mark';
    none.type = 'button';
    none.textContent = 'Not writing';
    others.className = 'others';
    bar.append(text, mark, none);
    item.append(cutOut(this.page, image, line.box, {margin: 0.15, highest: 90, widest: 1400}), bar, others);
    const row = {item, text, mark, none, others, line, number};
    text.addEventListener('keydown', event => this.key(event, row));
    text.addEventListener('input', () => { this.highlight(); this.offer(row); });
    text.addEventListener('focus', () => { this.sheet.reveal(number); });
    text.addEventListener('blur', event => {
      if (!row.others.contains(event.relatedTarget)) this.commit(row, {typed: true});
    });
    text.addEventListener('pointermove', event => this.pointed(event, row));
    text.addEventListener('pointerleave', () => this.sheet.mark(null));
    none.addEventListener('click', () => {
      this.onChange([{line: number, before: line.text, after: line.text === '' ? null : ''}]);
    });
    this.refresh(row);
    return row;
  }

  refresh(row) {
    const {line, item, mark, none, text} = row;
    text.textContent = line.text === '' ? line.read : this.text(row.number);
    item.classList.toggle('right', line.text !== null);
    item.classList.toggle('none', line.text === '');
    text.contentEditable = line.text === '' ? 'false' : 'plaintext-only';
    none.textContent = line.text === '' ? 'Is writing' : 'Not writing';
    mark.textContent = line.text === null ? '' : line.text === '' ? '' : line.text === line.read ? '✓ right' : '✓ corrected';
    row.others.replaceChildren();
    row.pending = null;
  }

  update(numbers) {
    numbers.forEach(number => this.refresh(this.rows[number]));
    this.highlight();
  }

  // What was typed becomes a correction; an accepted line is one too, also if nothing was wrong.
  commit(row, {typed = false} = {}) {
    const {line, number, text} = row, now = text.textContent.replace(/\s+/g, ' ').trim();
    // Enter stores a line and leaves it, which would store it again before the answer is there.
    if (line.text === '' || now === row.pending || now === (typed ? this.text(number) : line.text)) return;
    row.pending = now;
    this.onChange([{line: number, before: line.text, after: now}]);
  }

  doubts(row) {
    if (row.line.text !== null) return [];
    const text = row.text.textContent;
    return placed(row.line, text).flatMap((one, at) => one && one.p < DOUBTFUL && one.text === text[at] ? [at] : []);
  }

  highlight() {
    if (!CSS.highlights) return;
    const ranges = this.rows.flatMap(row => this.doubts(row).map(at => this.range(row, at)));
    CSS.highlights.set('doubtful', new Highlight(...ranges.filter(Boolean)));
  }

  range(row, at) {
    const node = row.text.firstChild, range = new Range();
    if (!node || at >= node.length) return null;
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range;
  }

  key(event, row) {
    if (event.key === 'Enter') {
      event.preventDefault();
      this.commit(row);
      const next = this.rows[row.number + 1];
      if (next) this.caret(next, 0, 0); else row.text.blur();
    } else if (event.key === 'Tab' && !event.ctrlKey && !event.altKey) {
      if (this.toDoubt(row, event.shiftKey ? -1 : 1)) event.preventDefault();
    } else if (event.altKey && /^[1-5]$/.test(event.key)) {
      const choice = row.others.children[Number(event.key) - 1];
      if (choice) { event.preventDefault(); choice.click(); }
    } else if (event.key === 'Escape') {
      this.refresh(row);
      this.highlight();
    }
  }

  toDoubt(row, step) {
    const selection = getSelection(), here = step > 0 ? selection.focusOffset : selection.anchorOffset;
    const places = this.rows.flatMap(one => this.doubts(one).map(at => [one, at]));
    const after = ([one, at]) => one.number > row.number || (one === row && at >= here && !(at === here && step < 0));
    const before = ([one, at]) => one.number < row.number || (one === row && at < here);
    const found = step > 0 ? places.find(after) : places.filter(before).pop();
    if (found) this.caret(found[0], found[1], found[1] + 1);
    return Boolean(found);
  }

  caret(row, start, stop) {
    row.text.focus();
    const node = row.text.firstChild;
    if (node) getSelection().setBaseAndExtent(node, Math.min(start, node.length), node, Math.min(stop, node.length));
  }

  focusLine(number) { this.caret(this.rows[number], 0, 0); }

  rowOf(node) { return this.rows.find(row => row.text.contains(node)); }

  // The picture follows the caret, and the alternatives of the character there are offered.
  follow() {
    const selection = getSelection(), row = selection.focusNode && this.rowOf(selection.focusNode);
    if (row && document.activeElement === row.text) this.offer(row);
  }

  offer(row) {
    const selection = getSelection();
    const at = Math.min(selection.anchorOffset, selection.focusOffset), text = row.text.textContent;
    const one = placed(row.line, text)[at];
    this.sheet.mark(row.number, one?.box);
    this.rows.forEach(other => { if (other !== row) other.others.replaceChildren(); });
    row.others.replaceChildren(...(one?.others ?? []).slice(0, OTHERS).map(([name, p], place) => {
      const choice = document.createElement('button'), share = document.createElement('small');
      choice.type = 'button';
      choice.tabIndex = -1;
      choice.setAttribute('aria-keyshortcuts', `Alt+${place + 1}`);
      share.textContent = ` ${Math.round(100 * p)} %`;
      choice.append(name, share);
      choice.addEventListener('mousedown', event => event.preventDefault());
      choice.addEventListener('click', () => {
        row.text.textContent = text.slice(0, at) + name + text.slice(at + 1);
        this.caret(row, at + 1, at + 1);
        this.highlight();
      });
      return choice;
    }));
  }

  pointed(event, row) {
    const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    const at = place ? place.offset : document.caretRangeFromPoint?.(event.clientX, event.clientY)?.startOffset ?? -1;
    const found = placed(row.line, row.text.textContent);
    this.sheet.mark(row.number, (found[at] ?? found[at - 1])?.box);
  }

  // A point of the picture shows the character in the text.
  hover(point) {
    CSS.highlights?.delete('hovered');
    if (!point) return;
    const inside = ([left, top, width, height]) =>
      point[0] >= left && point[0] < left + width && point[1] >= top && point[1] < top + height;
    for (const row of this.rows) {
      if (!inside(row.line.box)) continue;
      const at = placed(row.line, row.text.textContent).findIndex(one => one && inside(one.box));
      const range = at >= 0 ? this.range(row, at) : null;
      if (range) CSS.highlights?.set('hovered', new Highlight(range));
      this.sheet.mark(row.number, null);
      return;
    }
  }
}
