import { isFromRegistry, registryHost } from '../../dockerfile/registryHost.ts';
import { demandedBy } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule, JudgedImage } from '../context.ts';
import type { Report } from '../rule.ts';

/** Images come from the registries that the standards (or `.hadolint.yaml`) allow. */
export const rule: DockerfileRule = {
  summary: 'Images come from allowed registries, also in `COPY --from` and `RUN --mount=from=`.',
  severity: 'error',
  aliases: ['DL3026'],
  fixable: false,
  check: (context) => context.images().flatMap((used) => reportOf(context, used) ?? []),
};

function reportOf(context: DockerfileContext, used: JudgedImage): Report | undefined {
  const { resolved } = used;
  // A plain word behind --from may be a context that the build is given by name.
  if (resolved === undefined || (used.place !== 'FROM' && !/[/:@]/.test(resolved))) return undefined;
  if (context.manifest?.contexts?.includes(used.text)) return undefined;
  const allowed = context.standards?.allowedRegistries ?? [];
  const trusted = context.config?.trustedRegistries ?? [];
  const byStandards = !used.match && isOutside(allowed, resolved) && !isUnregistered(context, used);
  if (!byStandards && !isOutside(trusted, resolved)) return undefined;
  const list = byStandards ? allowed : trusted;
  const names = list.slice(0, 5).map((host) => `\`${host}\``);
  return {
    range: context.range(used.repositorySpan),
    message: `\`${registryHost(resolved)}\` is not an allowed registry. Allowed: ${names.join(', ')}${list.length > 5 ? ', …' : ''}.`,
    aliases: used.place === 'FROM' ? ['DL3026'] : [],
    related: byStandards ? demandedBy(context, 'allowedRegistries') : [],
  };
}

function isOutside(allowed: readonly string[], reference: string): boolean {
  return allowed.length > 0 && !isFromRegistry(allowed, reference);
}

/** The image under the target that nobody registered is the business of base/unregistered. */
function isUnregistered(context: DockerfileContext, { place, stage }: JudgedImage): boolean {
  const { layer, target } = context;
  if (place !== 'FROM' || !target || (layer !== 'app' && layer !== 'base')) return false;
  return context.states[target.index]?.rootStage === stage;
}
