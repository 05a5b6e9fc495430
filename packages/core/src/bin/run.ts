import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { choose, exitCodes } from '../command-line/index.ts';

interface Program {
  readonly description: string;
  /** Reads its flags from `process.argv`. Sets `process.exitCode`, never rejects. */
  readonly run: () => Promise<void>;
}

const programs: Readonly<Record<string, Program>> = {
  capacity: {
    description: 'sizes a pool of workers, and predicts what it will do',
    run: async () => {
      const { runCapacity } = await import('../capacity-cli/run.ts');
      await runCapacity(process.argv.slice(2));
    },
  },
  swarm: {
    description:
      'lets random storms loose on the example in this folder (or on those in examples/)',
    run: async () => {
      const { swarmTool } = await import('../swarm-cli/swarm-tool.ts');
      const { findExamples } = await import('../swarm-cli/find-examples.ts');
      await swarmTool(() => findExamples(process.cwd()));
    },
  },
  view: {
    description: 'makes a saved run, a chart or a table of it into HTML, SVG, Markdown or CSV',
    run: async () => {
      const { viewTool } = await import('../view-cli/view-tool.ts');
      await viewTool();
    },
  },
  page: {
    description: 'serves the page of the example in this folder (or of those in examples/)',
    run: async () => {
      const { pageTool } = await import('../page/page-tool.ts');
      await pageTool(process.cwd());
    },
  },
};

/**
 * The whole of `firedrill`, which finds the program that its first word names. Sets
 * `process.exitCode`, never rejects.
 */
export async function runFiredrill([name, ...rest]: readonly string[]): Promise<void> {
  enableCompileCache();
  if (name === '--version') {
    const { versionText } = await import('../cli/version.ts');
    process.stdout.write(`${versionText()}\n`);
    return;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help());
    return;
  }
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (program === undefined) {
    const remedy = choose(name, Object.keys(programs));
    process.stderr.write(
      `Failed to read ${JSON.stringify(name)}: there is no such program. ${remedy}\n`,
    );
    process.exitCode = exitCodes.usage;
    return;
  }
  process.argv.splice(2, process.argv.length, ...rest);
  await program.run();
}

function help(): string {
  const lines = Object.entries(programs).map(
    ([name, { description }]) => `  ${name.padEnd(8)}  ${description}`,
  );
  return [
    'Usage: firedrill <program> [options]',
    '',
    ...lines,
    '',
    'Each explains itself: firedrill <program> --help',
    '',
  ].join('\n');
}
