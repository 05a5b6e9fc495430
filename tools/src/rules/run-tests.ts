import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest, type TestCase } from 'vitest/node';
import { root } from '../workspace.ts';
import { heldRule } from './held-rule.ts';
import { titlesOf } from './plan.ts';

/** How a test came out. */
export interface Outcome {
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Of a failed one: whether all that failed is a comparison, and nothing else went wrong. */
  readonly isByComparison: boolean;
  /** The first line of what it failed with. */
  readonly message: string | undefined;
}

export interface TestsToRun {
  readonly example: string;
  /** From the folder of the example. */
  readonly files: readonly string[];
  readonly breakers: readonly string[];
  /** The rule that is set to hold; none by default. */
  readonly held?: string | undefined;
}

/**
 * Runs tests of an example that run these systems. All of it happens in threads of this process and in
 * memory: when the process ends, nothing is left.
 */
export async function runTests(tests: TestsToRun): Promise<readonly Outcome[]> {
  const { example, files, breakers, held } = tests;
  const folder = realpathSync(join(root, 'examples', example));
  const outcomes: Outcome[] = [];
  const exitCode = process.exitCode;
  const vitest = await startVitest(
    'test',
    [],
    {
      root: folder,
      config: false,
      watch: false,
      include: [...new Set(files)],
      testNamePattern: titlesOf(breakers),
      bail: held === undefined ? 0 : 1,
      pool: 'threads',
      maxWorkers: 1,
      // A guard against hanging, not a goal.
      testTimeout: 240_000,
      cache: false,
      // It knows nothing of the rule that is set to hold: one module would stand for all of them, and
      // stay on the disk for the tests that come after.
      fsModuleCache: false,
      reporters: [
        {
          onTestCaseResult(test) {
            outcomes.push(outcomeOf(test));
          },
        },
      ],
    },
    { plugins: held === undefined ? [] : [heldRule(join(folder, 'src/example.ts'), held)] },
  );
  const problems = vitest.state.getTestModules().flatMap((module) => module.errors());
  await vitest.close();
  // A failed test is what is looked for: it says nothing about this program.
  process.exitCode = exitCode;
  const [problem] = problems;
  if (problem !== undefined) {
    throw new Error(`Failed to run the tests of ${example}: ${problem.message}`);
  }
  return outcomes.filter(({ result }) => result !== 'skipped');
}

function outcomeOf(test: TestCase): Outcome {
  const { state, errors = [] } = test.result();
  return {
    title: test.fullName,
    result: state === 'pending' ? 'skipped' : state,
    isByComparison: errors.every(({ name }) => name === 'AssertionError'),
    message: errors[0]?.message.split('\n')[0],
  };
}
