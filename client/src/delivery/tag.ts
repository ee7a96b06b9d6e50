import { fail } from '../errors.ts';

export interface TagValues {
  readonly branch?: string;
  readonly revision?: string;
  readonly version?: string;
  readonly now: Date;
}

/**
 * A valid image tag from a template with `{branch}`, `{sha}`, `{sha:N}`, `{timestamp}` and `{version}`. The template must make tags that
 * differ from build to build (`{sha}` or `{timestamp}`). Grammar of tags: OCI distribution specification, "Pulling manifests".
 */
export function renderTag(template: string, values: TagValues): string {
  if (!/\{(sha(:\d+)?|timestamp)\}/.test(template)) {
    throw fail(
      'configuration',
      `The tag template \`${template}\` gives the same tag to different images.`,
      'Put `{sha:8}` or `{timestamp}` into `image.tag`.',
    );
  }
  return validTag(template.replace(/\{([^}]*)\}/g, (_, name: string) => clean(fieldValue(name, template, values))));
}

/** The tag itself, when it may be pushed: by the grammar, and never `latest`. */
export function validTag(tag: string): string {
  if (tag === 'latest') {
    throw fail(
      'refused',
      'The tag `latest` says nothing about the image behind it.',
      'Leave `--tag` out or give a tag of this build alone.',
    );
  }
  if (!/^\w[\w.-]{0,127}$/.test(tag)) {
    const advice = 'Tags are letters, digits, `_`, `.` and `-`, at most 128, beginning with a letter, a digit or `_`.';
    throw fail('configuration', `\`${tag}\` is not a valid image tag.`, advice);
  }
  return tag;
}

/** True when one of the globs (`*`, `?`) matches: such tags are never pushed twice. */
export function isImmutable(tag: string, globs: readonly string[]): boolean {
  return globs.some((glob) =>
    new RegExp(
      `^${glob
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(tag),
  );
}

function fieldValue(name: string, template: string, values: TagValues): string {
  const [, digits] = /^sha(?::(\d+))?$/.exec(name) ?? [];
  if (name.startsWith('sha')) return need(values.revision, 'sha', template).slice(0, digits ? Math.max(4, Number(digits)) : 12);
  if (name === 'timestamp') return timestamp(values.now);
  if (name === 'branch') return values.branch ?? 'detached';
  if (name === 'version') return need(values.version, 'version', template);
  throw fail(
    'configuration',
    `The tag template \`${template}\` uses \`{${name}}\`, which is not known.`,
    'Use `{branch}`, `{sha:8}`, `{timestamp}` or `{version}`.',
  );
}

function need(value: string | undefined, name: string, template: string): string {
  if (value) return value;
  const advice =
    name === 'sha'
      ? 'Commit the service to git, or use `{timestamp}` in `image.tag`.'
      : 'Give the version by `--tag`, or leave `{version}` out.';
  throw fail('configuration', `The tag template \`${template}\` needs \`{${name}}\`, which is not known here.`, advice);
}

/** `20261123081522`, UTC: sorts by time. */
export function timestamp(time: Date): string {
  return time.toISOString().replace(/\D/g, '').slice(0, 14);
}

function clean(text: string): string {
  return text
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 60);
}
