/** Whose system it is: the problem's, the learner's, or the solution's. */
export type Ship = 'broken' | 'yours' | 'repaired';
