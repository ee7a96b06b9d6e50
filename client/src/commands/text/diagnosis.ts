import type { Diagnosis } from '../../ports.ts';

export interface DiagnosisInput {
  readonly service: string;
  readonly environment: string;
  readonly message: string;
  readonly diagnosis?: Diagnosis;
}

/** The diagnosis as a document: what is wrong in words, why we think so, what to do, then the raw facts. Plain text, never Markdown (S18). */
export function diagnosisText(input: DiagnosisInput): string {
  const { diagnosis } = input;
  const lines = [
    diagnosis?.summary ?? input.message,
    '',
    `${input.service} in ${input.environment}${diagnosis ? ` · ${diagnosis.kind}` : ''}`,
    '',
  ];
  if (!diagnosis) return [...lines, 'Nothing more is known: the platform gave no reason.', ''].join('\n');
  lines.push('What to do', `  ${diagnosis.advice}`);
  if (diagnosis.manifestPath) lines.push(`  See \`${diagnosis.manifestPath}\` in waybill.yaml.`);
  lines.push('');
  if (diagnosis.evidence.length > 0) lines.push('Why we think so', ...diagnosis.evidence.map((fact) => `  - ${fact}`), '');
  if (diagnosis.log.length > 0) lines.push('Last lines of its log', ...diagnosis.log.map((line) => `  ${line}`), '');
  return lines.join('\n');
}
