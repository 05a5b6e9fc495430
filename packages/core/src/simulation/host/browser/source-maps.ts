import { originalPositionFor, type SourceMapInput, TraceMap } from '@jridgewell/trace-mapping';

const maps = new Map<string, TraceMap>();

/** Tells of what sources a script was made: its stacks are put into words by them from then on. */
export function addSourceMap(script: string, map: SourceMapInput): void {
  maps.set(script, new TraceMap(map));
}

/** A frame as V8 writes it: `at name (url:line:column)`, or without the name and the parentheses. */
const frame = /([a-z]+:\/\/[^\s()]+?):(\d+):(\d+)(?=\)?$)/gm;

export function sourceStack(stack: string): string {
  return stack.replaceAll(frame, (place, script: string, row: string, column: string) => {
    const map = maps.get(script);
    if (map === undefined) return place;
    const at = originalPositionFor(map, { line: Number(row), column: Number(column) - 1 });
    return at.source === null ? place : `${at.source}:${at.line}:${at.column + 1}`;
  });
}
