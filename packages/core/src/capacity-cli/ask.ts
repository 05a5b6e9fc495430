import { createInterface } from 'node:readline/promises';
import { UsageError } from '../command-line/index.ts';
import { declarePlan, type GivenPlanFlags, parsePlan } from './plan-options.ts';

/** Asked in this order; an empty answer takes what is in brackets. */
const questions = [
  { flag: 'events-per-second', text: 'Events a second' },
  { flag: 'processing-ms', text: 'Mean time of all handlers of an event, in ms' },
  { flag: 'variation', text: 'Standard deviation over mean of that time', usual: '1' },
  { flag: 'peak', text: 'Highest rate over the usual one', usual: '1' },
  { flag: 'burst', text: 'Queue places for each worker', usual: '2' },
  { flag: 'target-drop-rate', text: 'Most that may be dropped', usual: '0.1%' },
] as const;

/** Asks for a load on the terminal; a bad answer is explained and asked again. */
export async function askForPlan(
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<GivenPlanFlags> {
  const terminal = createInterface({ input, output });
  const args: string[] = [];
  try {
    for (const question of questions) {
      const { flag, text } = question;
      const usual = 'usual' in question ? question.usual : undefined;
      for (;;) {
        const prompt = `${text}${usual === undefined ? '' : ` [${usual}]`}: `;
        const answer = (await terminal.question(prompt)).trim() || (usual ?? '');
        const problem = problemWith(`--${flag}=${answer}`);
        if (problem === undefined) {
          args.push(`--${flag}=${answer}`);
          break;
        }
        output.write(`${problem}\n`);
      }
    }
  } finally {
    terminal.close();
  }
  return parsePlan(declarePlan(), args);
}

function problemWith(flag: string): string | undefined {
  try {
    parsePlan(declarePlan(), [flag]);
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}
