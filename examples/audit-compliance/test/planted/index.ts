import { accessBugs } from './access.ts';
import { careTeamBugs } from './care-team.ts';
import { examineBugs } from './examine.ts';
import { followUpBugs } from './follow-ups.ts';
import { glassBugs } from './glass.ts';
import { offerBugs } from './offers.ts';
import { outcomeBugs } from './outcomes.ts';
import { ownLogBugs } from './own-log.ts';
import { retentionBugs } from './retention.ts';
import { sessionBugs } from './sessions.ts';
import { trailBugs } from './trail.ts';
import { visitBugs } from './visits.ts';

/** Bugs in the hardened platform, each of which breaks a rule of `recovery` with seed 1. */
export const planted = [
  ...accessBugs,
  ...glassBugs,
  ...trailBugs,
  ...followUpBugs,
  ...examineBugs,
  ...careTeamBugs,
  ...retentionBugs,
  ...ownLogBugs,
  ...sessionBugs,
  ...offerBugs,
  ...visitBugs,
  ...outcomeBugs,
];
