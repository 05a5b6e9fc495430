import { writeFile } from 'node:fs/promises';
import { exitCodes, resolveReportPath, versionText } from '../command-line.ts';
import { declarePlan, type GivenPlanFlags, parsePlan, planDefaults } from '../plan-options.ts';
import { planResult } from '../plan-result.ts';
import { subjectOf } from '../plan-subject.ts';
import { planText } from '../plan-text.ts';
import { planYaml } from '../plan-yaml.ts';
import { allAgree, validatePlan } from '../validate.ts';
import type { Answer } from './command.ts';

/** What the plan needs of its surroundings. */
export interface PlanSurroundings {
  /** Asks for what nobody gave, on a terminal; undefined when there is none. */
  readonly ask?: () => Promise<GivenPlanFlags>;
  /** Help of the commands below. */
  readonly commands: string;
}

/** `capacity`: the plan itself. */
export async function plan(
  args: readonly string[],
  { ask, commands }: PlanSurroundings,
): Promise<Answer> {
  const command = declarePlan();
  const given = parsePlan(command, args);
  if (given.help === true) {
    return { text: `${command.helpInformation()}\n${commands}`, exitCode: exitCodes.asExpected };
  }
  if (given.version === true) return { text: versionText(), exitCode: exitCodes.asExpected };
  const flags = args.length === 0 && ask !== undefined ? await ask() : given;
  const reportPath = flags.report === undefined ? undefined : resolveReportPath(flags.report);
  const subject = await subjectOf(flags);
  const planned = planResult(subject, flags);
  const { seed = planDefaults.seed, events } = flags;
  const result =
    flags.validate === true
      ? await validatePlan(planned, subject.recorded, {
          seed,
          ...(events !== undefined && { events }),
        })
      : planned;
  if (reportPath !== undefined) {
    const { planReport } = await import('../report/plan-report.ts');
    await writeFile(reportPath, planReport(result));
  }
  const text =
    flags.json === true
      ? JSON.stringify(result)
      : flags.yaml === true
        ? planYaml(result)
        : planText(result) + (reportPath === undefined ? '' : `\nReport: ${reportPath}`);
  return { text, exitCode: allAgree(result.pools) ? exitCodes.asExpected : exitCodes.checkFailed };
}
