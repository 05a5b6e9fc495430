import type { Fault } from '@firedrill/core/services';
import { hardenedParts } from '../../src/implementations/5-hardened.ts';
import { type Bug, withParts } from './plant.ts';

const second = 1_000;

/** As many as there are come back at one moment: eighteen seconds of the gate. */
const shown = {
  settings: { handshakeMs: 150 },
  faults: [
    {
      kind: 'hang',
      id: 'all-networks-lost',
      service: 'connections',
      fromMs: 78 * second,
      toMs: 83 * second,
    },
  ],
} as const satisfies { readonly faults: readonly Fault[]; readonly settings: object };

/** Bugs that show when everybody comes back at once to a gate that can do so much and no more. */
export const returnBugs: readonly Bug[] = [
  withParts(
    {
      ...shown,
      // With fewer it recovers by itself, late; with more nobody gets in any more at all.
      settings: { handshakeMs: 80 },
      name: 'line-without-end',
      flaw: 'whoever calls is taken in turn, however many there are, and whether or not they are gone by then',
      breaks: ['back-in-time'],
    },
    () => ({ createDoor: () => (gate) => (caller) => void gate.handshake(caller) }),
  ),
  withParts(
    {
      ...shown,
      name: 'same-moment-for-all',
      flaw: 'whoever is sent away is told to come again in ten seconds, and comes at that moment',
      breaks: ['back-in-time'],
    },
    () => ({
      createDoor: (nowMs) => (gate) =>
        hardenedParts.createDoor(nowMs)({
          ...gate,
          refuse: (caller) => gate.refuse(caller, 10 * second),
        }),
    }),
  ),
  withParts(
    {
      // More people: of fewer most are in before anybody could say that it goes on.
      ...shown,
      settings: { handshakeMs: 130, arrivalsPerSecond: 1.5 },
      name: 'told-and-not-heard',
      flaw: 'whoever is sent away waits as after any failure, four seconds at most, whatever they were told',
      breaks: ['offered-load-falls'],
    },
    () => ({
      reconnectAfterMs: (attempts, _error, random) =>
        hardenedParts.reconnectAfterMs(attempts, undefined, random),
    }),
  ),
];
