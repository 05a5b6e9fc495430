import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';

import type { virtualTimers } from '../../virtual-timers.ts';
import type { Replacement } from '../replacement.ts';
import { virtualNodeCrypto } from './crypto.ts';
import { virtualProcess } from './process-clock.ts';
import { virtualPromises, virtualScheduler } from './timers-promises.ts';

/** What Node has of clocks, timers and randomness besides the globals that every host has. */
export function hostReplacements(virtual: typeof virtualTimers): readonly Replacement[] {
  for (const name of ['setTimeout', 'setImmediate'] as const) {
    Object.defineProperty(virtual[name], promisify.custom, {
      value: virtualPromises[name],
      configurable: true,
    });
  }
  return [
    [timers, virtual],
    [timersPromises, virtualPromises],
    [timersPromises.scheduler, virtualScheduler],
    [process, virtualProcess],
    [crypto, virtualNodeCrypto],
  ];
}

/** Makes `import { setTimeout } from 'node:timers'` see what was replaced in the module. */
export const publishReplacements: () => void = syncBuiltinESMExports;
