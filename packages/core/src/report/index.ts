export { RecordUnreadableError, RunIncompleteError } from './errors.ts';
export { formatClock, formatDuration, formatValue } from '../scenario/format.ts';
export type { WallFigures } from './html/header-section.ts';
export { ndjsonView, type NdjsonViewOptions } from './ndjson-view.ts';
export { checkLook } from './plain/checks.ts';
export { plainView, type PlainViewOptions } from './plain/plain-view.ts';
export { wantsColors } from './plain/text.ts';
export { readRecord } from './read-record.ts';
export { recordLine } from './record-line.ts';
export { runSvg, type RunSvgOptions } from './svg/run-svg.ts';
export { terminalSvg, type TerminalSvgOptions } from './svg/terminal-svg.ts';
export {
  terminalView,
  type TerminalView,
  type TerminalViewOptions,
} from './terminal/terminal-view.ts';
export type { TextSink, View } from './view.ts';
