import { acquirerBugs } from './acquirers.ts';
import { budgetBugs } from './budget.ts';
import { cardBugs } from './cards.ts';
import { followerBugs } from './followers.ts';
import { fraudBugs } from './fraud.ts';
import { keyBugs } from './keys.ts';
import { ledgerBugs } from './ledger.ts';
import { lifecycleBugs } from './lifecycle.ts';
import { moneyBugs } from './money.ts';
import { settlementBugs } from './settlement.ts';
import { signatureBugs } from './signatures.ts';

/** Bugs in the repaired platform, each of which breaks a rule of `recovery` with seed 1. */
export const planted = [
  ...moneyBugs,
  ...followerBugs,
  ...keyBugs,
  ...signatureBugs,
  ...ledgerBugs,
  ...lifecycleBugs,
  ...acquirerBugs,
  ...settlementBugs,
  ...fraudBugs,
  ...budgetBugs,
  ...cardBugs,
];
