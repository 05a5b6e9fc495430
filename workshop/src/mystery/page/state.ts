import { stripVTControlCharacters } from 'node:util';
import { formatClock } from '@firedrill/core/scenario';
import { causeKinds } from '@firedrill/core/workshop';
import { answerText, type Asked, type Table } from '../table.ts';
import { type Priced, prices, questions } from '../prices.ts';

/** What can be asked, and about what. */
export interface Question {
  readonly name: Priced;
  readonly label: string;
  readonly minutes: number;
  /** Values and what is shown of them; none where there is nothing to choose. */
  readonly about: readonly (readonly [value: string, label: string])[];
}

/** What the page of a mystery shows, as data: from the evidence, and in the end what was told. */
export interface MysteryState {
  readonly version: number;
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly from: string;
  readonly to: string;
  readonly signs: readonly string[];
  readonly known: readonly string[];
  readonly alerts: readonly { readonly at: string; readonly text: string }[];
  readonly questions: readonly Question[];
  readonly settings: readonly string[];
  readonly kinds: readonly string[];
  readonly places: readonly string[];
  readonly minutes: number;
  readonly asked: readonly Asked[];
  /** What was named so far. */
  readonly cause: string | undefined;
  readonly remedy: string | undefined;
  readonly isSealed: boolean;
  /** How near it was, when it has ended. */
  readonly said: readonly string[] | undefined;
}

/** What the page shows of a table now. */
export function mysteryState(table: Table): MysteryState {
  const { evidence, game, name, version, asked, isSealed, said } = table;
  const { title, about, startsAt, durationMs, signs, known, alerts } = evidence;
  const at = (atMs: number): string => formatClock(startsAt, atMs);
  const { answer, remedy, minutes } = game;
  return {
    version,
    name,
    title,
    about,
    from: at(0),
    to: at(durationMs),
    signs: signs.map(({ title: sign, observed, firstAtMs }) =>
      [
        `${sign}: ${observed}`,
        ...(firstAtMs === undefined ? [] : [`first at ${at(firstAtMs)}`]),
      ].join('; '),
    ),
    known: known.map((rule) => rule.title),
    alerts: alerts
      .filter(({ severity }) => severity !== 'info')
      .map(({ atMs, text }) => ({ at: at(atMs), text })),
    questions: questionsOf(table),
    settings: Object.keys(evidence.settings),
    kinds: causeKinds,
    places: game.places,
    minutes,
    asked,
    cause: answer && answerText(answer, startsAt),
    remedy: remedy?.text,
    isSealed,
    said: said?.map((line) => stripVTControlCharacters(line)),
  };
}

const named = (names: readonly string[]): Question['about'] => names.map((each) => [each, each]);

function questionsOf({ evidence, game }: Table): readonly Question[] {
  const { metrics, states, logs, settings, others, implementation } = evidence;
  const about: Readonly<Record<Priced, Question['about']>> = {
    metric: metrics
      .filter((metric) => !game.known.metrics.has(metric.name))
      .map((metric) => [metric.name, `${metric.label} (${metric.name})`]),
    state: named(Object.keys(states).filter((id) => !game.known.states.has(id))),
    logs: named(Object.keys(logs)),
    errors: [],
    setting: named(Object.keys(settings)),
    calm: [],
    compare: named(Object.keys(others)),
    remedy: named([...Object.keys(others), implementation]),
  };
  return questions.flatMap(([usage, label, price]) =>
    price === undefined
      ? []
      : [
          {
            name: price,
            label: `${usage.split(' ')[0]}: ${label}`,
            minutes: prices[price],
            about: about[price],
          },
        ],
  );
}
