import type { Implementation } from '@firedrill/core/scenario';
import type { Settings } from '../settings.ts';
import type { ClinicSystem } from '../system.ts';
import type { World } from '../world.ts';
import { createDirectCalls } from './1-direct-calls.ts';
import { createFloatingPromises } from './2-floating-promises.ts';
import { createBuffer } from './3-buffer.ts';
import { createHooksOnly } from './4-hooks.ts';
import { createHardened } from './5-hardened.ts';
import { inCluster } from './in-cluster.ts';

type ClinicImplementation = Implementation<Settings, World, ClinicSystem>;

/** What the flaws that the first four share do to the rules. */
const sharedFlaws = [
  'no-access-without-entry',
  'no-acknowledged-entry-lost',
  'entry-before-access',
  'lawful-only',
  'minimum-necessary',
  'emergencies-reviewed',
  'nothing-readable',
  'tampering-found',
] as const;

/** The five ways to build it, in the order in which a team lives through them. */
export const implementations: readonly ClinicImplementation[] = [
  {
    name: 'direct-calls',
    title: '1. direct calls',
    flaw: 'the entry is written after the effect, while the staff waits: slow, and lost in between',
    breaks: [
      ...sharedFlaws,
      'denials-on-record',
      'no-entry-twice',
      'follow-ups',
      'answer-p95',
      'staff-answered',
    ],
    create: inCluster(createDirectCalls),
  },
  {
    name: 'floating-promises',
    title: '2. floating promises',
    flaw: 'entries are sent and forgotten: unheard when they fail, lost in a crash',
    breaks: [...sharedFlaws, 'denials-on-record', 'no-unhandled-rejection', 'follow-ups'],
    create: inCluster(createFloatingPromises),
  },
  {
    name: 'buffer',
    title: '3. buffer',
    flaw: 'entries are collected in memory: what was not written yet is lost in a crash',
    breaks: [...sharedFlaws, 'denials-on-record', 'no-entry-twice', 'follow-ups'],
    create: inCluster(createBuffer),
  },
  {
    name: 'hooks',
    title: '4. hooks',
    flaw: 'a retry queue in memory without a bound: it grows while the sink is away, and crashes with us',
    breaks: [...sharedFlaws, 'denials-on-record', 'no-entry-twice', 'follow-ups'],
    create: inCluster(createHooksOnly),
  },
  {
    name: 'hardened',
    title: '5. hardened',
    flaw: 'none known: entry before effect, event store, outbox, sealed log, purpose, consent, encryption',
    breaks: [],
    create: createHardened,
  },
];
