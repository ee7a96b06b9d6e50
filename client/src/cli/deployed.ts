import type { Deployed } from '../delivery/deploy.ts';
import type { Diagnosis, Verification } from '../ports.ts';
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
  const { outcome, message, diagnosis, verification } = result;
  output.event({
    type: 'result',
    outcome,
    environment,
    service,
    release,
    image,
    message,
    ...(diagnosis ? { diagnosis } : {}),
    ...(verification ? { verification } : {}),
  });
  if (outcome === 'Succeeded') {
    output.line(`${paint(output.colour, 'green', 'Succeeded')} ${service} ${release} in ${environment}: ${message}`);
    if (verification) output.line(verificationText(verification, output.colour));
    return verification?.passed === false ? exit.findings : exit.fine;
  }
  output.line(`${paint(output.colour, 'red', outcome)} ${service} ${release} in ${environment}: ${message}`);
  if (diagnosis) output.line(diagnosisText(diagnosis));
  return outcome === 'Failed' ? exit.findings : exit.failed;
}

/** `Verified: smoke passed, contract failed: …`. */
export function verificationText({ passed, checks }: Verification, colour: boolean): string {
  const each = checks.map(({ name, passed: fine, message }) => (fine ? `${name} passed` : `${name} failed: ${message}`)).join(', ');
  return `${paint(colour, passed ? 'green' : 'red', passed ? 'Verified' : 'Not verified')}: ${each}`;
}

function diagnosisText({ kind, summary, evidence, advice, log }: Diagnosis): string {
  return [
    `  ${kind}: ${summary}`,
    ...evidence.map((line) => `    ${line}`),
    ...(log.length > 0 ? ['  last lines of its log:', ...log.map((line) => `    | ${line}`)] : []),
    `  ${advice}`,
  ].join('\n');
}
