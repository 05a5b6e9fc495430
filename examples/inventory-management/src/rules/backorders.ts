import { ruleWords } from '@firedrill/core/scenario';
import type { Inventory } from '../types.ts';

const { invariant, only } = ruleWords<Inventory>();

/** What a shop keeps to that sells more than it has, on purpose. */
export const backorderRules = only(({ oversell }) => oversell, {
  'oversold-as-allowed': invariant(
    'no more is held or sold above what is there than the policy allows',
    'surplus unit',
    ({ truth }) => truth.backorders?.unitsBeyond ?? 0,
  ),
  'backorders-in-turn': invariant(
    'what is there goes to those who held it first',
    'early parcel',
    ({ truth }) => truth.backorders?.outOfTurn ?? 0,
  ),
  'backorders-are-kept': invariant(
    'who waits for units gets them when they are there, or the money back by the promised date',
    'broken promise',
    ({ truth }) => truth.backorders?.broken() ?? 0,
  ),
  'deliveries-are-booked': invariant(
    'what was delivered is on sale within two minutes',
    'late receipt',
    ({ truth }) => truth.deliveries?.late ?? 0,
  ),
});
