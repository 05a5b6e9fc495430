import process from 'node:process';
import { styleText } from 'node:util';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { callerPath, exitCodes, UsageError } from '@firedrill/core/command-line';
import { exerciseOf } from '@firedrill/core/workshop';
import { examine, untried } from './doctor.ts';
import { hintText } from './hint-text.ts';
import {
  allPlaces,
  idOf,
  loadIncident,
  ownFile,
  type Place,
  placeOf,
  placesOf,
  twinFile,
} from './incidents.ts';
import { type Judgement, judgeFile } from './judge-file.ts';
import { judgementText } from './judgement-text.ts';
import { makeOwnFile, resetOwnFile } from './own-files.ts';
import { type ClassFlags, createReporter } from './class/reporter.ts';
import type { PlayFlags } from './mystery/play.ts';
import type { SealFlags } from './mystery/seal-command.ts';
import { nextPlace, openProgress, type ProgressFile } from './progress.ts';
import { Stages } from './stage.ts';
import { stormsSoFar } from './storms-text.ts';
import { wrapped } from './wrapped.ts';

export interface Flags extends PlayFlags, SealFlags, ClassFlags {
  readonly answer?: string;
  /** Whether other machines may join the class. */
  readonly listen: boolean;
  readonly unseen: number;
  readonly solutions: boolean;
  readonly port: number;
}

export const write = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const shown = (file: string): string => relative(callerPath('.'), file);

/** Seeds of storms that nobody has seen: new ones with each check, or those from `--seed` on. */
export function unseenSeeds({ seed, unseen }: Pick<Flags, 'seed' | 'unseen'>): readonly number[] {
  const first = seed ?? Math.floor(Math.random() * 1_000_000_000);
  return Array.from({ length: unseen }, (_, index) => first + index);
}

const readNext = [
  'docs/planted-bugs.md: which storm finds which mistake',
  'docs/decisions: why things are as they are',
  'packages/core/src/swarm/README.md: storms on a system of your own',
];

/** All exercises, with how far the learner is. */
export async function list(): Promise<number> {
  const progress = openProgress();
  let incident = '';
  for (const place of allPlaces()) {
    const { exercise, before } = exerciseOf(await loadIncident(place.incident), place.exercise);
    if (place.incident !== incident) {
      incident = place.incident;
      write(`\n${styleText('bold', incident)}`);
    }
    const attempt = progress.of(idOf(place));
    const state =
      attempt === undefined
        ? ' '
        : attempt.isPassed
          ? styleText('green', '+')
          : styleText('yellow', '~');
    write(`  ${state} ${place.exercise.padEnd(22)} ${exercise.title}`);
    if (attempt === undefined && (before.length === 0 || isFirstOpen(place, progress))) {
      for (const line of wrapped(exercise.task, '      ')) write(line);
    }
  }
  if (nextPlace(progress) === undefined) {
    write('\nEvery exercise is passed. Read next:');
    for (const line of readNext) write(`  ${line}`);
  } else write('\n+ passed, ~ begun. Start with: pnpm workshop');
  return exitCodes.asExpected;
}

const isFirstOpen = (place: Place, progress: ProgressFile): boolean =>
  nextPlace(progress, place.incident)?.exercise === place.exercise;

/** Judges files: those that were named, or the one that is next; with `--solutions`, the solutions. */
export async function check(words: readonly string[], flags: Flags): Promise<number> {
  const progress = openProgress();
  const { solutions } = flags;
  const named = words.flatMap(placesOf);
  const next = nextPlace(progress);
  const places =
    named.length > 0 ? named : solutions ? allPlaces() : next === undefined ? [] : [next];
  if (places.length === 0) {
    write('You are done: every exercise is passed. Name one to check it again.');
    return exitCodes.asExpected;
  }
  const reporter = createReporter(flags, write);
  const stages = new Stages();
  let isBroken = false;
  for (const [at, place] of places.entries()) {
    if (!solutions && makeOwnFile(place)) write(`Made ${shown(ownFile(place))} from the skeleton.`);
    const following = places[at + 1];
    stages.prepare(place.incident);
    const judgement = await judgeFile(place, {
      file: solutions ? twinFile(place, 'solution') : ownFile(place),
      stages,
      seed: 1,
      unseen: unseenSeeds(flags),
      checksTypes: !solutions,
      onChange: showProgress,
      ...(!solutions && { progress }),
    });
    if (following !== undefined) stages.prepare(following.incident);
    await show(judgement);
    await reporter?.report(place, judgement.isPassed ? 'passed' : 'not yet');
    isBroken ||= !judgement.isPassed;
  }
  await stages.close();
  return isBroken ? exitCodes.checkFailed : exitCodes.asExpected;
}

