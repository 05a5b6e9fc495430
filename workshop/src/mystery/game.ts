import { choose } from '@firedrill/core/command-line';
import { tellingSeriesIn } from '@firedrill/core/page';
import { formatClock, plural } from '@firedrill/core/scenario';
import {
  type Answer,
  type CauseKind,
  causeKinds,
  type Evidence,
  type Known,
  knownRecord,
  visitors,
} from '@firedrill/core/workshop';
import { wrapped } from '../wrapped.ts';
import { chartLines } from './chart-lines.ts';
import { readClock } from './clock-times.ts';
import { besideLines, helpLines, listed, logLines, openingLines } from './evidence-lines.ts';
import { type Priced, prices, questions } from './prices.ts';

/** What a question brought. */
export interface Reply {
  /** Lines of at most 80 columns, for a terminal. */
  readonly lines: readonly string[];
  /** What it cost, in virtual minutes. */
  readonly minutes: number;
}

/** The names of the signs that are left with a remedy. */
export type TryRemedy = (
  implementation: string,
  settings: Readonly<Record<string, string>>,
) => Promise<readonly string[]>;

/** What was tried, and the names of the signs that it left. */
export interface TriedRemedy {
  readonly text: string;
  readonly left: readonly string[];
}

/** One group at work on one mystery: from the evidence alone. */
export class Game {
  readonly #evidence: Evidence;
  readonly #tryRemedy: TryRemedy;
  /** The metric that shows what breaks: it is on the screen when somebody is called. */
  readonly #first: Evidence['metrics'][number] | undefined;
  readonly #metrics = new Set<string>();
  readonly #states = new Set<string>();
  #minutes = 0;
  #asked = 0;
  #answer: Answer | undefined;
  #remedy: TriedRemedy | undefined;

