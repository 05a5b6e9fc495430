import { defineIncident } from '@firedrill/core/workshop';
import { downstreamNames } from 'inventory-management/src/domain/downstreams.ts';
import { example } from 'inventory-management/src/example.ts';
import type { Inventory } from 'inventory-management/src/types.ts';
import { traces, unitsOff, wrongViews } from './hints.ts';

const minute = 60_000;

export const incident = defineIncident<Inventory>({
  example,
  // A third of the shoppers, half the products and half the connections.
  settings: { cartsPerDay: 14_000, products: 100, hotUnits: 120, connections: 8 },
  exercises: [
    {
      name: '1-tell-everybody',
      title: 'Twelve services know the stock',
      task: 'A service that hangs, and one that fails, must learn later what they missed, and hold up no other.',
      given: [
        'createHooks: a bounded pool with a queue',
        'breakers',
        'createMissed: who missed what',
      ],
      rules: {
        'downstreams-know-soon': 'services that are well know soon',
        'downstreams-agree': 'in the end all know',
      },
      floor: { 'orders-served': 0.3 },
      unseen: { services: [...downstreamNames] },
      hints: { 'downstreams-know-soon': wrongViews, 'downstreams-agree': wrongViews },
    },
    {
      name: '2-look-then-write',
      title: 'Every unit is counted once',
      task: 'Two shoppers who want the same unit at the same time must not both get it.',
      given: ['stock.reserve: changes the row if it still has that version'],
      rules: {
        'stock-conserved': 'units add up',
        'never-oversold': 'nothing oversold',
        'shelf-agrees': 'the shelf agrees',
      },
      floor: { 'orders-served': 0.3 },
      unseen: { services: ['stock', ...downstreamNames] },
      hints: { 'stock-conserved': unitsOff, 'never-oversold': unitsOff, 'shelf-agrees': unitsOff },
    },
    {
      name: '3-undo',
      title: 'An order that fails leaves nothing',
      task: 'Who gets no parcel must not have paid, and nobody pays twice.',
      given: ['patience.certain, patience.persist', 'payments.charge, find, refund: by a key'],
      rules: { 'no-trace': 'no trace of failed orders', 'sold-once': 'nobody pays twice' },
      floor: { 'orders-served': 0.3 },
      unseen: { services: ['payments', 'shipping', 'mail', ...downstreamNames] },
      hints: { 'no-trace': traces, 'sold-once': traces },
    },
    {
      name: '4-mail',
      title: 'Who has bought something hears of it',
      task: 'Every order that was sold gets its confirmation, however long the mail is away.',
      given: ['patience.persist: repeats what is harmless twice, until it succeeds'],
      rules: { 'confirmation-mailed': 'everybody gets a mail' },
      floor: { 'orders-served': 0.3 },
      faults: [
        { kind: 'hang', service: 'mail', fromMs: 7 * minute, toMs: 9 * minute },
        { kind: 'error', service: 'mail', fromMs: 9 * minute, toMs: 12 * minute, share: 0.6 },
      ],
      unseen: { services: ['mail', 'payments', ...downstreamNames] },
      hints: {
        'confirmation-mailed':
          'A number of attempts in a row is a length of time, and the mail was away for longer. What was promised has to be tried until it is done.',
      },
    },
    {
      name: '5-crash',
      title: 'A crash locks nothing away',
      task: 'Units that a crashed process had put aside go on sale again when their time is over.',
      given: [
        'takeUp: is told now and then what is held in the database, and since when',
        'release: gives a hold back; twice is harmless',
      ],
      rules: {
        'reservations-end': 'every hold ends once',
        'nothing-locked-away': 'nothing is locked away',
        'shelf-agrees': 'the shelf agrees',
      },
      floor: { 'orders-served': 0.3 },
      faults: [
        { kind: 'crash', service: 'app', fromMs: 8 * minute, toMs: 8 * minute + 3_000 },
        { kind: 'crash', service: 'app', fromMs: 13 * minute, toMs: 13 * minute + 3_000 },
      ],
      unseen: { services: ['app', 'mail', ...downstreamNames] },
      hints: {
        'reservations-end':
          'A timer lives in a process and is gone with it. What the database holds is still held, and somebody has to end it when its time is over.',
        'nothing-locked-away':
          'A timer lives in a process and is gone with it. What the database holds is still held, and nobody can buy it.',
        'shelf-agrees':
          'Units of holds that nobody has ended lie on the shelf and are not for sale.',
      },
    },
  ],
  next: [
    'examples/inventory-management/README.md: how each week went, with the figures',
    'examples/inventory-management/src/implementations/hardened/shop.ts: all parts in one system',
    'pnpm --filter inventory-management start -- --scenario=scale',
  ],
});
