import { isInside, resolvePath } from '../../dockerfile/paths.ts';
import type { Span, Word } from '../../dockerfile/spans.ts';
import { demandedBy, shippedInstructions } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';
import type { Report } from '../rule.ts';

/** The application lives where the standards say. */
export const rule: DockerfileRule = {
  summary: 'WORKDIR, COPY and VOLUME of an application keep to the directories of the standards.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['WORKDIR', 'VOLUME', 'COPY', 'ADD'],
  check(context) {
    const { app, logs } = context.standards?.policy.directories ?? {};
    if (context.layer !== 'app' || app === undefined) return [];
    return [
      ...workdirReports(context, app),
      ...shippedInstructions(context).flatMap((instruction) => {
        if (instruction.kind === 'VOLUME') return instruction.words.flatMap((word) => volumeReport(context, word, app, logs) ?? []);
        if (instruction.kind !== 'COPY' && instruction.kind !== 'ADD') return [];
        const to = instruction.destination;
        if (!to || !home.test(to.value) || isAllowed(context, resolvePath('/', to.value))) return [];
        return [reportOf(context, to, `Applications live in \`${app}\` by the standards, not in \`${to.value}\`.`, 'app')];
      }),
    ];
  },
};

function reportOf(context: DockerfileContext, span: Span, message: string, path: 'app' | 'logs'): Report {
  return { range: context.range(span), message, related: demandedBy(context, `directories.${path}`) };
}

function workdirReports(context: DockerfileContext, app: string): readonly Report[] {
  const last = shippedInstructions(context).findLast((instruction) => instruction.kind === 'WORKDIR');
  const workdir = rootOfTarget(context)?.workdir;
  if (last?.kind !== 'WORKDIR' || !last.value || workdir === undefined || isAllowed(context, workdir)) return [];
  const message = `Applications live in \`${app}\` by the standards, and this container starts in \`${workdir}\`: volumes, logs and support look in \`${app}\`.`;
  return [reportOf(context, last.value, message, 'app')];
}

function volumeReport(context: DockerfileContext, word: Word, app: string, logs: string | undefined): Report | undefined {
  const path = resolvePath('/', word.value);
  if (isInside(app, path)) {
    return reportOf(
      context,
      word,
      `A volume over \`${app}\` hides the application of this image behind that of an older container.`,
      'app',
    );
  }
  if (logs === undefined || !/(?:^|\/)logs?(?:\/|$)/.test(path) || isInside(path, logs)) return undefined;
  return reportOf(context, word, `Logs belong into \`${logs}\` by the standards: from \`${path}\` nobody collects them.`, 'logs');
}

/** Where applications are put by habit. */
const home = /^\/(?:app|apps|application|srv|code|src|work|workspace|project|home|root|data|usr\/(?:src|app)|var\/(?:www|app))(?:\/|$)/;

/** Below the application's or the logs' directory, or below a folder that the base image names in a variable or starts in. */
function isAllowed(context: DockerfileContext, path: string): boolean {
  const { app, logs } = context.standards?.policy.directories ?? {};
  const root = rootOfTarget(context)?.root;
  const config = root?.kind === 'image' ? root.catalogue?.image.config : undefined;
  const folders = [app, logs, config?.workdir, ...Object.values(config?.env ?? {})];
  return folders.some(
    (folder) => folder !== undefined && folder.length > 1 && folder.startsWith('/') && isInside(path, folder.replace(/\/+$/, '')),
  );
}
