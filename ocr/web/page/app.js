// The page: its list of pictures, the view that is open, corrections, exports and learning.

import {Editor} from './editor.js';
import {Glyphs} from './glyphs.js';
import {History} from './history.js';
import {Sheet} from './picture.js';
import * as server from './server.js';

const BUSY_MS = 400, IDLE_MS = 3000;
const one = id => document.getElementById(id);
let state = null, page = null, view = 'lines', timer = 0, ownChoice = false;

function say(text) {
  one('message').textContent = text;
  one('message').hidden = !text;
}

const tried = work => async (...values) => {
  try {
    return await work(...values);
  } catch (error) {
    say(error.message);
    return undefined;
  }
};

const sheet = new Sheet({
  onLine: number => editor.focusLine(number),
  onHover: point => editor.hover(point),
});
const editor = new Editor({sheet, onChange: changes => change(changes)});
const glyphs = new Glyphs({onChange: changes => change(changes)});
const history = new History(changes => apply(changes));

// Every correction is stored before it is shown as done.
const apply = tried(async changes => {
  const byPage = Map.groupBy(changes, one => one.page ?? page.id);
  for (const [id, own] of byPage) {
    await server.correct(id, own.map(({line, text}) => ({line, text})));
    if (id === page?.id) {
      own.forEach(({line, text}) => { page.lines[line].text = text; });
      editor.update(own.map(({line}) => line));
    }
  }
  say('');
  buttons();
  if (view === 'glyphs') await showGlyphs();
  poll();
});

async function change(changes) {
  history.add(changes.map(one => ({page: page.id, ...one})));
  await apply(changes.map(one => ({...one, text: one.after})));
}

function buttons() {
  one('undo').disabled = !history.done.length;
  one('redo').disabled = !history.undone.length;
}

function listed(item) {
  const entry = document.createElement('li'), button = document.createElement('button'), small = document.createElement('small');
  const words = {waiting: 'waits', reading: 'is being read …', read: 'read', failed: item.failure};
  entry.className = item.status;
  button.type = 'button';
  button.setAttribute('aria-current', item.id === page?.id);
  small.textContent = words[item.status];
  button.append(item.name, small);
  button.addEventListener('click', () => { ownChoice = true; open(item.id); });
  entry.append(button);
  return entry;
}

let shownList = '';

function showList() {
  const list = JSON.stringify([state.pages, page?.id]);
  if (list === shownList) return;
  shownList = list;
  const focused = [...one('pages').children].indexOf(document.activeElement?.closest?.('#pages li'));
  one('pages').replaceChildren(...state.pages.map(listed));
  if (focused >= 0) one('pages').children[focused]?.querySelector('button').focus();
  const left = state.pages.filter(item => item.status === 'waiting' || item.status === 'reading').length;
  one('queue').textContent = left ? `${left} of ${state.pages.length} still to read` : '';
}

function showLearning() {
  const {status, step, share, seconds_left: left, ...found} = state.learning;
  const percent = value => `${(100 * value).toFixed(1)} %`;
  const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const signed = value => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
  const sure = found.change ? ` (a change of ${found.change.map(signed).join(' to ')} points)` : '';
  const texts = {
    idle: () => '',
    running: () => `${step[0].toUpperCase()}${step.slice(1)}${left ? `, about ${Math.ceil(left)} s left` : ''}`,
    done: () => `Learnt ${counted(found.characters, 'character')} of ${counted(found.pages, 'page')} in ${found.seconds} s. Of ${found.held_out} characters held out, ${percent(found.before)} were wrong before and ${percent(found.after)} are wrong now${sure}.${found.before === found.after ? ' No fewer, but your words are known now.' : ''}`,
    worse: () => `Not used: of ${found.held_out} characters held out, ${percent(found.before)} were wrong before and ${percent(found.after)} would be after${sure}. Correct more lines.`,
    stopped: () => 'Stopped. Nothing was changed.',
    failed: () => found.message,
  };
  one('learning').hidden = status === 'idle';
  one('learning-text').textContent = texts[status]();
  one('learning-share').hidden = one('stop').hidden = status !== 'running';
  one('learning-share').value = share ?? 0;
  one('again').hidden = status !== 'done';
  one('learn').disabled = status === 'running' || !state.corrected_lines;
  one('learn').title = state.corrected_lines ? `${counted(state.corrected_lines, 'line')} corrected` : 'Correct some lines first';
}

const poll = tried(async () => {
  clearTimeout(timer);
  try {
    state = await server.state();
    showList();
    showLearning();
    one('model').textContent = `Model ${state.model}.`;
    one('folder').textContent = `Corrections are kept in ${state.folder}.`;
    if (!one('format').children.length) showFormats();
    const current = state.pages.find(item => item.id === page?.id);
    if (page && !current) await close();
    const ready = state.pages.find(item => item.status === 'read');
    if (!page && ready && !ownChoice) await open(ready.id);
    one('empty').hidden = Boolean(page) || state.pages.length > 0;
  } finally {
    const busy = !state || state.waiting || state.running || state.learning.status === 'running';
    timer = setTimeout(poll, busy ? BUSY_MS : IDLE_MS);
  }
});

