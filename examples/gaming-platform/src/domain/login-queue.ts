/** What a phone sends to get in. */
export interface Knock {
  /** Made by the phone when its player presses, and the same until he is in: his place is kept under it. */
  readonly token: string;
  /** Which connection of the phone it comes over, from 1: a new one after each that was lost. */
  readonly connection: number;
}

/** What is answered to whoever has to wait. */
export interface Waiting {
  /** How many are in line up to him: 1 is the next. */
  readonly position: number;
  /** When he is to ask again, in ms from now. */
  readonly againInMs: number;
}

/** So long nothing may be heard of somebody who has a place in line, in ms; then it is given to others. */
export const graceMs = 90_000;
