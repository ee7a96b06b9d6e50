/** The pure half of a rebase: what the configuration of an image becomes on another base, and what speaks against it. */

/** An image configuration with all that it holds (OCI image-spec, config.md). */
export interface RawConfig {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly rootfs: { readonly type?: string; readonly diff_ids: readonly string[] };
  readonly history?: readonly { readonly empty_layer?: boolean }[];
  readonly [other: string]: unknown;
}

export interface Rebased {
  readonly config: RawConfig;
  /** So many layers of the image are those of its base. */
  readonly exchanged: number;
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

/** What an image takes from its base when it says nothing itself. */
const inherited = ['Entrypoint', 'Cmd', 'User', 'WorkingDir', 'Shell', 'StopSignal', 'Healthcheck'] as const;

/** What the image's own layers become on `to` instead of `from`; `labels` are put over all others. */
export function rebaseConfig(app: RawConfig, from: RawConfig, to: RawConfig, labels: Readonly<Record<string, string>>): Rebased {
  const warnings: string[] = [];
  const exchanged = from.rootfs.diff_ids.length;
  const refusals = standing(app, from, to);
  const settings = mergeSettings(app, from, to, refusals, warnings);
  const env = mergeEnv(app, from, to, refusals, warnings);
  const merged: Record<string, unknown> = {
    ...settings,
    ...(env.length > 0 ? { Env: env } : {}),
    Labels: { ...mergeMap(app, from, to, 'Labels'), ...labels },
    ...mapOrNothing('ExposedPorts', mergeMap(app, from, to, 'ExposedPorts')),
    ...mapOrNothing('Volumes', mergeMap(app, from, to, 'Volumes')),
  };
  for (const key of Object.keys(merged)) if (merged[key] === undefined) delete merged[key];
  const history = [...(to.history ?? []), ...ownHistory(app, from)];
  const config: RawConfig = {
    ...app,
    config: merged,
    rootfs: { ...app.rootfs, diff_ids: [...to.rootfs.diff_ids, ...app.rootfs.diff_ids.slice(exchanged)] },
    ...(history.length > 0 ? { history } : {}),
  };
  return { config, exchanged, refusals, warnings };
}

/** Does the image stand on its base, and can it stand on the other? */
function standing(app: RawConfig, from: RawConfig, to: RawConfig): string[] {
  const refusals: string[] = [];
  if (!from.rootfs.diff_ids.every((layer, index) => app.rootfs.diff_ids[index] === layer)) {
    refusals.push('its layers do not begin with those of its base (`base/not-inherited`): it was squashed, or built on another image');
  }
  for (const key of ['os', 'architecture', 'variant'] as const) {
    if ((app[key] ?? '') === (to[key] ?? '')) continue;
    refusals.push(`it is for ${key} \`${app[key] ?? 'none'}\`, the new base for \`${to[key] ?? 'none'}\``);
  }
  if (listOf(to.config?.OnBuild).length > 0) refusals.push('the new base has ONBUILD triggers, which only run in a build');
  return refusals;
}

/** What the image says itself stays; what it takes from its base becomes the new base's. */
function mergeSettings(app: RawConfig, from: RawConfig, to: RawConfig, refusals: string[], warnings: string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = { ...to.config, ...app.config };
  for (const key of inherited) {
    const [own, next] = [app.config?.[key], to.config?.[key]];
    if (!same(own, from.config?.[key])) continue;
    if (isEmpty(next) && !isEmpty(own)) refusals.push(`it takes ${key} from its base, and the new base has none`);
    else if (!same(next, own)) warnings.push(`${key} of the base changes: ${words(own)} → ${words(next)}`);
    settings[key] = next;
  }
  return settings;
}

/** Variables that the image sets itself keep their value; the others follow the base. */
function mergeEnv(app: RawConfig, from: RawConfig, to: RawConfig, refusals: string[], warnings: string[]): string[] {
  const [own, old, next] = [envOf(app), envOf(from), envOf(to)];
  const merged = new Map(next);
  for (const [name, value] of own) {
    if (old.get(name) !== value) merged.set(name, value);
    else if (!next.has(name)) refusals.push(`it takes the variable \`${name}\` from its base, and the new base has none`);
    else if (next.get(name) !== value) warnings.push(`the variable \`${name}\` of the base changes: \`${value}\` → \`${next.get(name)}\``);
  }
  return [...merged].map(([name, value]) => `${name}=${value}`);
}

function envOf({ config }: RawConfig): ReadonlyMap<string, string> {
  return new Map(
    listOf(config?.Env).map((entry) => {
      const equals = entry.indexOf('=');
      return equals < 0 ? ([entry, ''] as const) : ([entry.slice(0, equals), entry.slice(equals + 1)] as const);
    }),
  );
}

/** Entries of the image's own, and those of the new base; what only the old base had is gone. */
function mergeMap(
  app: RawConfig,
  from: RawConfig,
  to: RawConfig,
  key: 'Labels' | 'ExposedPorts' | 'Volumes',
): Readonly<Record<string, unknown>> {
  const [own, old] = [mapOf(app.config?.[key]), mapOf(from.config?.[key])];
  const kept = Object.entries(own).filter(([name, value]) => !(name in old) || !same(old[name], value));
  return { ...mapOf(to.config?.[key]), ...Object.fromEntries(kept) };
}

function mapOrNothing(key: string, map: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { [key]: Object.keys(map).length > 0 ? map : undefined };
}

/** The entries of the history that belong to the image's own layers: what follows as many layers as the base has. */
function ownHistory(app: RawConfig, from: RawConfig): NonNullable<RawConfig['history']> {
  const history = app.history ?? [];
  const base = from.history ?? [];
  if (base.length > 0 && base.every((entry, index) => same(entry, history[index]))) return history.slice(base.length);
  let layers = 0;
  for (const [index, entry] of history.entries()) {
    if (layers === from.rootfs.diff_ids.length) return history.slice(index);
    if (!entry.empty_layer) layers++;
  }
  return [];
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function same(one: unknown, other: unknown): boolean {
  return (isEmpty(one) && isEmpty(other)) || JSON.stringify(one) === JSON.stringify(other);
}

function words(value: unknown): string {
  return isEmpty(value)
    ? 'nothing'
    : `\`${Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
