import { prometheusRules } from '../../capacity/index.ts';
import { declarePlan, type GivenPlanFlags, parsePlan } from '../plan-options.ts';
import { allAgree, planResult } from '../plan-result.ts';
import { subjectOf } from '../plan-subject.ts';
import { planText } from '../plan-text.ts';
import { planYaml } from '../plan-yaml.ts';
import { validatePlan } from '../validate.ts';
import { defaultSeed, exitCodes } from '../../command-line/index.ts';
import { resolveReportPath, saveReport, versionText } from '../../cli/index.ts';
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
  const reportPath =
    flags.report === undefined ? undefined : resolveReportPath(flags.report, ['html']).path;
  const subject = await subjectOf(flags);
  const planned = planResult(subject, flags);
  const { seed = defaultSeed, events } = flags;
  const result =
    flags.validate === true
      ? await validatePlan(
          planned,
          subject.recorded?.work.isCoarse === true ? undefined : subject.recorded,
          {
            seed,
            ...(events !== undefined && { events }),
          },
        )
      : planned;
  if (reportPath !== undefined) {
    const { planReport } = await import('../report/plan-report.ts');
    await saveReport(reportPath, planReport(result));
  }
  const text =
    flags.json === true
      ? JSON.stringify(result)
      : flags.yaml === true
        ? planYaml(result)
        : flags.prometheus === true
          ? prometheusRules(result.alertRules, flags.pool ?? 'hooks').trimEnd()
          : planText(result) + (reportPath === undefined ? '' : `\nReport: ${reportPath}`);
  return { text, exitCode: allAgree(result.pools) ? exitCodes.asExpected : exitCodes.checkFailed };
}
