import process from 'node:process';

/** What a program has left behind. */
interface EndedHere {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Written = (text: string | Uint8Array, ...more: readonly unknown[]) => boolean;

/** Notes what is written to a stream, which is neither full nor slow. */
function noted(stream: { write: unknown }) {
  const { write } = stream;
  let text = '';
  const note: Written = (chunk, ...more) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const whenWritten = more.at(-1);
    if (typeof whenWritten === 'function') queueMicrotask(() => whenWritten());
    return true;
  };
  stream.write = note;
  return {
    text: () => text,
    restore() {
      stream.write = write;
    },
  };
}

const listenersOf = (emitter: NodeJS.EventEmitter) =>
  emitter.eventNames().flatMap((event) =>
    emitter.rawListeners(event).map((each) => ({
      emitter,
      event,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was added
      listener: each as () => void,
    })),
  );

const statusNow = (): number => Number(process.exitCode ?? 0);

/**
 * Calls a program in this process as if it had been started with these arguments, for tests: none has
 * to be started and loaded. What is about processes, as signals, pipes and full disks are, takes one.
 */
export async function runHere(
  args: readonly string[],
  program: () => Promise<void>,
): Promise<EndedHere> {
  const { argv, exitCode } = process;
  const emitters: readonly NodeJS.EventEmitter[] = [process, process.stdout, process.stderr];
  const before = new Set(emitters.flatMap(listenersOf).map(({ listener }) => listener));
  const [stdout, stderr] = [noted(process.stdout), noted(process.stderr)];
  process.argv = [...argv.slice(0, 2), ...args];
  process.exitCode = undefined;
  try {
    await program();
    return { status: statusNow(), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.restore();
    stderr.restore();
    process.argv = argv;
    process.exitCode = exitCode;
    for (const { emitter, event, listener } of emitters.flatMap(listenersOf)) {
      if (!before.has(listener)) emitter.off(event, listener);
    }
  }
}
