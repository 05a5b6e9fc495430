import type {
  Check,
  Comparison,
  ExplanationRecord,
  FaultInfo,
  Parts,
  PhaseFinished,
  PhaseStarted,
  PointOfNoReturn,
  Proof,
  RunFinished,
  RunRecord,
  RunStarted,
  Sample,
  Signal,
  Table,
  ThrownRecord,
  Trial,
  Verdict,
} from '../scenario/record.ts';

/** One entry of a phase's timeline. */
export type TimelineEvent =
  | {
      readonly kind: 'signal';
      readonly atMs: number;
      readonly name: string;
      readonly severity: Signal['severity'];
      readonly text: string;
      readonly values: Signal['values'];
    }
  | { readonly kind: 'fault-started'; readonly atMs: number; readonly fault: FaultInfo }
  | {
      readonly kind: 'fault-ended';
      readonly atMs: number;
      readonly fault: FaultInfo;
      readonly fired: number;
    }
  | { readonly kind: 'story'; readonly atMs: number; readonly text: string };

/** A fault as it really ran in one phase; `toMs` is missing while it lasts. */
export interface FaultWindow {
  readonly fault: FaultInfo;
  readonly fromMs: number;
  readonly toMs?: number;
  readonly fired?: number;
}

/** The records that belong to one phase. */
type PhaseRecord = Extract<
  RunRecord,
  {
    type:
      | 'fault.started'
      | 'fault.ended'
      | 'signal'
      | 'sample'
      | 'story'
      | 'phase.finished'
      | 'parts'
      | 'thrown'
      | 'explanation'
      | 'verdict'
      | 'trial'
      | 'proof'
      | 'point-of-no-return'
      | 'comparison';
  }
>;

/** The state of a part of the system from a moment on, until the next of its states. */
export interface PartReading {
  readonly atMs: number;
  readonly state: NonNullable<Sample['parts']>[string];
}

/** What is known of one phase so far. */
export interface PhaseState {
  readonly id: string;
  readonly title: string;
  readonly flaw: string;
  readonly index: number;
  readonly of: number;
  /** What the scenario declares of it; none in a run that is no storm. */
  readonly role: PhaseStarted['role'];
  /** Virtual milliseconds of the last record of this phase. */
  atMs: number;
  /** `atMs` of each sample. */
  readonly times: number[];
  /** One column for each series, as long as `times`; `NaN` where a sample left the series out. */
  readonly columns: Map<string, number[]>;
  readonly events: TimelineEvent[];
  readonly faults: Map<string, FaultWindow>;
  /** What the system is made of, and what it can reach. */
  parts?: Pick<Parts, 'parts' | 'links'>;
  /** States of the parts by their ids, in the order of time. */
  readonly partStates: Map<string, PartReading[]>;
  summary?: PhaseFinished['summary'];
  /** What the implementation threw, mistakes in the code first. */
  thrown: ThrownRecord['errors'];
  explanation?: ExplanationRecord;
  verdict?: Verdict;
  /** The incident with some of its conditions taken away. */
  readonly trials: Trial[];
  proof?: Proof;
  noReturn?: PointOfNoReturn;
  /** This phase beside the one of the default run. */
  comparison?: Comparison;
}

/** A run as far as its records tell: what every view but the NDJSON one draws from. */
export interface RunState {
  started?: RunStarted;
  readonly phases: PhaseState[];
  /** The highest value of each series in any phase, so that phases are drawn on one scale. */
  readonly peaks: Map<string, number>;
  /** Text before the first phase or after the last. */
  readonly remarks: string[];
  readonly checks: Check[];
  readonly tables: Table[];
  finished?: RunFinished;
}

export function emptyRun(): RunState {
  return { phases: [], peaks: new Map(), remarks: [], checks: [], tables: [] };
}

/** The phase with this id, or else the one that runs now. */
export function findPhase(state: RunState, id?: string): PhaseState | undefined {
  if (id === undefined) return state.phases.at(-1);
  return state.phases.findLast((phase) => phase.id === id);
}

function addSample(phase: PhaseState, atMs: number, values: Readonly<Record<string, number>>) {
  const row = phase.times.length;
  phase.times.push(atMs);
  for (const name in values) {
    let column = phase.columns.get(name);
    if (column === undefined) {
      column = Array.from<number>({ length: row }).fill(Number.NaN);
      phase.columns.set(name, column);
    }
    column.push(values[name] ?? Number.NaN);
  }
  for (const column of phase.columns.values()) {
    if (column.length === row) column.push(Number.NaN);
  }
}

