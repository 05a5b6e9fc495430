import { ruleWords } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';

const { detected, only } = ruleWords<Clinics>();

/** What is looked for among the accesses for treatment: as planted here, and as rare as one hopes it is. */
const baseRates = [0.07, 0.005, 0.000_1] as const;

const examiner = detected({
  examined: ({ truth, isJudged }) => truth.examination.all(isJudged),
  looksFor: ['sweep', 'celebrity', 'neighbour'],
  baseRates,
});

/** What another threshold would have found. */
export const snooperCurve = examiner.curve([0.2, 0.5, 0.8], {
  planted: 'snoopers',
  honest: 'honest accesses',
  appliesTo: ({ examine }) => examine,
});

/** What was planted inside the rights of people, and what was found of it. */
export const snooperRules = only(({ examine }) => examine, {
  'snoopers-found': examiner.found(
    'who looks through records, at whom everybody looks at, or at neighbours is found in the log',
    'planted look',
    { atLeast: 0.6, mayBeNone: true },
  ),
  'honest-not-suspected': examiner.spared(
    'who treats a patient, or stands in for a colleague, is not suspected',
    'honest access',
    { atMost: 0.01 },
  ),
});
