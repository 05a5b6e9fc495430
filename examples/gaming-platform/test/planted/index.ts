import { crashBugs } from './crashes.ts';
import { crowdBugs } from './crowd.ts';
import { followUpBugs } from './follow-ups.ts';
import { elusiveGateBugs, gateBugs } from './gate.ts';
import { linkBugs } from './link.ts';
import { loginQueueBugs } from './login-queue.ts';
import { priceBugs } from './prices.ts';

/** Bugs in the repaired shard, each of which breaks a rule of `recovery` with seed 1. */
export const planted = [
  ...gateBugs,
  ...followUpBugs,
  ...crashBugs,
  ...linkBugs,
  ...crowdBugs,
  ...loginQueueBugs,
  ...priceBugs,
];

/** Bugs that `recovery` does not show with seed 1, and does with seed 5. */
export const elusive = [...elusiveGateBugs];
