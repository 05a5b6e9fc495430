// The page of the workshop: asks for what is new, and puts it in as text.

const byId = (id) => document.getElementById(id);
const askEveryMs = 300;
let version = -1;
let state;

const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

function sentence({ state: now, isPassed, grade, unseen, took }) {
  if (now === 'running') return 'The storm runs …';
  if (now === 'storms' && unseen.of > 0 && unseen.done < unseen.of && unseen.broken === '') {
    return `${grade}. Storms that nobody has seen: ${unseen.done} of ${unseen.of} …`;
  }
  const broken = unseen.broken === '' ? '' : ` In a storm that nobody has seen: ${unseen.broken}.`;
  const verdict = now === 'done' ? (isPassed ? 'Passed. ' : 'Not yet. ') : '';
  return `${verdict}${grade === '' ? '' : `${grade}.`}${broken} ${took}`;
}

function ruleRow({ short, part, holds, expected, broken, yours, repaired, changed }) {
  const row = document.createElement('tr');
  const name = element('th', `${holds ? '✓' : '✗'} ${short}`, { scope: 'row' });
  name.append(element('small', part === 'before' ? ' (a step before)' : ''));
  const own = element('td', yours, { class: 'yours' });
  if (!holds) own.append(element('small', `asked for: ${expected}`));
  if (changed !== '') own.append(element('small', changed));
  row.append(name, element('td', broken), own, element('td', repaired));
  return row;
}

function show() {
  byId('title').textContent = state.title === '' ? 'Workshop' : state.title;
  byId('id').textContent = state.id;
  document.title = `${state.isPassed ? 'Passed: ' : ''}${state.title} · Workshop`;
  byId('task').textContent = state.task;
  byId('given').replaceChildren(...state.given.map((text) => element('li', `given: ${text}`)));
  byId('state').textContent = sentence(state);
  byId('problems').replaceChildren(...state.problems.map((text) => element('li', text)));
  byId('rules').replaceChildren(...state.rules.map(ruleRow));
  byId('hints').hidden = state.hint === undefined;
  for (const each of ['where', 'why', 'diff']) byId(each).textContent = state.hint?.[each] ?? '';
}

// Served beside this script: the ships of the page of a run.
const { mountShips } = await import(new URL('/page/ships.js', location.href).href);
const ships = mountShips(byId('ships-place'), 'the last save');
const records = new Map();
let shown = '';

/** The record of a ship: what a hash stands for never changes. */
async function recordOf(hash) {
  const record = records.get(hash) ?? (await (await fetch(`/ships/${hash}`)).text());
  records.set(hash, record);
  return record;
}

/** Draws the ships, when there are others than before. While a storm runs, those of the last save stay. */
async function showShips({ id, state: now, ships: { broken, yours, repaired, before } }) {
  const isKept = now === 'running' && shown.startsWith(`${id} `);
  if (isKept) return;
  const hashes = [broken, yours, repaired].filter((hash) => hash !== undefined);
  const key = `${id} ${[...hashes, before].join(' ')}`;
  if (key === shown) return;
  byId('ships-beside').hidden = hashes.length === 0;
  const compared = yours === undefined || before === yours ? undefined : before;
  const wanted = [...hashes, ...(compared === undefined ? [] : [compared])];
  const texts = await Promise.all(wanted.map(recordOf));
  for (const hash of records.keys()) if (!wanted.includes(hash)) records.delete(hash);
  byId('ships-said').textContent =
    now !== 'running' && yours === undefined
      ? 'Your system did not run to its end: there is nothing to show of it.'
      : before === yours && before !== undefined
        ? 'Your system ran as at the last save: its record is the same to the byte.'
        : '';
  if (hashes.length > 0) ships.show(texts.slice(0, hashes.length), texts[hashes.length]);
  shown = key;
}

async function ask() {
  try {
    const now = Number(await (await fetch('/version.json')).text());
    if (now !== version) {
      state = await (await fetch('/state.json')).json();
      version = state.version;
      show();
      await showShips(state);
    }
  } catch {
    byId('state').textContent = 'The workshop is not running any more: start pnpm workshop again.';
  }
  setTimeout(() => void ask(), askEveryMs);
}

await ask();
