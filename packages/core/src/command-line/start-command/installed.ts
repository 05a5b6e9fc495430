/** The beginning of every command that starts an example: a project of its own has one. */
export const startCommand = (): string => 'npm start --';

/** How a program of this package is started: `swarm`, `page`. */
export const programCommand = (program: string): string => `npx firedrill ${program}`;
