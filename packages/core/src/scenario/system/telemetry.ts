import type { Telemetry } from '../context.ts';
import type { MeterState } from '../measures/index.ts';
import type { ProcessLink } from '../outside/index.ts';
import type { PartState } from '../parts.ts';
import type { Signal } from '../record.ts';
import type { ThrownLog } from './thrown-log.ts';

export interface TelemetryOptions {
  readonly link: ProcessLink;
  /** Where a system's own figures are kept: apart from those of the world. */
  readonly reports: MeterState;
  readonly thrown: ThrownLog;
  readonly announce: (note: {
    readonly name: string;
    readonly severity: Signal['severity'];
    readonly text: string;
  }) => void;
  readonly addPart: (name: string, read: () => PartState | undefined) => void;
}

/** The telemetry of one process; silent when the process is gone. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { link, reports, thrown, announce, addPart } = options;
  return Object.freeze<Telemetry>({
    count(report, by) {
      if (!link.isCut) reports.count(report, by);
    },
    gauge(report, read) {
      reports.gauge(report, () => (link.isCut ? 0 : read()));
    },
    record(report, value) {
      if (!link.isCut) reports.record(report, value);
    },
    note({ name, severity, text }) {
      if (!link.isCut) announce({ name, severity, text });
    },
    failed(error) {
      if (!link.isCut) thrown.note(error, 'telemetry');
    },
    part(name, read) {
      addPart(name, () => (link.isCut ? undefined : read()));
    },
  });
}
