import type { Standards } from './model.ts';
import { among, isOverridable, strictness, tightenedPolicy, tightenedSeverity, together } from './tighten.ts';

/**
 * Adds `over` to `under`: named lists by name, `over` winning. A `part` only contributes lists and severities; a
 * `child` (of `extends`) keeps its own name, takes the policy that it does not state, and may be stricter, never looser,
 * except where its parent says `overridable: true`.
 */
export function mergeStandards(under: Standards, over: Standards, how: 'part' | 'child'): Standards {
  const top = how === 'child' ? over : under;
  const child = how === 'child';
  return {
    ...top,
    registries: named(under.registries, over.registries),
    allowedRegistries: child
      ? allowed(under.allowedRegistries, over.allowedRegistries)
      : together(under.allowedRegistries, over.allowedRegistries),
    layers: {
      os: together(under.layers.os, over.layers.os),
      base: together(under.layers.base, over.layers.base),
      app: together(under.layers.app, over.layers.app),
    },
    images: named(under.images, over.images),
    components: named(under.components, over.components),
    requiredLabels:
      child && !isOverridable(under, 'labels')
        ? named(over.requiredLabels, under.requiredLabels)
        : named(under.requiredLabels, over.requiredLabels),
    forbiddenLabels: together(under.forbiddenLabels, over.forbiddenLabels),
    policy: child
      ? tightenedPolicy(under, over)
      : { ...top.policy, requiredComponents: together(under.policy.requiredComponents, over.policy.requiredComponents) },
    severity: child ? tightenedSeverity(under, over) : partSeverity(under.severity, over.severity),
    overridable: overridable(under, over),
    waivers: [...under.waivers, ...over.waivers],
  };
}

function named<T extends { readonly name: string }>(under: readonly T[], over: readonly T[]): readonly T[] {
  const names = new Set(over.map((item) => item.name));
  return [...under.filter((item) => !names.has(item.name)), ...over];
}

/** Registries that both allow; a list that is empty allows all. */
function allowed(under: readonly string[], over: readonly string[]): readonly string[] {
  if (under.length === 0 || over.length === 0) return under.length === 0 ? over : under;
  return among(under, over) ?? under;
}

/** Parts of one whole: the strictest of what they say. */
function partSeverity(under: Standards['severity'], over: Standards['severity']): Standards['severity'] {
  const merged = { ...under };
  for (const [rule, level] of Object.entries(over)) {
    const before = merged[rule];
    if (before === undefined || strictness[level] > strictness[before]) merged[rule] = level;
  }
  return merged;
}

/** What a child says of a rule again is free for the next one only when it says so itself. */
function overridable(under: Standards, over: Standards): readonly string[] {
  const kept = [...(under.overridable ?? [])].filter((name) => !Object.hasOwn(over.severity, name));
  return [...new Set([...kept, ...(over.overridable ?? [])])];
}
