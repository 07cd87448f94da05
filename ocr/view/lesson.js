const box = document.querySelector('.try'), logits = JSON.parse(box.dataset.logits);
const slider = document.getElementById('factor'), shown = document.getElementById('factor-value');
const bars = Array.from(box.querySelectorAll('.shares li')), largest = Math.max(...logits);
function update() {
  const factor = 10 ** Number(slider.value);
  const powers = logits.map(z => Math.exp(factor * (z - largest)));
  const sum = powers.reduce((a, b) => a + b, 0);
  shown.textContent = factor.toPrecision(3);
  slider.setAttribute('aria-valuetext', `c = ${factor.toPrecision(3)}`);
  bars.forEach((bar, at) => {
    bar.querySelector('i').style.width = `${100 * powers[at] / sum}%`;
    bar.querySelector('output').textContent = (powers[at] / sum).toFixed(4);
  });
}
slider.addEventListener('input', update);
update();
