import type { CopyInstruction } from '../../dockerfile/model.ts';
import { isRooted, stagesWithWorkdir } from '../../dockerfile/workdirs.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

/** A relative destination stands below a WORKDIR that somebody set. */
export const rule: DockerfileRule = {
  summary: 'COPY to a relative path stands below a WORKDIR.',
  severity: 'warning',
  aliases: ['DL3045'],
  fixable: true,
  needs: ['COPY', 'ADD'],
  check(context) {
    const reports: Report[] = [];
    const begins = stagesWithWorkdir(context);
    for (const stage of context.file.stages) {
      let set = begins[stage.index] === true;
      for (const instruction of stage.instructions) {
        if (instruction.kind === 'WORKDIR') set = true;
        else if (!set && (instruction.kind === 'COPY' || instruction.kind === 'ADD')) {
          const report = reportOf(context, instruction);
          if (report) reports.push(report);
        }
      }
    }
    return reports;
  },
};

function reportOf(context: DockerfileContext, { destination, kind, stage }: CopyInstruction): Report | undefined {
  const path = destination?.value.replace(/^(["'])(.*)\1$/s, '$2') ?? '';
  if (!destination || path === '' || isRooted(path)) return undefined;
  const root = context.states[stage ?? 0]?.root;
  // Nothing sets a WORKDIR on scratch, and the catalogue knows of its images; others may have one.
  const certain = root?.kind === 'scratch' || (root?.kind === 'image' && root.catalogue?.image.config !== undefined);
  const absolute = `/${path.replace(/^(?:\.\/+)+|^\.$/, '')}`;
  const written = destination.text.replace(path, absolute);
  return {
    range: context.range(destination),
    message: `\`${path}\` is relative, and no WORKDIR above says to what: ${certain ? 'it is the root folder' : 'the base image decides, and the next one may decide otherwise'}. Set a WORKDIR, or write the whole path.`,
    aliases: kind === 'COPY' ? ['DL3045'] : [],
    fixes: [replacement(context, destination, written, `Write \`${absolute}\``, true)],
    ...(root?.kind === 'scratch' ? { severity: 'hint' as const } : certain ? {} : { severity: 'info' as const }),
  };
}
