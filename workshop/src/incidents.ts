import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { choose, nearest, UsageError } from '@firedrill/core/command-line';
import type { AnyIncident } from '@firedrill/core/workshop';

/** The folder of this workspace: learners' files stand below it, by incident. */
export const root = join(import.meta.dirname, '..');

const exercisesIn = join(root, 'exercises');

/** In the order in which they are taught. */
const order = [
  'payment-processing',
  'inventory-management',
  'gaming-platform',
  'collaboration-platform',
  'audit-compliance',
];

/** Names of the incidents that have exercises. */
export const incidentNames: readonly string[] = readdirSync(exercisesIn)
  .filter((name) => existsSync(join(exercisesIn, name, 'index.ts')))
  .toSorted((a, b) => order.indexOf(a) - order.indexOf(b));

/** Loads the exercises of an incident. */
export async function loadIncident(name: string): Promise<AnyIncident> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the modules of that folder export
  const module = (await import(join(exercisesIn, name, 'index.ts'))) as {
    readonly incident: AnyIncident;
  };
  return module.incident;
}

/** One exercise, by the names that stand on the command line. */
export interface Place {
  readonly incident: string;
  readonly exercise: string;
}

/** All exercises, in the order in which they are done. Reads folder names alone. */
export function allPlaces(): readonly Place[] {
  return incidentNames.flatMap((incident) =>
    readdirSync(join(exercisesIn, incident), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name: exercise }) => ({ incident, exercise }))
      .toSorted((a, b) => (a.exercise < b.exercise ? -1 : 1)),
  );
}

export const idOf = ({ incident, exercise }: Place): string => `${incident}/${exercise}`;

/** The learner's own file. @param folder in which the folders of the incidents stand */
export const ownFile = ({ incident, exercise }: Place, folder = root): string =>
  join(folder, incident, `${exercise}.ts`);

/** The file that a learner starts from, and one that solves it. */
export const twinFile = ({ incident, exercise }: Place, twin: 'problem' | 'solution'): string =>
  join(exercisesIn, incident, exercise, `${twin}.ts`);

/**
 * Exercises by what was typed: `payment-processing/2-freeze`, `2-freeze`, `payment-processing`, or a
 * path of the file.
 *
 * @throws UsageError when nothing, or more than one incident, has it
 */
export function placesOf(word: string): readonly Place[] {
  const all = allPlaces();
  const text = word
    .replaceAll('\\', '/')
    .replace(/^.*workshop\//, '')
    .replace(/\.ts$/, '');
  const ofIncident = all.filter(({ incident }) => incident === text);
  if (ofIncident.length > 0) return ofIncident;
  const found = all.filter((place) => idOf(place) === text || place.exercise === text);
  if (found.length === 1) return found;
  if (found.length > 1) {
    throw new UsageError({
      given: `"${word}"`,
      cause: 'more than one incident has it',
      remedy: choose(word, found.map(idOf)),
    });
  }
  const names = [...incidentNames, ...all.map((place) => place.exercise), ...all.map(idOf)];
  const guess = names.find((name) => text !== '' && name.startsWith(text)) ?? nearest(word, names);
  throw new UsageError({
    given: `"${word}"`,
    cause: 'there is no such exercise',
    remedy: `${guess === undefined ? '' : `Did you mean ${guess}? `}pnpm workshop list names all.`,
  });
}

/** The one exercise that was typed. @throws UsageError when it is none, or an incident */
export function placeOf(word: string): Place {
  const [place, ...more] = placesOf(word);
  if (place !== undefined && more.length === 0) return place;
  throw new UsageError({
    given: `"${word}"`,
    cause: 'it is an incident with several exercises',
    remedy: `Use one of ${[place, ...more].flatMap((one) => (one ? [idOf(one)] : [])).join(', ')}.`,
  });
}