function raisePeaks(peaks: Map<string, number>, values: Readonly<Record<string, number>>): void {
  for (const name in values) {
    const value = values[name] ?? 0;
    if (value > (peaks.get(name) ?? Number.NEGATIVE_INFINITY)) peaks.set(name, value);
  }
}

function addPartStates(phase: PhaseState, { atMs, parts = {} }: Sample): void {
  for (const [id, state] of Object.entries(parts)) {
    const readings = phase.partStates.get(id) ?? [];
    readings.push({ atMs, state });
    phase.partStates.set(id, readings);
  }
}

function reducePhase(phase: PhaseState, record: PhaseRecord): void {
  if ('atMs' in record && record.atMs !== undefined) phase.atMs = Math.max(phase.atMs, record.atMs);
  switch (record.type) {
    case 'sample':
      addSample(phase, record.atMs, record.values);
      addPartStates(phase, record);
      break;
    case 'signal': {
      const { atMs, name, severity, text, values } = record;
      phase.events.push({ kind: 'signal', atMs, name, severity, text, values });
      break;
    }
    case 'fault.started': {
      const { atMs, fault } = record;
      phase.faults.set(fault.id, { fault, fromMs: atMs });
      phase.events.push({ kind: 'fault-started', atMs, fault });
      break;
    }
    case 'fault.ended': {
      const { atMs, fault, fired } = record;
      const fromMs = phase.faults.get(fault.id)?.fromMs ?? fault.fromMs;
      phase.faults.set(fault.id, { fault, fromMs, toMs: atMs, fired });
      phase.events.push({ kind: 'fault-ended', atMs, fault, fired });
      break;
    }
    case 'story':
      phase.events.push({ kind: 'story', atMs: record.atMs ?? phase.atMs, text: record.text });
      break;
    case 'phase.finished':
      phase.summary = record.summary;
      break;
    case 'parts':
      phase.parts = record;
      break;
    case 'thrown':
      phase.thrown = record.errors;
      break;
    case 'explanation':
      phase.explanation = record;
      break;
    case 'verdict':
      phase.verdict = record;
      break;
    case 'trial':
      phase.trials.push(record);
      break;
    case 'proof':
      phase.proof = record;
      break;
    case 'point-of-no-return':
      phase.noReturn = record;
      break;
    case 'comparison':
      phase.comparison = record;
      break;
  }
}

/** What a phase has when it starts. */
function nothingYet() {
  return {
    atMs: 0,
    times: [],
    columns: new Map<string, number[]>(),
    events: [],
    faults: new Map<string, FaultWindow>(),
    partStates: new Map<string, PartReading[]>(),
    thrown: [],
    trials: [],
  };
}

/**
 * Folds one record into the state, in place: a run has thousands of samples, and a copy for each
 * would make the fold quadratic. Records of a phase that never started are left out.
 */
export function reduce(state: RunState, record: RunRecord): RunState {
  switch (record.type) {
    case 'run.started':
      state.started = record;
      break;
    case 'run.finished':
      state.finished = record;
      break;
    case 'check':
      state.checks.push(record);
      break;
    case 'table':
      state.tables.push(record);
      break;
    case 'phase.started': {
      const { phase: id, title, flaw, index, of, role } = record;
      state.phases.push({ id, title, flaw, index, of, role, ...nothingYet() });
      break;
    }
    case 'story':
      if (record.phase === undefined) {
        state.remarks.push(record.text);
        break;
      }
      reduceInPhase(state, record, record.phase);
      break;
    case 'sample':
      raisePeaks(state.peaks, record.values);
      reduceInPhase(state, record, record.phase);
      break;
    case 'fault.started':
    case 'fault.ended':
    case 'signal':
    case 'phase.finished':
    case 'parts':
    case 'thrown':
    case 'explanation':
    case 'verdict':
    case 'trial':
    case 'proof':
    case 'point-of-no-return':
    case 'comparison':
      reduceInPhase(state, record, record.phase);
      break;
  }
  return state;
}

function reduceInPhase(state: RunState, record: PhaseRecord, id: string): void {
  const phase = findPhase(state, id);
  if (phase !== undefined) reducePhase(phase, record);
}
