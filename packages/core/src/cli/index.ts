export { InputError } from './errors.ts';
export { resolveReportPath } from './report-path.ts';
export { ReportUnwrittenError, saveReport } from './save-report.ts';
export { versionText } from './version.ts';
