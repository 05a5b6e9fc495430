import { createOverruled } from '../../src/implementations/hardened/overruled.ts';
import { type Bug, withParts } from './plant.ts';

const settings = { conflicts: true };
const breaks = ['stale-edits-told'];

/** Bugs in what somebody is told whose change is gone for an older one. */
export const conflictBugs: readonly Bug[] = [
  withParts(
    {
      name: 'overruled-in-silence',
      flaw: 'everybody sees the same, and nobody hears that it is the older of two changes',
      breaks,
      settings,
    },
    () => ({ createOverruled: () => createOverruled(() => {}) }),
  ),
  withParts(
    {
      name: 'every-loss-is-a-conflict',
      flaw: 'whoever is overwritten is told, by newer changes as well',
      breaks,
      settings,
    },
    () => ({ createOverruled: (tell) => createOverruled(tell, () => true) }),
  ),
  withParts(
    {
      name: 'own-version-not-kept',
      flaw: 'whoever is told is shown what won, twice, and their own is nowhere',
      breaks,
      settings,
    },
    () => ({
      createOverruled: (tell) =>
        createOverruled((conflict) =>
          tell({ ...conflict, lost: { ...conflict.lost, value: conflict.kept.value } }),
        ),
    }),
  ),
];
