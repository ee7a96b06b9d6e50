import type { Standards } from './model.ts';

const strictness = { off: 0, hint: 1, info: 2, warning: 3, error: 4 } as const;

/**
 * Adds `over` to `under`: named lists by name, `over` winning. A `part` only contributes lists and severities; a
 * `child` (of `extends`) keeps its own name and policy and may tighten severities, never loosen them.
 */
export function mergeStandards(under: Standards, over: Standards, how: 'part' | 'child'): Standards {
  const top = how === 'child' ? over : under;
  return {
    ...top,
    registries: named(under.registries, over.registries),
    allowedRegistries: together(under.allowedRegistries, over.allowedRegistries),
    layers: {
      os: together(under.layers.os, over.layers.os),
      base: together(under.layers.base, over.layers.base),
      app: together(under.layers.app, over.layers.app),
    },
    images: named(under.images, over.images),
    components: named(under.components, over.components),
    requiredLabels: named(under.requiredLabels, over.requiredLabels),
    forbiddenLabels: together(under.forbiddenLabels, over.forbiddenLabels),
    policy: { ...top.policy, requiredComponents: together(under.policy.requiredComponents, over.policy.requiredComponents) },
    severity: tightened(under.severity, over.severity),
    waivers: [...under.waivers, ...over.waivers],
  };
}

function named<T extends { readonly name: string }>(under: readonly T[], over: readonly T[]): readonly T[] {
  const names = new Set(over.map((item) => item.name));
  return [...under.filter((item) => !names.has(item.name)), ...over];
}

function together(under: readonly string[], over: readonly string[]): readonly string[] {
  return [...new Set([...under, ...over])];
}

function tightened(under: Standards['severity'], over: Standards['severity']): Standards['severity'] {
  const merged = { ...under };
  for (const [rule, level] of Object.entries(over)) {
    const before = merged[rule];
    if (before === undefined || strictness[level] > strictness[before]) merged[rule] = level;
  }
  return merged;
}
