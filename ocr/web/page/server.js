// Everything that is asked of the server. An answer that is no success becomes an error with its one line.

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, {cache: 'no-store', ...options});
  } catch {
    throw new Error('The program does not answer: is it still running?');
  }
  if (!answer.ok) {
    const text = await answer.text();
    let message = text;
    try { message = JSON.parse(text).error; } catch { /* plain text */ }
    throw new Error(message.trim() || `error ${answer.status}`);
  }
  return answer;
}

const json = async (path, options) => (await ask(path, options)).json();
const post = (path, body) => ask(path, {method: 'POST', body});

// Corrections are sent one after the other, and what depends on them waits: none is overtaken by the next click.
let sent = Promise.resolve();
export const corrected = () => sent;
const after = request => async (...values) => { await sent; return request(...values); };

export function correct(id, corrections) {
  const stored = sent.then(() => post(`/api/pages/${id}/lines`, JSON.stringify(corrections)));
  sent = stored.catch(() => {});
  return stored;
}

export const state = () => json('/api/state');
export const page = after(id => json(`/api/pages/${id}`));
export const add = file => post(`/api/pages?name=${encodeURIComponent(file.name || 'pasted.png')}`, file);
export const remove = id => ask(`/api/pages/${id}`, {method: 'DELETE'});
export const readAgain = after(id => post(`/api/pages/${id}/read`));
export const exported = after(async (id, format) => (await ask(`/api/pages/${id}/export/${format}`)).blob());
export const learn = after(() => post('/api/learn'));
export const stop = () => ask('/api/learn', {method: 'DELETE'});

const pictures = new Map();

export function picture(id) {
  if (!pictures.has(id)) {
    const image = new Image();
    image.src = `/api/pages/${id}/picture`;
    pictures.set(id, image.decode().then(() => image));
  }
  return pictures.get(id);
}

export const forget = id => pictures.delete(id);
