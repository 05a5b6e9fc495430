import { recordLine } from './record-line.ts';
import type { TextSink, View } from './view.ts';

/** Where the records are written, one JSON object a line. */
export interface NdjsonViewOptions {
  /** Gets the lines. Nothing else is written to it. */
  readonly stream: TextSink;
}

/** Writes each record as one line of JSON: what `--json` puts on standard output. */
export function ndjsonView({ stream }: NdjsonViewOptions): View {
  return {
    write(record) {
      stream.write(`${recordLine(record)}\n`);
    },
    close() {},
  };
}
