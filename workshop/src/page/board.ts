import { exerciseOf } from '@firedrill/core/workshop';
import type { Baseline, BesideShip } from '../baselines.ts';
import { solutionDiff } from '../hint-text.ts';
import { allPlaces, idOf, loadIncident, type Place } from '../incidents.ts';
import { changeOf, firstBroken, gradeOf } from '../grade.ts';
import type { Judgement } from '../judge-file.ts';
import type { Ship } from '../ship.ts';
import { stormsSoFar, stormsText } from '../storms-text.ts';
import { lineIn, type Problem, problemAt, shortPlace } from '../problem.ts';
import { nextPlace, type ProgressFile } from '../progress.ts';
import type { BoardState } from './board-state.ts';

/** What the page asks for. */
export interface Board {
  readonly state: () => BoardState;
  /** The record of a ship by its hash, as NDJSON; undefined where it is not shown now. */
  readonly record: (hash: string) => string | undefined;
  open(place: Place): Promise<void>;
  show(judgement: Judgement): void;
  /** @param baseline undefined for a ship that did not come to its end */
  compare(place: Place, ship: BesideShip, baseline: Baseline | undefined): void;
}

export interface BoardOptions {
  /** The learner's file of an exercise. */
  readonly fileOf: (place: Place) => string;
  readonly progress: ProgressFile;
}

/** Ships beside the learner's that have run. */
type Beside = Partial<Record<BesideShip, Baseline | undefined>>;

const notYet = 'runs after yours';

export function createBoard({ fileOf, progress }: BoardOptions): Board {
  let version = 0;
  /** Counts up: of two that are opened at once, the later one is shown. */
  let opened = 0;
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
    const { verdict, place, unseen = [], unseenOf = 0 } = judgement ?? {};
    const beside = place && known.get(idOf(place));
    const found = (ship: BesideShip, name: string): string =>
      beside === undefined || !(ship in beside)
        ? notYet
        : (beside[ship]?.verdict.rules.find((rule) => rule.name === name)?.observed ?? '');
    const rule = verdict && firstBroken(verdict);
    const next = nextPlace(progress);
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
      storms: {
        soFar:
          unseen.length < unseenOf && failed === undefined ? stormsSoFar(unseen, unseenOf) : '',
        broken: failed === undefined ? '' : stormsText(unseen),
      },
      hint:
        rule?.hint === undefined || place === undefined
          ? undefined
          : { ...rule.hint, diff: solutionDiff(place, fileOf(place)) },
      took:
        judgement?.verdictMs === undefined
          ? ''
          : `verdict after ${(judgement.verdictMs / 1_000).toFixed(1)} s`,
      ships: Object.fromEntries(
        Object.entries(ships()).map(([ship, { verdict: own }]) => [ship, own.hash]),
      ),
      exercises: allPlaces().map((each) => ({ id: idOf(each), mark: markOf(each, progress) })),
      next: next && idOf(next),
    };
  }

  return {
    state,
    record: (hash) => Object.values(ships()).find(({ verdict }) => verdict.hash === hash)?.record,
    async open(place) {
      opened += 1;
      const turn = opened;
      const { exercise } = exerciseOf(await loadIncident(place.incident), place.exercise);
      if (turn !== opened) return;
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
    compare(place, ship, baseline) {
      known.set(idOf(place), { ...known.get(idOf(place)), [ship]: baseline });
      version += 1;
    },
  };
}

/** None of a system that did not run to its end. */
const baselineOf = ({ verdict, record }: Judgement): Baseline | undefined =>
  verdict && record !== undefined ? { verdict, record } : undefined;

function markOf(place: Place, progress: ProgressFile): BoardState['exercises'][number]['mark'] {
  const attempt = progress.of(idOf(place));
  if (attempt === undefined) return 'none';
  return attempt.isPassed ? 'passed' : 'begun';
}

function problemsOf(judgement: Judgement | undefined): readonly Problem[] {
  if (judgement === undefined) return [];
  const { types = [], failure, verdict, place } = judgement;
  return [
    ...types.map(({ text, line }) => problemAt(`types: ${text}`, line)),
    ...(failure === undefined
      ? []
      : [problemAt(`It did not run to its end: ${failure.text}`, failure.line)]),
    ...(verdict?.thrown ?? [])
      .filter(({ isDefect }) => isDefect)
      .map(({ name, message, place: at, count }) =>
        problemAt(
          `${shortPlace(at)}${name}: ${message} (${count} times)`,
          lineIn(at, `${idOf(place)}.ts`),
        ),
      ),
  ];
}
