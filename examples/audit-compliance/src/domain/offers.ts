/** For so long an offer from the waitlist is one person's, in ms: half an hour in a real clinic. */
export const offerMs = 120_000;
