import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What a process has used of the machine so far. */
export const usageSchema = z.object({
  atMs: z.number(),
  cpuMs: z.number(),
  memoryBytes: z.number(),
});
export type Usage = Readonly<z.infer<typeof usageSchema>>;

export function usageNow(): Usage {
  const { user, system } = process.cpuUsage();
  return {
    atMs: performance.now(),
    cpuMs: (user + system) / 1_000,
    memoryBytes: process.memoryUsage.rss(),
  };
}

/** Cores that were busy between two readings of the same process. */
export const coresBetween = (from: Usage, to: Usage): number =>
  (to.cpuMs - from.cpuMs) / (to.atMs - from.atMs);

/** A program of this folder that runs in a process of its own. */
export interface Program {
  send(message: unknown): void;
  /** The next message, checked. */
  next<Message>(schema: z.ZodType<Message>): Promise<Message>;
  /** Ends it; resolves when it is gone. */
  end(): Promise<void>;
}

/** Starts a program. `argument` is handed over as JSON. */
export function startProgram(program: string, argument: object): Program {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = fork(path, [JSON.stringify(argument)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    send: (message) => void child.send(Object(message)),
    next: (schema) =>
      new Promise((resolve, reject) => {
        const ended = (): void => reject(new Error(`${program} has ended too early.`));
        child.once('exit', ended);
        child.once('message', (message) => {
          child.off('exit', ended);
          const parsed = schema.safeParse(message);
          if (parsed.success) resolve(parsed.data);
          else reject(parsed.error);
        });
      }),
    async end() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** What this process was started with. */
export const argumentOf = <Argument>(schema: z.ZodType<Argument>): Argument =>
  schema.parse(JSON.parse(process.argv[2] ?? ''));

/** Tells the process that started this one. */
export const tell = (message: object): void => void process.send?.(message);
