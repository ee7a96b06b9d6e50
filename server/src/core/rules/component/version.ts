import { type ComponentUse, componentUses, isVague, lineOf } from '../../dockerfile/componentUses.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

/** Components come in versions that the standards allow. */
export const rule: DockerfileRule = {
  summary: 'Components are installed in versions that the standards list and that still get fixes.',
  severity: 'error',
  aliases: [],
  fixable: true,
  needs: ['ENV', 'ARG', 'RUN', 'COPY', 'ADD'],
  check(context) {
    const components = context.standards?.components.filter(({ versions }) => versions.length > 0) ?? [];
    if (components.length === 0 || context.layer === undefined) return [];
    return componentUses(context.chain, components).flatMap((use) => reportOf(context, use) ?? []);
  },
};

function reportOf(context: DockerfileContext, use: ComponentUse): Report | undefined {
  const { component, version } = use;
  if (version === undefined) return undefined;
  const line = lineOf(component, version);
  if (!line && isVague(component, version)) return undefined;
  const ended = typeof line?.eol === 'string' && line.eol < context.today;
  if (line && !ended && !line.deprecated) return undefined;
  const allowed = component.versions.filter((other) => !other.deprecated && !(typeof other.eol === 'string' && other.eol < context.today));
  const better = line?.deprecated?.replacedBy ?? allowed.find((other) => other.default)?.version ?? allowed[0]?.version;
  const why = line
    ? ended
      ? `has had no fixes since ${line.eol}`
      : 'is deprecated by the standards'
    : 'is no version that the standards list';
  const list = allowed.map((other) => `\`${other.version}\``).join(', ');
  return {
    range: context.range(use),
    message: `\`${component.name}\` ${version} ${why}: nobody in the company patches it. Allowed: ${list || 'none'}.`,
    related: [{ location: component.location, message: `\`${component.name}\` in the standards` }],
    // Only a whole version in a variable can be exchanged for a line's.
    fixes:
      use.versionSpan && better !== undefined && line?.version === version
        ? [replacement(context, use.versionSpan, better, `Use ${component.name} ${better}`, true)]
        : [],
    ...(line && !ended ? { severity: 'warning', tags: ['deprecated'] } : {}),
  };
}
