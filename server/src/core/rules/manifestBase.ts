import { suggest } from '../text/suggest.ts';
import type { ManifestRule } from './manifestContext.ts';

/** The manifest's half of `base/unregistered`: `build.base` is a base image of the standards. */
export const baseRule: ManifestRule = {
  summary: '`build.base` names a base image that the standards have.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check({ service, standards }) {
    const base = service?.base;
    if (!base || !standards) return [];
    const known = standards.images.filter((image) => image.layer === 'base').map((image) => image.name);
    if (known.includes(base.text)) return [];
    const near = suggest(base.text, known);
    const other = standards.images.find((image) => image.name === base.text);
    const hint = other ? ` It is ${other.layer === 'os' ? 'an OS image' : 'a builder image'}.` : near ? ` Did you mean \`${near}\`?` : '';
    return [
      {
        range: base.range,
        message: `The standards \`${standards.name}\` have no base image \`${base.text}\`.${hint}`,
        fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: base.range, text: near }] }] : [],
      },
    ];
  },
};
