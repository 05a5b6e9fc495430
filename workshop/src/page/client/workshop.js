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
  const names = Object.keys(state.curves.yours);
  const chosen = byId('series').value;
  byId('series').replaceChildren(...names.map((name) => element('option', name)));
  byId('series').value = names.includes(chosen)
    ? chosen
    : (names.find((name) => name.endsWith('.p99')) ??
      names.find((name) => name.includes('p50')) ??
      names[0] ??
      '');
  draw();
}

const width = 900;
const height = 260;
const left = 60;
const bottom = 220;

const svg = (tag, attributes, text = '') => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};

function draw() {
  const chart = byId('chart');
  const name = byId('series').value;
  const lines = ['broken', 'repaired', 'yours'].map((ship) => [
    ship,
    state.curves[ship][name] ?? [],
  ]);
  const points = lines.flatMap(([, line]) => line);
  const endMs = Math.max(1, ...points.map(([atMs]) => atMs));
  const most = Math.max(1, ...points.map(([, value]) => value));
  const isLog = most > 1_000;
  const scale = (value) =>
    isLog ? Math.log10(Math.max(1, value)) / Math.log10(most) : Math.max(0, value) / most;
  const y = (value) => bottom - scale(value) * (bottom - 20);
  const marks = isLog
    ? [1, 10, 100, 1_000, 10_000, 100_000].filter((value) => value <= most)
    : [0, most / 2, most];
  chart.replaceChildren(
    ...marks.flatMap((value) => [
      svg('line', { x1: left, x2: width, y1: y(value), y2: y(value) }),
      svg('text', { x: 4, y: y(value) + 4 }, Math.round(value).toLocaleString('en-US')),
    ]),
    ...[0, 0.25, 0.5, 0.75, 1].map((part) =>
      svg(
        'text',
        { x: left + part * (width - left - 70), y: height - 14 },
        `+${Math.round((part * endMs) / 60_000)} min`,
      ),
    ),
    ...lines.map(([ship, line]) =>
      svg('polyline', {
        class: ship,
        points: line
          .map(([atMs, value]) => `${left + (atMs / endMs) * (width - left)},${y(value)}`)
          .join(' '),
      }),
    ),
  );
}

async function ask() {
  try {
    const now = Number(await (await fetch('/version.json')).text());
    if (now !== version) {
      state = await (await fetch('/state.json')).json();
      version = state.version;
      show();
    }
  } catch {
    byId('state').textContent = 'The workshop is not running any more: start pnpm workshop again.';
  }
  setTimeout(() => void ask(), askEveryMs);
}

byId('series').addEventListener('change', draw);
await ask();
