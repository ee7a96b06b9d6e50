import type { Span } from '../../dockerfile/model.ts';
import { isInside, resolvePath } from '../../dockerfile/paths.ts';
import { demandedBy, shippedInstructions } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';

/** Logs go where they are collected, not into the container's own layer. */
export const rule: DockerfileRule = {
  summary: 'Logs go to the output or to a collected directory, not into the writable layer.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['ENV', 'CMD', 'ENTRYPOINT'],
  check(context) {
    const { logs, directories } = context.standards?.policy ?? {};
    if (context.layer !== 'app' || logs === 'any' || (logs === undefined && directories?.logs === undefined)) return [];
    const place = directories?.logs === undefined ? 'the standard output' : `the standard output or \`${directories.logs}\``;
    return writtenLogs(context)
      .filter(({ path }) => !isCollected(context, path))
      .map(({ path, span }) => ({
        range: context.range(span),
        message: `\`${path}\` lies in the writable layer of the container: nobody collects it, it fills the disk of the host and goes with the container. Write to ${place}.`,
        related: demandedBy(context, logs === undefined ? 'directories.logs' : 'logs.require'),
      }));
  },
};

interface WrittenLog {
  readonly path: string;
  readonly span: Span;
}

const variable = /(?:^|_)LOGS?_?(?:FILE|PATH|DIR|DIRECTORY|FOLDER|HOME)$/;
/** `> /x.log` in the shell form, `--log-file=/x`, `--access-logfile /x`, `-Xloggc:/x`. */
const written = />>?\s*(\/[\w./-]*\.(?:log|out)\b)|--?[\w-]*log-?(?:file|path|dir)[=\s"',]+(\/[\w./-]+)|-Xloggc:(\/[\w./-]+)/g;

function writtenLogs({ file, ...context }: DockerfileContext): readonly WrittenLog[] {
  return shippedInstructions({ file, ...context }).flatMap((instruction): WrittenLog[] => {
    if (instruction.kind === 'ENV') {
      return instruction.pairs.flatMap(({ name, value }) =>
        value && variable.test(name.value) && /^\/[\w./-]+$/.test(value.value) ? [{ path: value.value, span: value }] : [],
      );
    }
    if (instruction.kind !== 'CMD' && instruction.kind !== 'ENTRYPOINT') return [];
    const { start, end } = instruction.body;
    return [...file.text.slice(start, Math.min(end, start + 5000)).matchAll(written)].map((match) => {
      const path = match[1] ?? match[2] ?? match[3] ?? '';
      const at = start + match.index + match[0].length - path.length;
      return { path, span: { start: at, end: at + path.length } };
    });
  });
}

/** Devices, the directory of the standards, volumes, and what the manifest collects. */
function isCollected(context: DockerfileContext, path: string): boolean {
  const root = rootOfTarget(context)?.root;
  const config = root?.kind === 'image' ? root.catalogue?.image.config : undefined;
  const own = shippedInstructions(context).flatMap((instruction) =>
    instruction.kind === 'VOLUME' ? instruction.words.map(({ value }) => value) : [],
  );
  const files = (context.manifest?.logFiles ?? []).map((file) => file.replace(/\/[^/]*\*.*$/, ''));
  const folders = ['/dev', '/proc', context.standards?.policy.directories.logs, ...(config?.volumes ?? []), ...own, ...files];
  const at = resolvePath('/', path);
  return folders.some((folder) => folder?.startsWith('/') && isInside(at, resolvePath('/', folder)));
}
