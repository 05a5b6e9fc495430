/** How far back is counted, in ms. */
const windowMs = 10 * 60_000;

/** Above this an access is told to the privacy officer. */
export const snoopingThreshold = 0.5;

/** What is known of an access for treatment, beside what its entry says. */
export interface Suspicious {
  /** Other patients whom the same person does not treat and has looked at within the window. */
  readonly otherPatients: number;
  /** Others who do not treat this patient and have looked at them within the window. */
  readonly otherReaders: number;
  /** They live in the same street. */
  readonly isNear: boolean;
}

/**
 * A logistic score, 0 to 1, of an access by somebody who does not treat the patient. The weights were chosen
 * for people who look through many records, who look at whom everybody looks at, and who look at their
 * neighbours. To help out once is no sign: that is what colleagues are for.
 */
export const snoopingScore = ({ otherPatients, otherReaders, isNear }: Suspicious): number =>
  1 /
  (1 +
    Math.exp(
      3 -
        1.2 * Math.log2(1 + otherPatients) -
        1.2 * Math.log2(1 + otherReaders) -
        (isNear ? 3.5 : 0),
    ));

/** An access for treatment that was granted. */
export interface Look {
  readonly staffId: string;
  readonly patientId: string;
  readonly atMs: number;
}

/** What is known of people beside what they do. */
export interface Knowledge {
  readonly treats: (staffId: string, patientId: string) => boolean;
  readonly isNear: (staffId: string, patientId: string) => boolean;
}

/** Scores accesses in the order in which they were made, each by those before it. */
export function createScoring({ treats, isNear }: Knowledge): (look: Look) => number {
  const byPerson = new Map<string, Map<string, number>>();
  const ofPatient = new Map<string, Map<string, number>>();

  /** How many others there were lately; notes this one. */
  function others(all: typeof byPerson, of: string, who: string, atMs: number): number {
    const seen = all.get(of) ?? new Map<string, number>();
    all.set(of, seen);
    for (const [each, lastMs] of seen) if (lastMs <= atMs - windowMs) seen.delete(each);
    seen.set(who, atMs);
    return seen.size - 1;
  }

  return ({ staffId, patientId, atMs }) => {
    if (treats(staffId, patientId)) return 0;
    return snoopingScore({
      otherPatients: others(byPerson, staffId, patientId, atMs),
      otherReaders: others(ofPatient, patientId, staffId, atMs),
      isNear: isNear(staffId, patientId),
    });
  };
}
