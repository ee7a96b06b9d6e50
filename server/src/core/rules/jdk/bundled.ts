import type { CopyInstruction, Instruction, Span } from '../../dockerfile/model.ts';
import { packageCall } from '../../dockerfile/packages.ts';
import type { ShellCommand } from '../../dockerfile/shellModel.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';
import type { Report } from '../rule.ts';

/** The JDK comes from where the standards put it, not with every application. */
export const rule: DockerfileRule = {
  summary: 'The application layer brings no JDK when the host or the base image provides one.',
  severity: 'error',
  aliases: [],
  fixable: false,
  needs: ['RUN', 'COPY', 'ADD'],
  check(context) {
    const provider = providerOf(context);
    if (context.layer !== 'app' || !provider) return [];
    return context.chain.flatMap((stage) => stage.instructions.flatMap((instruction) => bundled(context, instruction, provider)));
  },
};

/** Who provides the JDK, as the end of a sentence; undefined when the application has to bring its own. */
function providerOf(context: DockerfileContext): string | undefined {
  const root = rootOfTarget(context)?.root;
  const base = root?.kind === 'image' ? root.catalogue?.image : undefined;
  const component = context.standards?.components.find(({ name }) => name === 'jdk');
  const mode = base?.jdk?.mode ?? component?.mode;
  const path = component?.mountPath ? ` at \`${component.mountPath}\`` : '';
  if (mode === 'hostMount') return `the standards mount it from the host${path}`;
  if (mode === 'imageVolume') return `the standards mount it from an image${path}`;
  const inBase = base?.jdk ?? base?.components.find(({ name }) => name === 'jdk');
  return base && inBase ? `the base image \`${base.name}\` has it` : undefined;
}

const packagePattern =
  /^(?:openjdk[-\d]|java-(?:\d|latest|openjdk)|default-j(?:dk|re)|(?:temurin|zulu|semeru|msopenjdk|graalvm|oracle-?jdk|jdk|jre)[-\d]|(?:jdk|jre)$|.*-corretto|liberica|bellsoft-java)/i;
const archivePattern = /(?:^|[/_-])(?:open)?(?:jdk|jre)[^/\s]*\.(?:tar(?:\.\w+)?|tgz|zip|rpm|deb|bin)\b/i;
const folderPattern = /(?:^|\/)(?:java|jdk|jre|jvm|(?:open)?jdk-?\d+[^/]*|jre-?\d+[^/]*)(?:\/|$)/i;
const imagePattern =
  /(?:^|\/)(?:openjdk|eclipse-temurin|temurin|amazoncorretto|corretto|sapmachine|zulu-openjdk|liberica[^:@/]*|ibm-semeru[^:@/]*|jdk|jre)(?:[:@]|$)/i;

function bundled(context: DockerfileContext, instruction: Instruction, provider: string): Report[] {
  const inner = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
  if (inner?.kind === 'RUN')
    return inner.script.commands.flatMap((command) => spansIn(command)).map((span) => report(context, span, provider));
  if (inner?.kind !== 'COPY' && inner?.kind !== 'ADD') return [];
  return inner.sources.filter((source) => isJdkSource(context, inner, source.value)).map((span) => report(context, span, provider));
}

function isJdkSource(context: DockerfileContext, copy: CopyInstruction, source: string): boolean {
  if (copy.kind === 'ADD' || !copy.from) return archivePattern.test(source);
  const stage = context.file.stages.find(({ name }) => name?.toLowerCase() === copy.from?.value.toLowerCase());
  const state = stage && context.states[stage.index];
  const image = state ? (state.root.kind === 'image' ? state.root.reference : '') : copy.from.value;
  return folderPattern.test(source) && (imagePattern.test(image) || /(?:jdk|jre|jvm)/i.test(source));
}

function spansIn(command: ShellCommand): readonly Span[] {
  const call = packageCall(command);
  if (call?.action === 'install') return call.packages.filter((word) => packagePattern.test(baseOf(word.value)));
  if (command.name === 'curl' || command.name === 'wget') {
    return command.words
      .slice(1)
      .filter((word) => /^(?:https?|ftp):/i.test(word.value) && archivePattern.test(word.value))
      .slice(0, 1);
  }
  const sdk = command.name === 'sdk' && command.words[1]?.value === 'install' && command.words[2]?.value === 'java';
  return sdk ? [{ start: command.start, end: command.words[2]?.end ?? command.end }] : [];
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function report(context: DockerfileContext, span: Span, provider: string): Report {
  return {
    range: context.range(span),
    message: `A JDK in the application layer: ${provider}. One more copy is patched by nobody and makes the image some 200 MB larger. Remove it.`,
  };
}
