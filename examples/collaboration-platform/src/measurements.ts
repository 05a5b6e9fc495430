import {
  type Charts,
  counter,
  defineMeasures,
  gauge,
  histogram,
} from '@firedrill/core/scenario/measures';

/** The charts of a run. */
export const charts = {
  people: { title: 'People on canvases', unit: 'count' },
  edits: { title: 'Edits', unit: 'per-second' },
  latency: { title: 'From a stroke to the screens', unit: 'ms', scale: 'log' },
  frozen: { title: 'Edits that nobody sees yet', unit: 'count' },
  memory: { title: 'What waits for the slowest', unit: 'bytes', scale: 'log' },
  messages: { title: 'Messages to devices', unit: 'per-second' },
  backlog: { title: 'Backlog', unit: 'count' },
} as const satisfies Charts;

/** What the world outside measures: people, their screens and networks, and the services. */
export const measures = defineMeasures({
  people: gauge({ label: 'people', unit: 'count', chart: 'people' }),
  offline: gauge({ label: 'without a network', unit: 'count', chart: 'people' }),
  ghosts: gauge({ label: 'gone, and shown as present', unit: 'count', chart: 'people' }),
  arrivals: counter({ label: 'people who come' }),
  opened: counter({ label: 'canvases opened' }),
  failedOpens: counter({ label: 'canvases that could not be opened' }),
  open: histogram({ label: 'time to the canvas', unit: 'ms' }),
  edits: counter({ label: 'edits', chart: 'edits' }),
  failedEdits: counter({ label: 'failed', chart: 'edits' }),
  /** From a stroke to the author's own screen. */
  own: histogram({ label: 'own screen', unit: 'ms', chart: 'latency' }),
  /** From a stroke to the screen of somebody else; what was drawn without a network is left out. */
  remote: histogram({ label: 'other screens', unit: 'ms', chart: 'latency' }),
  editsUnderWay: gauge({ label: 'under way', unit: 'count', chart: 'frozen' }),
  frozenEdits: gauge({ label: 'frozen over 5 s', unit: 'count', chart: 'frozen' }),
  peakBufferedBytes: gauge({ label: 'most for one person', unit: 'bytes', chart: 'memory' }),
  framesPerSecond: gauge({ label: 'messages', unit: 'per-second', chart: 'messages' }),
  bytesPerSecond: gauge({ label: 'sent in a second', unit: 'bytes' }),
  callsInFlight: gauge({ label: 'calls in flight', unit: 'count', chart: 'backlog' }),
  /** Calls of the document store so far, and those of them that it refused. */
  storeCalls: gauge({ label: 'calls of the document store', unit: 'count' }),
  storeRefusals: gauge({ label: 'refused by the document store', unit: 'count' }),
  /** Connections that were asked for where they take something of the gate. */
  calls: counter({ label: 'calls at the gate' }),
  handshakesInVain: counter({ label: 'handshakes for who has gone' }),
  atTheGate: gauge({ label: 'want to be in', unit: 'count' }),
  leaks: counter({ label: 'messages to who may not see them' }),
  decisions: counter({ label: 'decisions of admins' }),
  decision: histogram({ label: 'time to a decision', unit: 'ms' }),
  failedDecisions: counter({ label: 'decisions that failed' }),
});
