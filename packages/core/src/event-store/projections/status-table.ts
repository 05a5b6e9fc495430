import type { ProjectionReport, StuckBucket } from './status.ts';

const HEADINGS = [
  'projection',
  'generation',
  'position',
  'lag',
  'buckets',
  'owners',
  'stuck',
  'dead letters',
];

/** Lays reports out as a table of plain text, followed by a line for each bucket that is stuck. */
export function formatStatusTable(reports: readonly ProjectionReport[]): string {
  const rows = [HEADINGS, ...reports.map(cells)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const stuck = reports.flatMap((report) => report.stuck.map((each) => stuckLine(report, each)));
  return [...lines, ...stuck].join('\n');
}

function cells(report: ProjectionReport): string[] {
  return [
    report.projection,
    report.state === 'live' ? String(report.generation) : `${report.generation} (${report.state})`,
    String(report.position),
    String(report.lag),
    String(report.buckets),
    ownersCell(report),
    String(report.stuck.length),
    String(report.deadLetters),
  ];
}

function ownersCell({ owners, unowned }: ProjectionReport): string {
  const held = Object.entries(owners).map(([owner, count]) => `${owner}: ${count}`);
  return [...held, ...(unowned > 0 ? [`nobody: ${unowned}`] : [])].join(', ');
}

function stuckLine(
  { projection }: ProjectionReport,
  { bucket, state, failure }: StuckBucket,
): string {
  const [reason] = failure.error.split('\n');
  const next =
    state === 'stopped' ? 'stopped' : `next try ${failure.retryAt?.toISOString() ?? 'at once'}`;
  return `${projection}, bucket ${bucket}: event ${failure.eventId} at ${failure.position} failed ${failure.attempts} times, ${next}: ${reason}`;
}
