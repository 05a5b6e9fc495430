import { readFileSync } from 'node:fs';
import { loadIncident, twinFile } from '../incidents.ts';

/** An exercise as a page shows it. */
export interface ExerciseText {
  /** Such as `2-freeze`. */
  readonly name: string;
  readonly title: string;
  readonly task: string;
  readonly given: readonly string[];
  /** The file that a learner starts from, and one that solves it. */
  readonly problem: string;
  readonly solution: string;
}

/** The exercises of an incident, in their order. */
export async function exerciseTexts(incident: string): Promise<readonly ExerciseText[]> {
  const { exercises } = await loadIncident(incident);
  return exercises.map(({ name: exercise, title, task, given }) => {
    const place = { incident, exercise };
    return {
      name: exercise,
      title,
      task,
      given,
      problem: readFileSync(twinFile(place, 'problem'), 'utf8'),
      solution: readFileSync(twinFile(place, 'solution'), 'utf8'),
    };
  });
}
