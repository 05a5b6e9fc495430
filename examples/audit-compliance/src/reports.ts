import { counter, defineMeasures, gauge } from '@firedrill/core/scenario/measures';

/** What the platform says of itself. Shown as its own word; nothing is judged by it. */
export const reports = defineMeasures({
  unsaved: gauge({ label: 'in memory alone', unit: 'count', chart: 'entries' }),
  backlog: gauge({ label: 'safe, on the way to the auditors', unit: 'count', chart: 'entries' }),
  refusedEntries: counter({ label: 'entries refused by a full queue' }),
  seals: counter({ label: 'seals of the log' }),
  keysRotated: counter({ label: 'keys wrapped anew' }),
});