  constructor(evidence: Evidence, tryRemedy: TryRemedy) {
    this.#evidence = evidence;
    this.#tryRemedy = tryRemedy;
    const { metrics } = evidence;
    const all = { metrics: new Set(metrics.map(({ name }) => name)), states: new Set<string>() };
    const telling = tellingSeriesIn(knownRecord(evidence, all))?.name;
    this.#first = metrics.find(({ name }) => name === telling);
    if (this.#first !== undefined) this.#metrics.add(this.#first.name);
  }

  /** What may be named as the place of a cause. */
  get places(): readonly string[] {
    const outside = this.#evidence.parts.filter(({ kind }) => kind !== 'pool' && kind !== 'own');
    return [visitors, ...outside.map(({ id }) => id)];
  }

  /** What has been seen so far. */
  get known(): Known {
    return { metrics: this.#metrics, states: this.#states };
  }

  /** Virtual minutes that the questions have cost so far. */
  get minutes(): number {
    return this.#minutes;
  }

  /** How many questions had a price. */
  get asked(): number {
    return this.#asked;
  }

  get answer(): Answer | undefined {
    return this.#answer;
  }

  get remedy(): TriedRemedy | undefined {
    return this.#remedy;
  }

  /** What is known at the beginning. */
  opening(): readonly string[] {
    const opening = openingLines(this.#evidence);
    return this.#first === undefined ? opening : [...opening, '', ...this.#drawn(this.#first)];
  }

  #drawn({ name, label, unit, points }: Evidence['metrics'][number]): readonly string[] {
    const { startsAt, durationMs: spanMs } = this.#evidence;
    return [`${label} (${name})`, ...chartLines({ points, unit, startsAt, spanMs })];
  }

  /** Answers one line that was typed. Never rejects for what was typed. */
  async ask(line: string): Promise<Reply> {
    const [name = '', ...words] = line.trim().split(/\s+/);
    const [word = ''] = words;
    switch (name) {
      case '':
      case 'help':
        return free(helpLines());
      case 'metrics':
        return free(listed(this.#evidence.metrics.map(({ name: each, label }) => [each, label])));
      case 'parts':
        return free(listed(this.#evidence.parts.map(({ id, kind }) => [id, kind])));
      case 'settings':
        return free(wrapped(Object.keys(this.#evidence.settings).join(', '), '  '));
      case 'kinds':
        return free(wrapped(causeKinds.join(', '), '  '));
      case 'metric':
        return this.#metric(word);
      case 'state':
        return this.#state(word);
      case 'setting':
        return this.#setting(word);
      case 'logs':
        return this.#logs(word);
      case 'errors':
        return this.#paid('errors', logLines(this.#evidence, this.#evidence.errors));
      case 'calm':
        return this.#paid(
          'calm',
          besideLines(this.#evidence, 'an ordinary day', this.#evidence.calm),
        );
      case 'compare':
        return this.#compare(word);
      case 'remedy':
        return this.#try(words);
      case 'cause':
        return this.#name(words);
      default: {
        const names = questions.map(([usage]) => usage.split(' ')[0] ?? '');
        return free(wrapped(`There is no question "${name}". ${choose(name, names)}`));
      }
    }
  }

  #paid(price: Priced, lines: readonly string[]): Reply {
    this.#minutes += prices[price];
    this.#asked += 1;
    return { lines, minutes: prices[price] };
  }

  #metric(name: string): Reply {
    const { metrics } = this.#evidence;
    const metric = metrics.find((each) => each.name === name);
    if (metric === undefined)
      return unknown(
        'metric',
        name,
        metrics.map((each) => each.name),
      );
    this.#metrics.add(name);
    return this.#paid('metric', this.#drawn(metric));
  }

  #state(id: string): Reply {
    const { states, startsAt, durationMs } = this.#evidence;
    const own = Object.hasOwn(states, id) ? states[id] : undefined;
    if (own === undefined) return unknown('part with a state', id, Object.keys(states));
    const of = Math.max(...own.map(([, , most]) => most ?? 0));
    const size = of > 0 ? ` of ${of}` : '';
    const drawn = [
      { label: `${id}: in use${size}`, points: own.map(([atMs, used]) => [atMs, used] as const) },
      { label: `${id}: waiting`, points: own.map(([atMs, , , n]) => [atMs, n] as const) },
    ].filter(({ points }, index) => index === 0 || points.some(([, value]) => value > 0));
    const lines = drawn.flatMap(({ label, points }) => [
      label,
      ...chartLines({ points, unit: 'count', startsAt, spanMs: durationMs }),
    ]);
    this.#states.add(id);
    return this.#paid('state', lines);
  }

  #setting(name: string): Reply {
    const { settings } = this.#evidence;
    if (!Object.hasOwn(settings, name)) return unknown('setting', name, Object.keys(settings));
    return this.#paid('setting', [`  ${name} = ${String(settings[name])}`]);
  }

  #logs(place: string): Reply {
    const { logs } = this.#evidence;
    const own = Object.hasOwn(logs, place) ? logs[place] : undefined;
    if (own === undefined) return unknown('part with logs', place, Object.keys(logs));
    return this.#paid('logs', logLines(this.#evidence, own));
  }

  #compare(name: string): Reply {
    const { others } = this.#evidence;
    const other = Object.hasOwn(others, name) ? others[name] : undefined;
    if (other === undefined) return unknown('other implementation', name, Object.keys(others));
    return this.#paid('compare', besideLines(this.#evidence, name, other));
  }

  async #try([implementation = '', ...changes]: readonly string[]): Promise<Reply> {
    const { others, implementation: own, signs } = this.#evidence;
    const names = [...Object.keys(others), own];
    if (!names.includes(implementation)) return unknown('implementation', implementation, names);
    const settings: Record<string, string> = {};
    for (const change of changes) {
      const [name = '', value = ''] = change.split('=');
      if (!Object.hasOwn(this.#evidence.settings, name) || value === '') {
        const known = Object.keys(this.#evidence.settings);
        return free(
          wrapped(`"${change}" changes nothing: write setting=value. ${choose(name, known)}`),
        );
      }
      settings[name] = value;
    }
    let left: readonly string[];
    try {
      left = await this.#tryRemedy(implementation, settings);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return free(wrapped(message));
    }
    const text = [implementation, ...changes].join(' ');
    this.#remedy = { text, left };
    const titles = signs.filter(({ name }) => left.includes(name)).map(({ title }) => title);
    return this.#paid(
      'remedy',
      wrapped(
        titles.length === 0
          ? `With ${text} the signs are gone: it holds in this storm.`
          : `With ${text} there are still ${titles.length} of ${plural(signs.length, 'sign')}: ${titles.join('; ')}.`,
        '  ',
      ),
    );
  }

  #name([kind = '', place = '', ...rest]: readonly string[]): Reply {
    const { startsAt, durationMs } = this.#evidence;
    if (!isCauseKind(kind)) return unknown('kind of cause', kind, causeKinds);
    const { places } = this;
    if (!places.includes(place)) return unknown('place', place, places);
    const [from = '', to = ''] = rest.join('').split(/-|–/);
    const fromMs = readClock(from, startsAt);
    const toMs = readClock(to, startsAt);
    const inRun = (atMs: number | undefined): atMs is number =>
      atMs !== undefined && atMs >= 0 && atMs <= durationMs;
    if (!inRun(fromMs) || !inRun(toMs) || toMs <= fromMs) {
      const at = (atMs: number): string => formatClock(startsAt, atMs);
      return free(
        wrapped(
          `"${rest.join(' ')}" is no time of the incident: write it as ${at(durationMs / 4)}-${at(durationMs / 2)}, from ${at(0)} on and until ${at(durationMs)}.`,
        ),
      );
    }
    this.#answer = { kind, place, fromMs, toMs };
    return free(['  Noted. It may be said again.']);
  }
}

const isCauseKind = (text: string): text is CauseKind =>
  (causeKinds as readonly string[]).includes(text);

const free = (lines: readonly string[]): Reply => ({ lines, minutes: 0 });

/** Nothing is paid for what is not there. */
const unknown = (what: string, name: string, names: readonly string[]): Reply =>
  free(
    wrapped(
      name === ''
        ? `Name a ${what}: ${names.join(', ')}.`
        : `There is no ${what} "${name}". ${choose(name, names)}`,
    ),
  );