function showFormats() {
  one('format').replaceChildren(...state.formats.map(({name, description}) => {
    const option = document.createElement('option');
    Object.assign(option, {value: name, textContent: name, title: description});
    return option;
  }));
}

const open = tried(async id => {
  const item = state.pages.find(other => other.id === id);
  if (item?.status === 'failed') { say(`${item.name}: ${item.failure}`); await close(); return; }
  const found = await server.page(id);
  const image = await server.picture(id);
  page = found;
  say('');
  one('name').textContent = page.name;
  one('notes').textContent = page.notes.join(' · ');
  sheet.show(page, image);
  editor.show(page, image);
  showList();
  await show(view);
});

async function close() {
  page = null;
  one('page').hidden = one('glyphs').hidden = true;
}

async function show(name) {
  view = name;
  document.querySelectorAll('[data-view]').forEach(other => other.setAttribute('aria-pressed', other.dataset.view === name));
  one('page').hidden = !page || view !== 'lines';
  one('glyphs').hidden = !page || view !== 'glyphs';
  if (page && view === 'glyphs') await showGlyphs();
}

async function showGlyphs() {
  const ids = one('scope').value === 'all' ? state.pages.filter(item => item.status === 'read').map(item => item.id) : [page.id];
  const pages = [];
  for (const id of ids) pages.push(id === page.id ? page : await server.page(id));
  await glyphs.show(pages);
}

const addAll = tried(async files => {
  say('');
  const refused = [];
  for (const file of files) {
    try { await server.add(file); } catch (error) { refused.push(error.message); }
    await poll();
  }
  if (refused.length) say(refused.join(' · '));
});

for (const id of ['files', 'camera']) {
  one(id).addEventListener('change', event => { addAll([...event.target.files]); event.target.value = ''; });
}
addEventListener('dragover', event => { event.preventDefault(); document.body.classList.add('dragged'); });
addEventListener('dragleave', event => { if (!event.relatedTarget) document.body.classList.remove('dragged'); });
addEventListener('drop', event => {
  event.preventDefault();
  document.body.classList.remove('dragged');
  addAll([...event.dataTransfer.files]);
});
addEventListener('paste', event => {
  const files = [...event.clipboardData.files];
  if (files.length) { event.preventDefault(); addAll(files); }
});
addEventListener('focus', async () => { if (page && !document.activeElement?.closest('.text')) await open(page.id); });
addEventListener('keydown', event => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
  const row = editor.rowOf(document.activeElement);
  // What is being typed is undone by the browser.
  if (row && row.text.textContent !== editor.text(row.number)) return;
  if (document.activeElement?.tagName === 'INPUT') return;
  event.preventDefault();
  if (event.shiftKey) history.redo(); else history.undo();
});

const right = number => page.lines[number].text ?? page.lines[number].read;
const pageText = () => page.lines.map((_, number) => right(number)).filter(Boolean).join('\n');

one('undo').addEventListener('click', () => history.undo());
one('redo').addEventListener('click', () => history.redo());
one('accept').addEventListener('click', () => {
  const changes = page.lines.flatMap((line, number) => line.text === null ? [{line: number, before: null, after: line.read}] : []);
  if (changes.length) change(changes);
});
one('copy').addEventListener('click', tried(async () => {
  await server.corrected();
  await navigator.clipboard.writeText(pageText());
  one('copy').textContent = 'Copied';
  setTimeout(() => { one('copy').textContent = 'Copy text'; }, 1500);
}));
one('save').addEventListener('click', tried(async () => {
  const format = state.formats.find(({name}) => name === one('format').value);
  const link = document.createElement('a'), address = URL.createObjectURL(await server.exported(page.id, format.name));
  link.href = address;
  link.download = page.name.replace(/\.[^.]*$/, '') + format.suffix;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}));
one('delete').addEventListener('click', tried(async () => {
  if (!confirm(`Delete ${page.name} and its corrections?`)) return;
  await server.remove(page.id);
  server.forget(page.id);
  ownChoice = false;
  await close();
  await poll();
}));
one('learn').addEventListener('click', tried(async () => { await server.learn(); await poll(); }));
one('stop').addEventListener('click', tried(async () => { await server.stop(); await poll(); }));
one('again').addEventListener('click', tried(async () => {
  for (const item of state.pages) if (item.status === 'read') await server.readAgain(item.id);
  await poll();
  const wait = setInterval(async () => {
    if (state.waiting || state.running) return;
    clearInterval(wait);
    if (page) await open(page.id);
  }, BUSY_MS);
}));
one('scope').addEventListener('change', tried(showGlyphs));
document.querySelectorAll('[data-view]').forEach(button => button.addEventListener('click', tried(() => show(button.dataset.view))));

poll();
