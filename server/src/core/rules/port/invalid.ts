import type { Word } from '../../dockerfile/model.ts';
import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

/** EXPOSE names ports that exist. */
export const rule: DockerfileRule = {
  summary: 'EXPOSE names container ports from 0 to 65535, alone or as a range, with `tcp`, `udp` or `sctp`.',
  severity: 'error',
  aliases: ['DL3011', 'ExposeInvalidFormat', 'INVALID_PORT', 'INVALID_PROTO'],
  fixable: true,
  needs: ['EXPOSE'],
  check: (context) =>
    instructionsOf(context.file.instructions, 'EXPOSE').flatMap(({ words }) => words.flatMap((word) => reportOf(context, word) ?? [])),
};

function reportOf(context: DockerfileContext, word: Word): Report | undefined {
  const text = word.value.replace(/^(["'])(.*)\1$/, '$2');
  if (/[$\\<]/.test(text)) return undefined;
  const [, port = '', protocol = ''] = /^([^/]*)(?:\/(.*))?$/.exec(text) ?? [];
  const range = context.range(word);
  if (!/^(?:tcp|udp|sctp|)$/i.test(protocol)) {
    const message = `\`${protocol}\` is no protocol that Docker knows: \`tcp\`, \`udp\` or \`sctp\`. The build stops here.`;
    const start = word.end - protocol.length - (word.text.length > text.length ? 1 : 0);
    return { range: context.range({ start, end: start + protocol.length }), message, aliases: ['INVALID_PROTO'] };
  }
  if (port.includes(':')) return mapping(context, word, port, protocol);
  const [first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(port)?.slice(1) ?? [];
  if (first === undefined || last === undefined) {
    return {
      range,
      aliases: ['INVALID_PORT'],
      message: `\`${text}\` is no port: write a number or a range such as \`8000-8010\`. The build stops here.`,
    };
  }
  if (Number(first) > 65535 || Number(last) > 65535) {
    return { range, aliases: ['DL3011'], message: `\`${port}\` is out of range: ports go up to 65535. The build stops here.` };
  }
  if (Number(first) <= Number(last)) return undefined;
  return { range, aliases: [], message: `The range \`${port}\` goes backwards: write \`${last}-${first}\`. The build stops here.` };
}

/** Publishing is not up to the image; Docker takes the container's port and drops the rest. */
function mapping(context: DockerfileContext, word: Word, port: string, protocol: string): Report {
  const own = port.slice(port.lastIndexOf(':') + 1);
  const written = protocol === '' ? own : `${own}/${protocol}`;
  // An address and a host's port are dropped; anything else stops the build.
  const dropped = /^(?:(?:[\d.]+|\[[\da-f:.]+\]):)?(?:\d+(?:-\d+)?)?$/i.test(port.slice(0, port.lastIndexOf(':')));
  return {
    range: context.range(word),
    severity: dropped ? 'warning' : 'error',
    aliases: ['ExposeInvalidFormat'],
    message: `EXPOSE publishes nothing, so it takes neither an address nor a host's port: of \`${word.value}\` only \`${written}\` counts. Map ports where the container is started.`,
    fixes: /^\d+(?:-\d+)?$/.test(own) ? [replacement(context, word, written, `Write \`${written}\``)] : [],
  };
}
