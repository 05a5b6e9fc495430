#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { isRefusal, makeProject, readArguments, refuseOldNode } from './make-project.js';

/*
 *   npm create firedrill my-incident
 *   npm exec ./create-firedrill.tgz -- my-incident --core ./firedrill-core.tgz
 */
try {
  const given = readArguments(process.argv.slice(2));
  if (given === 'help') {
    process.stdout.write(
      [
        'Usage: create-firedrill <folder> [--core <version or tarball>] [--no-install]',
        '',
        'Makes a project with an incident of your own: one service, one storm, three rules,',
        'two implementations that meet it, random storms, and the page.',
        '',
      ].join('\n'),
    );
  } else {
    refuseOldNode(process.versions.node);
    const folder = makeProject(given);
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const { status } = given.installs
      ? spawnSync(npm, ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
      : { status: 0 };
    if (status !== 0) {
      process.stderr.write(
        `Failed to install: npm ended with ${status}. Run npm install in ${given.folder}.\n`,
      );
      process.exitCode = 1;
    } else {
      process.stdout.write(
        [
          `Made ${given.folder}.`,
          '',
          `  cd ${given.folder}`,
          ...(given.installs ? [] : ['  npm install']),
          '  npm start -- --scenario=failure     # watch it break',
          '  npm start -- --scenario=recovery    # the same storm, and the repaired system',
          '  npm run swarm                       # storms that nobody chose',
          '  npm run page                        # the page, in a browser',
          '',
        ].join('\n'),
      );
    }
  }
} catch (error) {
  if (!isRefusal(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
