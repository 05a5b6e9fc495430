import { exerciseOf } from '@firedrill/core/workshop';
import type { Beside } from '../baselines.ts';
import { solutionDiff } from '../hint-text.ts';
import { idOf, loadIncident, type Place } from '../incidents.ts';
import { changeOf, firstBroken, gradeOf } from '../grade.ts';
import type { Judgement } from '../judge-file.ts';
import type { Curve } from '../stage-protocol.ts';

/** What the page shows, as data; all of it text that is put in as text. */
export interface BoardState {
  /** Grows with each change. */
  readonly version: number;
  readonly id: string;
  readonly title: string;
  readonly task: string;
  readonly given: readonly string[];
  readonly state: Judgement['state'];
  readonly isPassed: boolean;
  readonly grade: string;
  readonly problems: readonly string[];
  readonly rules: readonly {
    readonly short: string;
    readonly part: string;
    readonly holds: boolean;
    readonly expected: string;
    readonly broken: string;
    readonly yours: string;
    readonly repaired: string;
    readonly changed: string;
  }[];
  readonly unseen: { readonly done: number; readonly of: number; readonly broken: string };
  readonly hint:
    | { readonly where: string; readonly why: string; readonly diff: string }
    | undefined;
  readonly took: string;
  readonly curves: { readonly broken: Curve; readonly yours: Curve; readonly repaired: Curve };
}

/** What the page asks for. */
export interface Board {
  readonly state: () => BoardState;
  open(place: Place): Promise<void>;
  show(judgement: Judgement): void;
  compare(place: Place, beside: Beside): void;
}

export function createBoard(): Board {
  let version = 0;
  let about = { title: '', task: '', given: [] as readonly string[] };
  let judgement: Judgement | undefined;
  const known = new Map<string, Beside>();

  function state(): BoardState {
    const { verdict, place, unseen = [], curve = {} } = judgement ?? {};
    const beside = place && known.get(idOf(place));
    const found = (which: keyof Beside, name: string): string =>
      beside?.[which]?.rules.find((rule) => rule.name === name)?.observed ?? '';
    const rule = verdict && firstBroken(verdict);
    const failed = unseen.find(({ broken }) => broken !== undefined);
    return {
      version,
      id: place === undefined ? '' : idOf(place),
      ...about,
      state: judgement?.state ?? 'running',
      isPassed: judgement?.isPassed ?? false,
      grade: verdict === undefined ? '' : gradeOf(verdict),
      problems: problemsOf(judgement),
      rules: (verdict?.rules ?? []).map(({ name, short, part, holds, expected, observed }) => ({
        short,
        part,
        holds,
        expected,
        broken: found('broken', name),
        yours: observed,
        repaired: found('repaired', name),
        changed:
          changeOf(
            { name, short, part, holds, expected, observed, title: '' },
            judgement?.before,
          ) ?? '',
      })),
      unseen: {
        done: unseen.length,
        of: judgement?.unseenOf ?? 0,
        broken: failed?.broken === undefined ? '' : `${failed.broken.text} (seed ${failed.seed})`,
      },
      hint:
        rule?.hint === undefined || place === undefined
          ? undefined
          : { ...rule.hint, diff: solutionDiff(place) },
      took:
        judgement?.verdictMs === undefined
          ? ''
          : `verdict after ${(judgement.verdictMs / 1_000).toFixed(1)} s`,
      curves: {
        broken: beside?.broken?.curve ?? {},
        yours: curve,
        repaired: beside?.repaired?.curve ?? {},
      },
    };
  }

  return {
    state,
    async open(place) {
      const { exercise } = exerciseOf(await loadIncident(place.incident), place.exercise);
      const { title, task, given } = exercise;
      about = { title, task, given };
      version += 1;
    },
    show(now) {
      judgement = now;
      version += 1;
    },
    compare(place, beside) {
      known.set(idOf(place), beside);
      version += 1;
    },
  };
}

function problemsOf(judgement: Judgement | undefined): readonly string[] {
  if (judgement === undefined) return [];
  const { types = [], failure, verdict } = judgement;
  return [
    ...types.map((error) => `types: ${error}`),
    ...(failure === undefined ? [] : [`It did not run to its end: ${failure}`]),
    ...(verdict?.thrown ?? [])
      .filter(({ isDefect }) => isDefect)
      .map(
        ({ name, message, place, count }) => `${place ?? ''} ${name}: ${message} (${count} times)`,
      ),
  ];
}
