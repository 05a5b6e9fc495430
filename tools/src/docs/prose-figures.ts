import type { RunRecord } from '@firedrill/core/scenario';
import { proseOf, shownIn } from './prose.ts';

/** What a figure is of. Times are in milliseconds, a time of day in those since midnight, shares in 1. */
type Kind = 'time' | 'time-of-day' | 'share' | 'usd' | 'length' | 'bytes' | 'count';

/** A quantity that a run or a source file holds. */
export interface Declared {
  readonly kind: Kind;
  readonly value: number;
  /** The service whose fault it is of. */
  readonly service?: string;
  /** What stands with it between two commas; in a text alone. */
  readonly clause?: string;
}

export interface Figure extends Declared {
  readonly text: string;
  readonly clause: string;
  readonly line: number;
  /** Where it stands in the text, in characters. */
  readonly index: number;
  /** Half of the last place that is written: "13 s" is whatever rounds to it. */
  readonly tolerance: number;
}

const units: Readonly<Record<string, readonly [Kind, number]>> = {
  ms: ['time', 1],
  s: ['time', 1000],
  second: ['time', 1000],
  seconds: ['time', 1000],
  min: ['time', 60_000],
  minute: ['time', 60_000],
  minutes: ['time', 60_000],
  hour: ['time', 3_600_000],
  hours: ['time', 3_600_000],
  '%': ['share', 0.01],
  m: ['length', 1],
  kB: ['bytes', 1000],
  KB: ['bytes', 1000],
  MB: ['bytes', 1_000_000],
  times: ['count', 1],
};
const words = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const multiples: Readonly<Record<string, number>> = { k: 1000, M: 1_000_000 };

const clockPattern = String.raw`(?<clock>\d{1,2}:\d\d(?::\d\d)?)`;
const numberPattern = String.raw`(?<dollar>\$)?(?<number>\d+(?:,\d{3})*(?:\.\d+)?)(?<multiple>[kM](?![\w]))?`;
const unitPattern = String.raw`(?:\s*(?<unit>%|(?:${Object.keys(units).join('|')})(?![\w]))`;
const wordPattern = String.raw`(?<word>${words.join('|')})\s+(?=times\b)`;
const figurePattern = new RegExp(
  String.raw`(?<![\w.#$/:-])(?:${clockPattern}|${numberPattern}${unitPattern})?|${wordPattern})`,
  'g',
);

/**
 * The figures of a text, which are written as digits, or as a word before "times".
 * A single digit without a unit is none: exit codes, and the weeks of a story.
 */
export function figuresIn(text: string): readonly Figure[] {
  const found = [...text.matchAll(figurePattern)].filter(([all]) => !/^\d$/.test(all.trim()));
  return found.map((match) => {
    const groups = match.groups ?? {};
    const line = text.slice(0, match.index).split('\n').length;
    const clause = clauseAt(text, match.index);
    const written = match[0].trim().replaceAll(/\s+/g, ' ');
    return { text: written, line, index: match.index, clause, ...measureOf(groups) };
  });
}

function clauseAt(text: string, index: number): string {
  const start =
    text
      .slice(0, index)
      .split(/[,;.:]\s/)
      .at(-1) ?? '';
  return start + (text.slice(index).split(/[,;.:]\s/)[0] ?? '');
}

function measureOf(
  groups: Readonly<Record<string, string | undefined>>,
): Pick<Figure, 'kind' | 'value' | 'tolerance'> {
  const {
    clock: time,
    dollar,
    number: digits = '',
    multiple = '',
    unit: name,
    word: spelt,
  } = groups;
  if (time !== undefined) return { kind: 'time-of-day', value: sinceMidnight(time), tolerance: 0 };
  if (spelt !== undefined) return { kind: 'count', value: words.indexOf(spelt) + 1, tolerance: 0 };
  const plain = digits.replaceAll(',', '');
  const decimals = plain.split('.')[1]?.length ?? 0;
  const [kind, scale] = (name === undefined ? undefined : units[name]) ?? ['count', 1];
  const factor = scale * (multiples[multiple] ?? 1);
  const isRounded = kind !== 'count' || decimals > 0 || multiple !== '';
  return {
    kind: dollar === undefined ? kind : 'usd',
    value: Number(plain) * factor,
    tolerance: isRounded ? 0.5 * 10 ** -decimals * factor : 0,
  };
}

