import { defineIncident } from '@firedrill/core/workshop';
import { downstreamNames } from 'inventory-management/src/domain/downstreams.ts';
import { example } from 'inventory-management/src/example.ts';
import type { Inventory } from 'inventory-management/src/types.ts';
import { traces, unitsOff, wrongViews } from './hints.ts';

export const incident = defineIncident<Inventory>({
  example,
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
  ],
  next: [
    'examples/inventory-management/README.md: how each week went, with the figures',
    'examples/inventory-management/src/implementations/hardened/shop.ts: all parts in one system',
    'pnpm --filter inventory-management start -- --scenario=scale',
  ],
});
