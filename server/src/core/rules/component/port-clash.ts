import { imagesWithComponents } from '../componentUses.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** Two components of an image do not listen on one port or bring one file. */
export const rule: ManifestRule = {
  summary: 'No two components of a base image take the same port or bring the same file.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['standards'],
  check: (context) =>
    imagesWithComponents(context).flatMap((image) =>
      image.uses.flatMap((use, i) => {
        const before = image.uses.slice(0, i).filter((other) => other.name !== use.name);
        const port = before.flatMap((other) =>
          (other.component?.ports ?? [])
            .filter((number) => use.component?.ports?.includes(number))
            .map((number) => ({ other, what: `port ${number}` })),
        );
        const file = before.flatMap((other) =>
          (other.component?.files ?? [])
            .filter((path) => use.component?.files?.includes(path))
            .map((path) => ({ other, what: `the file \`${path}\`` })),
        );
        const clash = [...port, ...file][0];
        if (!clash) return [];
        return [
          {
            range: use.place.range,
            message: `\`${use.name}\` and \`${clash.other.name}\` of \`${image.name}\` both take ${clash.what}: only one of them gets it.`,
            related: [{ location: { uri: context.uri, range: clash.other.place.range }, message: `\`${clash.other.name}\` is here` }],
          },
        ];
      }),
    ),
};
