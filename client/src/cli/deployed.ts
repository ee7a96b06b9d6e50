import type { Deployed } from '../delivery/deploy.ts';
import type { Diagnosis } from '../ports.ts';
import { exit } from './command.ts';
import { type Output, paint } from './output.ts';

/** Shows how a deployment ended, and answers the exit code: a release that is not good is told apart from what could not be done. */
export function showDeployed({ plan, result }: Deployed, output: Output): number {
  const { environment, service, release, image } = plan;
  if (!result) {
    output.event({ type: 'result', outcome: 'NotConfirmed', environment, service, release });
    output.note('Nothing was written.');
    return exit.failed;
  }
  const { outcome, message, diagnosis } = result;
  output.event({ type: 'result', outcome, environment, service, release, image, message, ...(diagnosis ? { diagnosis } : {}) });
  if (outcome === 'Succeeded') {
    output.line(`${paint(output.colour, 'green', 'Succeeded')} ${service} ${release} in ${environment}: ${message}`);
    return exit.fine;
  }
  output.line(`${paint(output.colour, 'red', outcome)} ${service} ${release} in ${environment}: ${message}`);
  if (diagnosis) output.line(diagnosisText(diagnosis));
  return outcome === 'Failed' ? exit.findings : exit.failed;
}

function diagnosisText({ kind, summary, evidence, advice, log }: Diagnosis): string {
  return [
    `  ${kind}: ${summary}`,
    ...evidence.map((line) => `    ${line}`),
    ...(log.length > 0 ? ['  last lines of its log:', ...log.map((line) => `    | ${line}`)] : []),
    `  ${advice}`,
  ].join('\n');
}
