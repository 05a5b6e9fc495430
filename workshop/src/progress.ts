import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { allPlaces, idOf, type Place, root } from './incidents.ts';

const attemptSchema = z.object({
  /** What held at the last save, and the figure of each rule. */
  rules: z.record(z.string(), z.object({ holds: z.boolean(), observed: z.string() })),
  isPassed: z.boolean(),
  /** How many hints were asked for. */
  hints: z.number().int().min(0).max(3).default(0),
});

const progressSchema = z.record(z.string(), attemptSchema);

/** How far the learner is with an exercise. */
export type Attempt = z.infer<typeof attemptSchema>;

export interface ProgressFile {
  of(id: string): Attempt | undefined;
  note(id: string, attempt: Attempt): void;
}

/** Where progress is kept: beside the learner's files, and ignored by git as they are. */
export const progressPath = join(root, '.state', 'progress.json');

/** Opens the progress. A file that cannot be read is set aside and never deleted. */
export function openProgress(path = progressPath): ProgressFile {
  const known = read(path);
  return {
    of: (id) => known[id],
    note(id, attempt) {
      known[id] = attempt;
      mkdirSync(dirname(path), { recursive: true });
      // Written whole and moved into place: a crash leaves the old one or the new one.
      writeFileSync(`${path}.new`, `${JSON.stringify(known, undefined, 2)}\n`);
      renameSync(`${path}.new`, path);
    },
  };
}

/** The first exercise that was not passed yet: of all, or of one incident. */
export const nextPlace = (progress: ProgressFile, incident?: string): Place | undefined =>
  allPlaces().find(
    (place) =>
      (incident === undefined || place.incident === incident) &&
      progress.of(idOf(place))?.isPassed !== true,
  );

function read(path: string): Record<string, Attempt> {
  if (!existsSync(path)) return {};
  try {
    return progressSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    renameSync(path, `${path}.unreadable`);
    return {};
  }
}
