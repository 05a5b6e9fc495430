import { byId, element, setOptions } from '@firedrill/core/page/elements';
import { loadShips } from '../../../page/client/load-ships.ts';
import type { MysteryState, Question } from '../state.ts';

// The page of a mystery: asks for what is new, puts it in as text, and sends what the group wants to know.

const askEveryMs = 300;
const notRunning = 'It is not running any more: start pnpm workshop again.';

/** What came of a message. */
interface Reply {
  readonly said: string;
  readonly isPaid: boolean;
}

const ships = await loadShips('the run before');
let state: MysteryState | undefined;
/** Texts of what fills lists: they are not made anew while somebody chooses in them. */
const filled = new Map<string, string>();

const text = (id: string, content: string): void => {
  byId(id, HTMLElement).textContent = content;
};
const hide = (id: string, isHidden: boolean): void => {
  byId(id, HTMLElement).hidden = isHidden;
};
const chosenIn = (id: string): string => byId(id, HTMLSelectElement).value;
const typedIn = (id: string): string => byId(id, HTMLInputElement).value;

function fill(id: string, options: readonly (readonly [value: string, label: string])[]): void {
  const key = JSON.stringify(options);
  if (filled.get(id) === key) return;
  filled.set(id, key);
  setOptions(byId(id, HTMLSelectElement), options);
}

const named = (names: readonly string[]): Question['about'] => names.map((each) => [each, each]);

const chosenQuestion = (): Question | undefined =>
  state?.questions.find(({ name }) => name === chosenIn('question'));

/** Shows what belongs to the question that is chosen. */
function showQuestion(): void {
  const question = chosenQuestion();
  if (question === undefined) return;
  const { name, minutes, about } = question;
  hide('about-field', about.length === 0);
  hide('settings-field', name !== 'remedy');
  fill('subject', about);
  text('send', `Ask (${minutes} min)`);
}

function show(now: MysteryState): void {
  state = now;
  const { name, minutes, asked, said, known, alerts } = now;
  document.title = `Mystery ${name}`;
  text('name', `Mystery ${name}`);
  text('spent', `${minutes} minutes of the incident, ${asked.length} questions`);
  text('incident', `${now.title}, ${now.from} to ${now.to}`);
  text('about', `In production: ${now.about}`);
  byId('signs', HTMLElement).replaceChildren(...now.signs.map((sign) => element('li', sign)));
  text(
    'known',
    known.length === 0
      ? 'Every other rule holds.'
      : `Of no interest, since it is broken with or without it: ${known.join('; ')}.`,
  );
  byId('alerts', HTMLElement).replaceChildren(
    ...(alerts.length === 0
      ? [element('li', 'No alert was sent.')]
      : alerts.map((alert) => element('li', `${alert.at} ${alert.text}`))),
  );
  fill(
    'question',
    now.questions.map((question) => [question.name, question.label]),
  );
  fill('kind', named(now.kinds));
  fill('place', named(now.places));
  byId('setting-names', HTMLDataListElement).replaceChildren(
    ...now.settings.map((setting) => element('option', setting, { value: `${setting}=` })),
  );
  showQuestion();
  hide('nothing', asked.length > 0);
  showAnswers(asked);
  const cause = now.cause === undefined ? '' : `Named: ${now.cause}. It may be said again.`;
  const remedy = now.remedy === undefined ? '' : ` Remedy that was tried last: ${now.remedy}.`;
  text('noted', `${cause}${remedy}`);
  hide('key-field', !now.isSealed);
  hide('told', said === undefined);
  text('verdict', (said ?? []).join('\n'));
  for (const section of document.querySelectorAll<HTMLElement>('.while-open'))
    section.hidden = said !== undefined;
}

/** The newest stands first; those that are there stay, with where they were scrolled to. */
function showAnswers(asked: MysteryState['asked']): void {
  const answers = byId('answers', HTMLElement);
  for (const { question, minutes, lines } of asked.slice(answers.childElementCount)) {
    const article = element('article');
    article.append(
      element('h3', `${question} (${minutes} min)`),
      element('pre', lines.join('\n'), { tabindex: '0' }),
    );
    answers.prepend(article);
  }
}

async function look(): Promise<void> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of this page's own server
  show((await (await fetch('/state.json')).json()) as MysteryState);
  ships.show([await (await fetch('/record.ndjson')).text()]);
}

async function watch(): Promise<void> {
  try {
    const version = Number(await (await fetch('/version.json')).text());
    if (version !== state?.version) await look();
  } catch {
    text('status', notRunning);
  }
  if (state?.said === undefined) setTimeout(() => void watch(), askEveryMs);
}

/** Sends a message, and says what came of it. @returns whether it was answered */
async function send(path: string, message: object): Promise<boolean> {
  text('status', 'It is looked for …');
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    if (!response.ok) {
      text('status', await response.text());
      return false;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of this page's own server
    const { said, isPaid } = (await response.json()) as Reply;
    await look();
    text('status', isPaid ? 'The answer stands below.' : said);
    return true;
  } catch {
    text('status', notRunning);
    return false;
  }
}

async function askForMore(): Promise<void> {
  const question = chosenQuestion();
  if (question === undefined) return;
  const { name, about } = question;
  const subject = chosenIn('subject');
  const words = typedIn('settings').split(/\s+/);
  const isAnswered = await send('/ask', {
    question: name,
    ...(about.length > 0 && { about: subject }),
    ...(name === 'remedy' && { settings: words.filter((word) => word !== '') }),
  });
  // What was just paid for is looked at first.
  if (isAnswered && name === 'metric') ships.choose(subject);
}

async function nameCause(): Promise<void> {
  const [kind, place] = [chosenIn('kind'), chosenIn('place')];
  await send('/cause', { kind, place, from: typedIn('from'), to: typedIn('to') });
}

async function end(): Promise<void> {
  if (await send('/end', { key: typedIn('key') })) byId('verdict', HTMLElement).focus();
}

byId('question', HTMLSelectElement).addEventListener('change', showQuestion);
for (const [id, act] of [
  ['ask', askForMore],
  ['cause', nameCause],
  ['end', end],
] as const) {
  byId(id, HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void act();
  });
}
await watch();
