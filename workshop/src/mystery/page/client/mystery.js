// The page of a mystery: asks for what is new, puts it in as text, and sends what the group wants to know.

const byId = (id) => document.getElementById(id);
const askEveryMs = 300;
const { mountShips } = await import(new URL('/page/ships.js', location.href).href);
const ships = mountShips(byId('ships-place'), 'the run before');
let state;
/** Texts of what fills lists: they are not made anew while somebody chooses in them. */
const filled = new Map();

const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

function fill(id, options) {
  const key = JSON.stringify(options);
  if (filled.get(id) === key) return;
  filled.set(id, key);
  const list = byId(id);
  const { value: chosen } = list;
  list.replaceChildren(...options.map(([value, label]) => element('option', label, { value })));
  if (options.some(([value]) => value === chosen)) list.value = chosen;
}

const chosenQuestion = () => state.questions.find(({ name }) => name === byId('question').value);

/** Shows what belongs to the question that is chosen. */
function showQuestion() {
  const { name, minutes, about } = chosenQuestion();
  byId('about-field').hidden = about.length === 0;
  byId('settings-field').hidden = name !== 'remedy';
  fill('subject', about);
  byId('send').textContent = `Ask (${minutes} min)`;
}

function show() {
  const { name, minutes, asked, said } = state;
  document.title = `Mystery ${name}`;
  byId('name').textContent = `Mystery ${name}`;
  byId('spent').textContent = `${minutes} minutes of the incident, ${asked.length} questions`;
  byId('incident').textContent = `${state.title}, ${state.from} to ${state.to}`;
  byId('about').textContent = `In production: ${state.about}`;
  byId('signs').replaceChildren(...state.signs.map((text) => element('li', text)));
  byId('known').textContent =
    state.known.length === 0
      ? 'Every other rule holds.'
      : `Of no interest, since it is broken with or without it: ${state.known.join('; ')}.`;
  byId('alerts').replaceChildren(
    ...(state.alerts.length === 0
      ? [element('li', 'No alert was sent.')]
      : state.alerts.map(({ at, text }) => element('li', `${at} ${text}`))),
  );
  fill(
    'question',
    state.questions.map((question) => [question.name, question.label]),
  );
  fill(
    'kind',
    state.kinds.map((kind) => [kind, kind]),
  );
  fill(
    'place',
    state.places.map((place) => [place, place]),
  );
  fill(
    'setting-names',
    state.settings.map((setting) => [`${setting}=`, setting]),
  );
  showQuestion();
  byId('nothing').hidden = asked.length > 0;
  const answers = byId('answers');
  // The newest stands first; those that are there stay, with where they were scrolled to.
  for (const { question, minutes: cost, lines } of asked.slice(answers.childElementCount)) {
    const article = element('article', '');
    const text = element('pre', lines.join('\n'), { tabindex: '0' });
    article.append(element('h3', `${question} (${cost} min)`), text);
    answers.prepend(article);
  }
  const cause = state.cause === undefined ? '' : `Named: ${state.cause}. It may be said again.`;
  const remedy = state.remedy === undefined ? '' : ` Remedy that was tried last: ${state.remedy}.`;
  byId('noted').textContent = `${cause}${remedy}`;
  byId('key-field').hidden = !state.isSealed;
  byId('told').hidden = said === undefined;
  byId('verdict').textContent = (said ?? []).join('\n');
  for (const section of document.querySelectorAll('.while-open'))
    section.hidden = said !== undefined;
}

async function look() {
  state = await (await fetch('/state.json')).json();
  show();
  ships.show([await (await fetch('/record.ndjson')).text()]);
}

async function watch() {
  try {
    const version = Number(await (await fetch('/version.json')).text());
    if (version !== state?.version) await look();
  } catch {
    byId('status').textContent = 'It is not running any more: start pnpm workshop again.';
  }
  if (state?.said === undefined) setTimeout(() => void watch(), askEveryMs);
}

/** Sends a message, and says what came of it. */
async function send(path, message) {
  const status = byId('status');
  status.textContent = 'It is looked for …';
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    if (!response.ok) {
      status.textContent = await response.text();
      return false;
    }
    const { said, isPaid } = await response.json();
    await look();
    status.textContent = isPaid ? 'The answer stands below.' : said;
    return true;
  } catch {
    status.textContent = 'It is not running any more: start pnpm workshop again.';
    return false;
  }
}

async function askForMore() {
  const { name, about } = chosenQuestion();
  const subject = byId('subject').value;
  const words = byId('settings').value.split(/\s+/);
  const isAnswered = await send('/ask', {
    question: name,
    ...(about.length > 0 && { about: subject }),
    ...(name === 'remedy' && { settings: words.filter((word) => word !== '') }),
  });
  // What was just paid for is looked at first.
  if (isAnswered && name === 'metric') ships.choose(subject);
}

async function nameCause() {
  const [kind, place, from, to] = ['kind', 'place', 'from', 'to'].map((id) => byId(id).value);
  await send('/cause', { kind, place, from, to });
}

async function end() {
  if (await send('/end', { key: byId('key').value })) byId('verdict').focus();
}

byId('question').addEventListener('change', showQuestion);
for (const [id, act] of [
  ['ask', askForMore],
  ['cause', nameCause],
  ['end', end],
]) {
  byId(id).addEventListener('submit', (event) => {
    event.preventDefault();
    void act();
  });
}
await watch();
