import { answer } from '../src/command/program.ts';

/** What a run of the program said, and what it ended with. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with all of standard output so far, whenever there is more. */
  readonly onOutput?: (stdout: string) => void;
}

/** Runs the program in this process. It sees no environment variables but those that are given. */
export async function run(
  args: readonly string[],
  { env = {}, signal = new AbortController().signal, onOutput }: RunOptions = {},
): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const code = await answer(args, {
    env,
    signal,
    stdout: {
      write(text) {
        stdout += text;
        onOutput?.(stdout);
      },
    },
    stderr: {
      write(text) {
        stderr += text;
      },
    },
  });
  return { code, stdout, stderr };
}
