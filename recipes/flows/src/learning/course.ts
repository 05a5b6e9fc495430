/** The domain of learning: pure functions over plain data. */

export interface Lesson {
  readonly name: string;
  /** Lessons that have to be passed before. */
  readonly needs: readonly string[];
}

/** A course in its order. */
export const course: readonly Lesson[] = [
  { name: 'basics', needs: [] },
  { name: 'events', needs: ['basics'] },
  { name: 'queues', needs: ['basics'] },
  { name: 'sagas', needs: ['events', 'queues'] },
];

/** Per cent of the points from which on a lesson is passed. */
export const passMark = 70;

/** What is known of one learner. */
export interface Progress {
  /** Best score by lesson, in per cent. */
  readonly best: Readonly<Record<string, number>>;
  /** Days on which something was handed in, numbered since the course began. */
  readonly days: readonly number[];
  /** Counts what was graded: of two states the one with the higher number is newer. */
  readonly version: number;
  readonly isCertified: boolean;
}

export const nothingYet: Progress = { best: {}, days: [], version: 0, isCertified: false };

const hasPassed = ({ best }: Progress, lesson: string): boolean => (best[lesson] ?? 0) >= passMark;

/** Whether the lessons that this one needs are passed; false for one that is not in the course. */
export function isOpen(progress: Progress, name: string): boolean {
  const lesson = course.find((each) => each.name === name);
  return lesson?.needs.every((need) => hasPassed(progress, need)) === true;
}

/** The first lesson that is open and not passed; `undefined` when the course is done. */
export function nextLesson(progress: Progress): string | undefined {
  return course.find(({ name }) => !hasPassed(progress, name) && isOpen(progress, name))?.name;
}

export const isComplete = (progress: Progress): boolean =>
  course.every(({ name }) => hasPassed(progress, name));

/** Days in a row up to the last one on which something was handed in. */
export function streakOf(days: readonly number[]): number {
  const known = new Set(days);
  let day = Math.max(...known, 0);
  let length = 0;
  while (known.has(day)) {
    length += 1;
    day -= 1;
  }
  return length;
}

/** Progress after one more graded attempt: the best one counts, in whatever order they come. */
export function withAttempt(
  progress: Progress,
  lesson: string,
  score: number,
  day: number,
): Progress {
  const { best, days, version } = progress;
  return {
    ...progress,
    best: { ...best, [lesson]: Math.max(best[lesson] ?? 0, score) },
    days: days.includes(day) ? days : [...days, day].toSorted((a, b) => a - b),
    version: version + 1,
  };
}
