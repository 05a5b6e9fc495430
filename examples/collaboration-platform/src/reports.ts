import { counter, defineMeasures, gauge } from '@firedrill/core/scenario/measures';

/** What a platform says of itself. Shown as its own word; nothing is judged by it. */
export const reports = defineMeasures({
  backlog: gauge({ label: 'unsaved or unrecorded', unit: 'count', chart: 'backlog' }),
  refusedEvents: counter({ label: 'cursors and edits refused' }),
  cursorsLeftOut: counter({ label: 'cursors left out for the slow' }),
  snapshotsToSlow: counter({ label: 'snapshots in place of a backlog' }),
  savesDue: counter({ label: 'documents due to be saved' }),
  savesRefused: counter({ label: 'saves without room' }),
  savesFailed: counter({ label: 'saves that failed' }),
  saved: counter({ label: 'documents saved' }),
  historyRetries: counter({ label: 'batches of history tried again' }),
  historyDeadLetters: counter({ label: 'batches of history put aside' }),
  historyReplayed: counter({ label: 'batches of history written later' }),
  analyticsDropped: counter({ label: 'batches of analytics given up' }),
  admissionsFailed: counter({ label: 'people who could not be let in yet' }),
  connectionsDropped: counter({ label: 'connections ended by the server' }),
  lostConnections: counter({ label: 'connections found to be lost' }),
  refreshesFailed: counter({ label: 'permissions that could not be asked for' }),
});
