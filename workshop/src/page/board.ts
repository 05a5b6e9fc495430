import { exerciseOf } from '@firedrill/core/workshop';
import type { Baseline, Beside } from '../baselines.ts';
import { solutionDiff } from '../hint-text.ts';
import { idOf, loadIncident, type Place } from '../incidents.ts';
import { changeOf, firstBroken, gradeOf } from '../grade.ts';
import type { Judgement } from '../judge-file.ts';
import type { Ship } from '../stage-protocol.ts';

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
  /** Hashes of the records that there are; `before`: of the learner's system at the last save. */
  readonly ships: Readonly<Partial<Record<Ship | 'before', string>>>;
}

/** What the page asks for. */
export interface Board {
  readonly state: () => BoardState;
  /** The record of a ship by its hash, as NDJSON; undefined where it is not shown now. */
  readonly record: (hash: string) => string | undefined;
  open(place: Place): Promise<void>;
  show(judgement: Judgement): void;
  compare(place: Place, beside: Beside): void;
}

export function createBoard(): Board {
  let version = 0;
  let about = { title: '', task: '', given: [] as readonly string[] };
  let judgement: Judgement | undefined;
  /** What the learner's system came to at the last save, of the same exercise. */
  let before: Baseline | undefined;
  const known = new Map<string, Beside>();

  function ships(): Partial<Record<Ship | 'before', Baseline>> {
    const { broken, repaired } = (judgement && known.get(idOf(judgement.place))) ?? {};
    const yours = judgement && baselineOf(judgement);
    return {
      ...(broken && { broken }),
      ...(yours && { yours }),
      ...(repaired && { repaired }),
      ...(before && { before }),
    };
  }

  function state(): BoardState {
    const { verdict, place, unseen = [] } = judgement ?? {};
    const beside = place && known.get(idOf(place));
    const found = (which: keyof Beside, name: string): string =>
      beside?.[which]?.verdict.rules.find((rule) => rule.name === name)?.observed ?? '';
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
      ships: Object.fromEntries(
        Object.entries(ships()).map(([ship, { verdict: own }]) => [ship, own.hash]),
      ),
    };
  }

  return {
    state,
    record: (hash) => Object.values(ships()).find(({ verdict }) => verdict.hash === hash)?.record,
    async open(place) {
      const { exercise } = exerciseOf(await loadIncident(place.incident), place.exercise);
      const { title, task, given } = exercise;
      about = { title, task, given };
      version += 1;
    },
    show(now) {
      if (now.state === 'running' && judgement !== undefined) {
        const isSame = idOf(judgement.place) === idOf(now.place);
        before = isSame ? (baselineOf(judgement) ?? before) : undefined;
      }
      judgement = now;
      version += 1;
    },
    compare(place, beside) {
      known.set(idOf(place), beside);
      version += 1;
    },
  };
}

/** None of a system that did not run to its end. */
const baselineOf = ({ verdict, record }: Judgement): Baseline | undefined =>
  verdict && record !== undefined ? { verdict, record } : undefined;

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