/** Writes a judgement that has come to its end. */
export async function show(judgement: Judgement): Promise<void> {
  const { incident, exercise } = judgement.place;
  showProgress(undefined);
  write(judgementText(judgement, exerciseOf(await loadIncident(incident), exercise).exercise));
}

/** One line that is written over, and only on a terminal. */
export function showProgress(judgement: Judgement | undefined): void {
  if (!process.stdout.isTTY) return;
  process.stdout.write('\r\u001B[2K');
  if (judgement === undefined || judgement.state === 'done') return;
  const { state, unseen, unseenOf } = judgement;
  process.stdout.write(state === 'running' ? 'The storm runs ...' : stormsSoFar(unseen, unseenOf));
}

/** One hint, a level deeper each time that it is asked for. */
export async function hint(words: readonly string[]): Promise<number> {
  const progress = openProgress();
  const place = one(words, progress);
  if (place === undefined) return nothingLeft();
  makeOwnFile(place);
  const stages = new Stages();
  const { verdict, failure, types } = await judgeFile(place, {
    file: ownFile(place),
    stages,
    seed: 1,
    unseen: [],
    checksTypes: false,
    progress,
  });
  await stages.close();
  for (const { text } of types ?? []) write(text);
  if (verdict === undefined) {
    write(`It did not run to its end: ${failure?.text ?? ''}`);
    return exitCodes.checkFailed;
  }
  const attempt = progress.of(idOf(place));
  const depth = ([1, 2, 3] as const)[Math.min(attempt?.hints ?? 0, 2)] ?? 1;
  write(hintText(place, verdict, depth));
  if (attempt !== undefined && !verdict.holds)
    progress.note(idOf(place), { ...attempt, hints: depth });
  return exitCodes.asExpected;
}

/** Puts the skeleton back. */
export function reset(words: readonly string[]): number {
  const place = placeOf(mustName(words, 'reset'));
  const copy = resetOwnFile(place);
  write(`${shown(ownFile(place))} is the skeleton again.`);
  if (copy !== undefined) write(`What stood there is kept in ${shown(copy)}.`);
  return exitCodes.asExpected;
}

/** Prints a solution. */
export function solution(words: readonly string[]): number {
  process.stdout.write(
    readFileSync(twinFile(placeOf(mustName(words, 'solution')), 'solution'), 'utf8'),
  );
  return exitCodes.asExpected;
}

/** Whether this machine is ready for a workshop. */
export async function doctor({ port }: Flags): Promise<number> {
  const findings = await examine(port);
  for (const { what, ok, found, remedy } of findings) {
    write(`${ok ? styleText('green', '+') : styleText('red', 'x')} ${what.padEnd(8)} ${found}`);
    if (!ok && remedy !== undefined) for (const line of wrapped(remedy, '           ')) write(line);
  }
  for (const text of untried) write(`? ${text}`);
  const isWell = findings.every(({ ok }) => ok);
  write(isWell ? '\nThis machine is ready.' : '\nThis machine is not ready yet.');
  return isWell ? exitCodes.asExpected : exitCodes.checkFailed;
}

function one(words: readonly string[], progress: ProgressFile): Place | undefined {
  const [word] = words;
  return word === undefined ? nextPlace(progress) : placeOf(word);
}

function nothingLeft(): number {
  write('Every exercise is passed. Name one to get a hint.');
  return exitCodes.asExpected;
}

function mustName([word]: readonly string[], command: string): string {
  if (word !== undefined) return word;
  throw new UsageError({
    given: `"${command}"`,
    cause: 'it needs the name of an exercise',
    remedy: `Write it as: pnpm workshop ${command} ${allPlaces().map(idOf)[0] ?? '<exercise>'}. pnpm workshop list names all.`,
  });
}
