// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of snippets
/** Short reference of the instructions, with links to https://docs.docker.com/reference/dockerfile/. */
export interface InstructionReference {
  readonly summary: string;
  readonly forms: readonly string[];
  /** Snippet behind the keyword in completion. */
  readonly snippet: string;
  readonly flags: readonly string[];
}

const table: Readonly<Record<string, InstructionReference>> = {
  ADD: {
    summary: 'Copies files, and unpacks local archives or fetches URLs and Git repositories. For plain files use COPY.',
    forms: ['ADD [OPTIONS] <src> ... <dest>', 'ADD [OPTIONS] ["<src>", ... "<dest>"]'],
    snippet: 'ADD ${1:source} ${2:destination}',
    flags: ['--checksum=', '--chmod=', '--chown=', '--exclude=', '--keep-git-dir', '--link', '--unpack'],
  },
  ARG: {
    summary: 'Declares a variable of the build. It ends with the stage; before the first FROM it is for FROM lines alone.',
    forms: ['ARG <name>[=<default value>] ...'],
    snippet: 'ARG ${1:NAME}=${2:default}',
    flags: [],
  },
  CMD: {
    summary: 'The default command, or the default arguments of ENTRYPOINT. The last one counts.',
    forms: ['CMD ["executable", "param1"]', 'CMD ["param1"]', 'CMD command param1'],
    snippet: 'CMD ["${1:program}"]',
    flags: [],
  },
  COPY: {
    summary: 'Copies files from the build context, from another stage or from an image.',
    forms: ['COPY [OPTIONS] <src> ... <dest>', 'COPY [OPTIONS] ["<src>", ... "<dest>"]'],
    snippet: 'COPY ${1:source} ${2:destination}',
    flags: ['--chmod=', '--chown=', '--exclude=', '--from=', '--link', '--parents'],
  },
  ENTRYPOINT: {
    summary: 'The program that the container runs. It replaces that of the base image, its supervisor included.',
    forms: ['ENTRYPOINT ["executable", "param1"]', 'ENTRYPOINT command param1'],
    snippet: 'ENTRYPOINT ["${1:program}"]',
    flags: [],
  },
  ENV: {
    summary: 'Sets environment variables for the rest of the stage and for the container. Everyone with the image can read them.',
    forms: ['ENV <key>=<value> ...'],
    snippet: 'ENV ${1:NAME}=${2:value}',
    flags: [],
  },
  EXPOSE: {
    summary: 'Documents the ports that the program listens on. It publishes nothing.',
    forms: ['EXPOSE <port>[/<protocol>] ...'],
    snippet: 'EXPOSE ${1:8080}',
    flags: [],
  },
  FROM: {
    summary: 'Begins a stage on an image, on an earlier stage, or on nothing (`scratch`).',
    forms: ['FROM [--platform=<platform>] <image>[:<tag>][@<digest>] [AS <name>]'],
    snippet: 'FROM ${1:image}',
    flags: ['--platform='],
  },
  HEALTHCHECK: {
    summary: 'How Docker tests that the container works. Kubernetes ignores it and has probes.',
    forms: ['HEALTHCHECK [OPTIONS] CMD command', 'HEALTHCHECK NONE'],
    snippet: 'HEALTHCHECK CMD ${1:command}',
    flags: ['--interval=', '--retries=', '--start-interval=', '--start-period=', '--timeout='],
  },
  LABEL: {
    summary: 'Adds metadata to the image.',
    forms: ['LABEL <key>=<value> ...'],
    snippet: 'LABEL ${1:key}="${2:value}"',
    flags: [],
  },
  MAINTAINER: {
    summary: 'Deprecated. Use the label `org.opencontainers.image.authors`.',
    forms: ['MAINTAINER <name>'],
    snippet: 'LABEL org.opencontainers.image.authors="${1:name}"',
    flags: [],
  },
  ONBUILD: {
    summary: 'An instruction that runs when another image is built on this one.',
    forms: ['ONBUILD INSTRUCTION'],
    snippet: 'ONBUILD ${1:RUN}',
    flags: [],
  },
  RUN: {
    summary: 'Runs commands and keeps what they change as a layer. What must not stay has to go in the same RUN.',
    forms: ['RUN [OPTIONS] command ...', 'RUN [OPTIONS] ["command", ...]', 'RUN <<EOF'],
    snippet: 'RUN ${1:command}',
    flags: ['--device=', '--mount=', '--network=', '--security='],
  },
  SHELL: {
    summary: 'The shell for the shell form of RUN, CMD and ENTRYPOINT.',
    forms: ['SHELL ["executable", "parameters"]'],
    snippet: 'SHELL ["${1:/bin/bash}", "${2:-c}"]',
    flags: [],
  },
  STOPSIGNAL: {
    summary: 'The signal that asks the program to end.',
    forms: ['STOPSIGNAL signal'],
    snippet: 'STOPSIGNAL ${1:SIGTERM}',
    flags: [],
  },
  USER: {
    summary: 'The user for the rest of the stage and for the container. A number works where names cannot be checked.',
    forms: ['USER <user>[:<group>]', 'USER <UID>[:<GID>]'],
    snippet: 'USER ${1:10001}',
    flags: [],
  },
  VOLUME: {
    summary: 'Folders whose content is kept outside of the image.',
    forms: ['VOLUME ["/data"]'],
    snippet: 'VOLUME ["${1:/data}"]',
    flags: [],
  },
  WORKDIR: {
    summary: 'The working directory for the rest of the stage and for the container. It is created when it is missing.',
    forms: ['WORKDIR /path/to/workdir'],
    snippet: 'WORKDIR ${1:/opt/app}',
    flags: [],
  },
};

/** The reference of an instruction by its keyword in capitals. */
export function instructionReference(keyword: string): InstructionReference | undefined {
  return Object.hasOwn(table, keyword) ? table[keyword] : undefined;
}

export function referenceLink(keyword: string): string {
  return `https://docs.docker.com/reference/dockerfile/#${keyword.toLowerCase()}`;
}

/** All keywords, in the order of the alphabet. */
export const documentedKeywords: readonly string[] = Object.keys(table);

const flagTable: Readonly<Record<string, string>> = {
  checksum: 'the digest that a fetched file must have',
  chmod: 'the mode of the files, octal or symbolic',
  chown: 'user and group that own the files; root by default, whatever USER says',
  device: 'a device of the builder that the commands may use',
  exclude: 'leaves out what matches a pattern; can be given more than once',
  from: 'the stage, image or named context that files are taken from',
  interval: 'time between two tests, 30s by default',
  'keep-git-dir': 'keeps `.git` of a repository that is added',
  link: 'puts the files into a layer that does not depend on those before it, so that it can be reused',
  mount: 'something that is there during this RUN alone: cache, secret, ssh, tmpfs, or files without a copy',
  network: 'the network that the commands run in',
  parents: 'keeps the folders of the sources',
  platform: 'the platform of the image',
  retries: 'failures in a row that make the container unhealthy, 3 by default',
  security: 'the sandbox that the commands run in',
  'start-interval': 'time between two tests while the container starts, 5s by default',
  'start-period': 'time in which failures do not count, 0s by default',
  timeout: 'longest time of one test, 30s by default',
  unpack: 'whether archives are unpacked',
};

/** What a flag of an instruction does; undefined when the instruction has no such flag. */
export function flagReference(keyword: string, name: string): string | undefined {
  const known = instructionReference(keyword)?.flags.some((flag) => flag.replace(/^--|=$/g, '') === name);
  return known ? flagTable[name] : undefined;
}
