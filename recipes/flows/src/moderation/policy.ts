/** The domain of moderation: pure functions over plain data. */

/** What a post may be removed for. */
export type Ground = 'illegal' | 'abuse';

/** What is known of a post when it is looked at. */
export interface Finding {
  readonly ground: Ground | null;
  readonly by: 'filter' | 'model' | 'reviewers';
  /** Why, in words that its author gets. */
  readonly why: string;
}

/** Signatures that are known to be illegal: found without a model and without a person. */
const known = ['hash:c1', 'hash:c2'];

export function filterFinding(text: string): Finding | undefined {
  const hit = known.find((each) => text.includes(each));
  return hit === undefined
    ? undefined
    : { ground: 'illegal', by: 'filter', why: `it holds ${hit}, which a court has banned` };
}

export interface Thresholds {
  /** From this score on the model decides alone. */
  readonly removeAt: number;
  /** From this score on people look at it. */
  readonly reviewAt: number;
}

/** The thresholds that decide. */
export const live: Thresholds = { removeAt: 0.97, reviewAt: 0.5 };
/** Those that are tried out: what they would decide is noted, and nothing is done by it. */
export const shadow: Thresholds = { removeAt: 0.9, reviewAt: 0.6 };

export type Verdict = 'remove' | 'review' | 'keep';

export function verdictOf(score: number, { removeAt, reviewAt }: Thresholds): Verdict {
  if (score >= removeAt) return 'remove';
  return score >= reviewAt ? 'review' : 'keep';
}

/** What many see, and what is likely to be bad, is looked at first. */
export function priorityOf(score: number, views: number): 'urgent' | 'ordinary' {
  return views >= 1_000 || score >= 0.8 ? 'urgent' : 'ordinary';
}

/**
 * What two people say together: removed only when both want it (two-person rule); when they do not
 * agree, a third one decides.
 *
 * @param votes whether each wants it removed, by the name of the reviewer
 * @returns `undefined` while another has to look at it
 */
export function decide(votes: Readonly<Record<string, boolean>>): boolean | undefined {
  const given = Object.values(votes);
  const removals = given.filter(Boolean).length;
  if (removals >= 2) return true;
  return given.length - removals >= 2 ? false : undefined;
}
