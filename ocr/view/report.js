const cells = Array.from(document.querySelectorAll('#matrix td')), names = DATA.names, size = names.length;
const pair = document.getElementById('pair');
let here = 0;
function show(at, focus) {
  const row = Math.floor(at / size), col = at % size, cell = cells[at];
  cells[here].tabIndex = -1; cells[here].removeAttribute('aria-selected');
  here = at; cell.tabIndex = 0; cell.setAttribute('aria-selected', 'true');
  if (focus) cell.focus();
  const count = DATA.matrix[row][col], total = DATA.matrix[row].reduce((a, b) => a + b, 0);
  const line = document.createElement('p'), share = total ? (100 * count / total).toFixed(1) : '0';
  line.textContent = `${names[row]} read as ${names[col]}: ${count} of ${total} (${share} %)`;
  pair.replaceChildren(line);
  const strip = DATA.strips[at];
  if (strip) {
    const image = document.createElement('img');
    image.src = strip; image.className = 'crop strip';
    image.alt = `pictures of ${names[row]} that were read as ${names[col]}`;
    pair.append(image);
  }
}
cells.forEach((cell, at) => cell.addEventListener('click', () => show(at, true)));
document.getElementById('matrix').addEventListener('keydown', event => {
  const step = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]}[event.key];
  let row = Math.floor(here / size), col = here % size;
  if (step) { row += step[0]; col += step[1]; }
  else if (event.key === 'Home') col = 0;
  else if (event.key === 'End') col = size - 1;
  else return;
  event.preventDefault();
  if (row >= 0 && col >= 0 && row < size && col < size) show(row * size + col, true);
});
show(DATA.start, false);
