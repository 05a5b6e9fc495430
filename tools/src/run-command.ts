import { spawn } from 'node:child_process';
import { root } from './workspace.ts';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly wallMs: number;
  /** From the start to the first byte on standard output. */
  readonly firstOutputMs: number;
}

/** Runs a command in the root of the repository and collects what it prints. */
export function runCommand(command: string, args: readonly string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let firstOutputMs: number | undefined;
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      firstOutputMs ??= performance.now() - startedMs;
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const wallMs = performance.now() - startedMs;
      resolve({ code: code ?? 1, stdout, stderr, wallMs, firstOutputMs: firstOutputMs ?? wallMs });
    });
  });
}

/** Runs a command with its output on ours. */
export function runVisibly(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