function sinceMidnight(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/**
 * What a run says of itself without its outcome: settings, faults, story, what is expected, and the
 * chain from the cause to its victims.
 */
export function declaredIn(records: readonly RunRecord[]): readonly Declared[] {
  const start = records.find((record) => record.type === 'run.started');
  const startsAt = Date.parse(start?.startsAt ?? '');
  const clock = (ms = 0): Declared => ({ kind: 'time-of-day', value: (startsAt + ms) % day });
  return records.flatMap((record): readonly Declared[] => {
    if (record.type === 'run.started') {
      return [clock(), ...Object.entries(record.options).flatMap(asSetting)];
    }
    if (record.type === 'fault.started') {
      const { service, fromMs, toMs, label } = record.fault;
      const said = figuresIn(label).map(({ kind, value }) => ({ kind, value }));
      return [clock(fromMs), clock(toMs), ...said].map((one) => ({ ...one, service }));
    }
    if (record.type === 'story') return [clock(record.atMs), ...figuresIn(record.text)];
    if (record.type === 'check') return figuresIn(`${record.title}\n${record.expected}`);
    if (record.type === 'explanation') return record.chain.flatMap(({ text }) => figuresIn(text));
    return [];
  });
}

const day = 24 * 60 * 60_000;

/** A setting is what its name says: `…Ms` a time, and any number may be a count or a share. */
function asSetting([name, value]: readonly [string, unknown]): readonly Declared[] {
  if (typeof value !== 'number') return [];
  const [, unitOfTime = ''] = /(Ms|Seconds|Minutes)$/.exec(name) ?? [];
  const [, scale] = units[unitOfTime.toLowerCase()] ?? [];
  if (scale !== undefined) return [{ kind: 'time', value: value * scale }];
  const kinds: readonly Kind[] = /Usd/.test(name) ? ['usd'] : ['count', 'share', 'length'];
  return kinds.map((kind) => ({ kind, value }));
}

/**
 * The numbers of a source file, how long its windows are, and the quantities that its texts name. What a
 * number is of stands in names, so it may be anything.
 */
export function numbersInCode(code: string): readonly Declared[] {
  const kinds: readonly Kind[] = ['count', 'share', 'length', 'time', 'bytes'];
  const plain = code.replaceAll(/(?<=\d)_(?=\d)/g, '');
  const numbers = [...plain.matchAll(/(?<![\w.])\d+(?:\.\d+)?/g)].flatMap(([digits]) =>
    kinds.map((kind) => ({ kind, value: Number(digits) })),
  );
  const windows = [...plain.matchAll(/fromMs: (\d+),\s+toMs: (\d+)/g)].map(
    ([, from, to]): Declared => ({ kind: 'time', value: Number(to) - Number(from) }),
  );
  return [...numbers, ...windows, ...figuresIn(code).map(({ kind, value }) => ({ kind, value }))];
}

/**
 * What a section shows of what it speaks of: the numbers and quantities of its code, and of what tools
 * wrote into it.
 */
export function declaredInSection(text: string, line: number): readonly Declared[] {
  return numbersInCode(shownIn(partAt(text, /(?<=\n)(?=##? )/, line)));
}

/**
 * `line: figure …` for each figure in the prose and the tables of a text that nobody has declared.
 *
 * @param declaredAt what may be said in a line
 * @param linked what the files hold that a paragraph links to, by the link's target
 */
export function strangeFigures(
  text: string,
  declaredAt: (line: number) => readonly Declared[],
  linked: (target: string) => readonly Declared[],
): readonly string[] {
  return figuresIn(proseOf(text)).flatMap((figure) => {
    if (isQuoted(text, figure)) return [];
    const paragraph = partAt(text, /(?<=\n\n|\n(?=- |\|))/, figure.line);
    const targets = [...paragraph.matchAll(/\]\(([^)#]+)[^)]*\)/g)];
    const known = [
      ...declaredAt(figure.line),
      ...targets.flatMap(([, target = '']) => linked(target)),
    ];
    const asked = aboutTheSame(figure, known);
    return asked.some((one) => isSame(figure, one)) ? [] : [`${figure.line}: ${figure.text}`];
  });
}

/** Whether the figure is in a sentence that links to a source outside: then it is that source's. */
function isQuoted(text: string, { index }: Figure): boolean {
  const end = /[.;]\s/g;
  const start = Math.max(0, ...[...text.slice(0, index).matchAll(end)].map((match) => match.index));
  const length = text.slice(index).search(end);
  return /\]\(https?:/.test(text.slice(start, length < 0 ? undefined : index + length));
}

/** Where a figure stands beside the name of a service that fails: settings, and what is said of that service. */
function aboutTheSame(figure: Figure, known: readonly Declared[]): readonly Declared[] {
  const services = known.flatMap(({ service, kind }) =>
    service !== undefined && kind === figure.kind && names(figure.clause, service) ? [service] : [],
  );
  if (services.length === 0) return known;
  return known.filter(({ service, clause }) =>
    service === undefined
      ? clause === undefined || services.some((one) => names(clause, one))
      : services.includes(service),
  );
}

/** Whether words name a service: "the push provider", "webhook endpoints". */
function names(clause: string, service: string): boolean {
  return new RegExp(String.raw`\b${service.replace(/s$/, '')}s?\b`, 'i').test(clause);
}

function isSame(figure: Figure, { kind, value }: Declared): boolean {
  if (kind !== figure.kind) return false;
  return Math.abs(value - figure.value) <= figure.tolerance + Math.abs(value) * 1e-9;
}

/** The part of a text, which is cut at `border`, in which a line stands. */
function partAt(text: string, border: RegExp, line: number): string {
  let last = 1;
  const parts = text.split(border);
  return (
    parts.find((part) => {
      last += part.split('\n').length - 1;
      return line < last;
    }) ??
    parts.at(-1) ??
    ''
  );
}
