import type { Range, Severity } from '../../protocol.ts';
import { optional } from '../text/optional.ts';
import { booleanAt, entriesAt, itemsAt, textAt, type YamlNode } from '../yaml/tree.ts';

/** A rule that the configuration names. */
export interface ConfiguredName {
  readonly name: string;
  readonly range: Range;
}

/** What a `.hadolint.yaml` says, as hadolint reads it (https://github.com/hadolint/hadolint#configure). */
export interface HadolintConfig {
  readonly uri: string;
  readonly ignored: readonly ConfiguredName[];
  /** Severities by the ids that the file names. */
  readonly override: ReadonlyMap<string, Severity>;
  /** All names under `override`. */
  readonly overridden: readonly ConfiguredName[];
  /** Hosts that images may come from, with `*` as a wildcard; empty means all. */
  readonly trustedRegistries: readonly string[];
  /** Labels that an image must have → `text`, `url`, `semver`, `hash`, `rfc3339`, `spdx`, `email`. */
  readonly labelSchema: ReadonlyMap<string, string>;
  /** Labels outside of the schema are findings. */
  readonly strictLabels: boolean;
  /** `# hadolint ignore=…` counts for nothing. */
  readonly disableIgnorePragma: boolean;
  readonly failureThreshold?: Severity | 'never';
  readonly noColor: boolean;
}

/** hadolint's severities in ours. */
export const hadolintSeverity: Readonly<Record<string, Severity>> = { error: 'error', warning: 'warning', info: 'info', style: 'hint' };

/** What a (possibly broken) tree says; wrong values count for nothing. */
export function readHadolintConfig(uri: string, root: YamlNode | undefined): HadolintConfig {
  const override = new Map<string, Severity>();
  const overridden: ConfiguredName[] = [];
  for (const { key, value } of entriesAt(root, 'override')) {
    const severity = hadolintSeverity[key];
    for (const item of namesAt(value)) {
      overridden.push(item);
      if (severity) override.set(item.name, severity);
    }
  }
  return {
    uri,
    ignored: itemsAt(root, 'ignored').flatMap(nameOf),
    override,
    overridden,
    trustedRegistries: oneOrMore(root, 'trustedRegistries'),
    labelSchema: new Map(entriesAt(root, 'label-schema').map(({ key, value }) => [key, textAt(value) ?? 'text'])),
    strictLabels: booleanAt(root, 'strict-labels') ?? false,
    disableIgnorePragma: booleanAt(root, 'disable-ignore-pragma') ?? false,
    ...optional('failureThreshold', thresholdOf(root)),
    noColor: booleanAt(root, 'no-color') ?? false,
  };
}

function thresholdOf(root: YamlNode | undefined): Severity | 'never' | undefined {
  if (booleanAt(root, 'no-fail')) return 'never';
  const text = textAt(root, 'failure-threshold')?.toLowerCase() ?? '';
  return text === 'ignore' || text === 'none' ? 'never' : hadolintSeverity[text];
}

function oneOrMore(root: YamlNode | undefined, key: string): readonly string[] {
  const single = textAt(root, key);
  return single === undefined ? itemsAt(root, key).flatMap((item) => textAt(item) ?? []) : [single];
}

function namesAt(node: YamlNode): readonly ConfiguredName[] {
  return itemsAt(node).flatMap(nameOf);
}

function nameOf(node: YamlNode): ConfiguredName[] {
  const name = textAt(node);
  return name === undefined ? [] : [{ name, range: node.range }];
}
