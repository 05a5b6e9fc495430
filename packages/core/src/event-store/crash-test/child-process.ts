import process from 'node:process';
import type { ChildArguments } from './postgres-workload.ts';

/** The arguments that the parent gave. */
export function childArguments(): ChildArguments {
  const parsed: ChildArguments = JSON.parse(process.argv[2] ?? '');
  return parsed;
}

/** Tells the parent. What cannot be sent because the parent has gone is not needed any more. */
export function tellParent(message: object): void {
  if (process.connected) process.send?.(message);
}

/** Lets the process end when it has nothing more to do. */
export function endByItself(): void {
  process.off('disconnect', leaveWithParent);
  process.disconnect();
}

function leaveWithParent(): void {
  process.exit(1);
}

/** Ends with the parent, so that nothing is left behind when it is killed. */
export function endWithParent(): void {
  process.on('disconnect', leaveWithParent);
  // Ctrl-C in a terminal reaches the whole group; the parent decides when children end.
  process.on('SIGINT', () => {});
}
