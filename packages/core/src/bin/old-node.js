import process from 'node:process';

/** The oldest Node that the programs run on: the first 22 that loads what they need. */
const [major, minor] = [22, 12];

// In JavaScript, and before everything else: an older Node is to be told, not to trip over what it lacks.
const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  process.stderr.write(
    `Failed to start: firedrill needs Node ${major}.${minor} or later, and this is Node ${process.versions.node}. Install a newer one from https://nodejs.org.\n`,
  );
  process.exit(2);
}
