import type { ValueInstruction } from '../../dockerfile/model.ts';
import { isRooted, stagesWithWorkdir } from '../../dockerfile/workdirs.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

/** The first WORKDIR is absolute. */
export const rule: DockerfileRule = {
  summary: 'A WORKDIR is absolute, or follows one that is.',
  severity: 'warning',
  aliases: ['DL3000', 'WorkdirRelativePath', 'WORKDIR_IS_NOT_ABSOLUTE'],
  fixable: true,
  needs: ['WORKDIR'],
  check(context) {
    const reports: Report[] = [];
    const begins = stagesWithWorkdir(context);
    for (const stage of context.file.stages) {
      let settled = begins[stage.index] === true;
      for (const instruction of stage.instructions) {
        if (instruction.kind !== 'WORKDIR' || settled) continue;
        const report = reportOf(context, instruction);
        if (report) reports.push(report);
        else settled = true;
      }
    }
    return reports;
  },
};

function reportOf(context: DockerfileContext, { value }: ValueInstruction): Report | undefined {
  if (!value || value.value === '' || isRooted(value.value)) return undefined;
  const absolute = `/${value.value.replace(/^(?:\.\/+)+|^\.$/, '')}`;
  return {
    range: context.range(value),
    message: `\`${value.value}\` is relative to the working directory of the base image, and the next one may have another. Write an absolute path.`,
    fixes: [replacement(context, value, value.text.replace(value.value, absolute), `Write \`${absolute}\``, true)],
  };
}
