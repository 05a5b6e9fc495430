/** The state of one part of a system at one moment, for a drawing of it. */
export interface PartState {
  /** How much of it is used: connections on loan, tasks at work, breakers open. */
  readonly used: number;
  /** How much there is; left out when it has no bound. */
  readonly of?: number;
  /** What waits for it. */
  readonly waiting?: number;
}
