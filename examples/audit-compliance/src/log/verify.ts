import { runCommand } from './command.ts';
import { verify } from './verify-command.ts';

await runCommand(verify);
