import type { LineOrigin, Location } from '../../../../server/src/protocol.ts';
import type { Diagnosis, ExecSession, LogLine, Plan } from '../../ports.ts';
import type { BuildView } from '../text/buildView.ts';

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Codicon. */
  readonly icon?: string;
  /** Ticked from the beginning, where several can be chosen. */
  readonly picked?: boolean;
  readonly value: T;
}

export interface Question<T> {
  readonly title: string;
  readonly placeholder: string;
  readonly choices: readonly Choice<T>[];
}

/** What the user started: shown in the views, the status bar and a cancellable notification. */
export interface Task {
  readonly verb: string;
  readonly service: string;
  readonly environment?: string;
}

/** Text in the place of a range of a file. */
export interface FileEdit {
  readonly location: Location;
  readonly text: string;
}

export interface NewFile {
  readonly uri: string;
  readonly text: string;
}

/** Read-only text with its title. */
export interface ShownText {
  readonly name: string;
  readonly text: string;
  readonly origins?: readonly LineOrigin[];
}

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly value?: string;
  /** A sentence about what is wrong with a text, or nothing. */
  problem(text: string): string | undefined;
}

export interface Action {
  readonly label: string;
  run(): void | Promise<void>;
}

/** A terminal that draws a view of builds. */
export interface BuildScreen {
  /** The view has something new. */
  changed(): void;
  /** The view has ended: the user may close the terminal, and the next one of this title takes its place. */
  end(): void;
}

/** A terminal whose keys go to a program elsewhere. */
export interface ShellTerminal {
  readonly columns: number;
  readonly rows: number;
  /** Shows bytes of the program, in UTF-8, as they come. */
  write(data: Uint8Array): void;
}

export interface LogScreen {
  lines(batch: readonly LogLine[]): void;
  end(text: string): void;
}

/** Everything that a command asks of the editor. Questions answer undefined when the user turns away. */
export interface Ui {
  pick<T>(question: Question<T>): Promise<T | undefined>;
  /** The ticked ones. */
  pickSeveral<T>(question: Question<T>): Promise<readonly T[] | undefined>;
  /** A typed answer equal to `expected`; false when the user turns away. */
  typeToConfirm(title: string, prompt: string, expected: string): Promise<boolean>;
  /** A modal question with one verb. */
  confirm(message: string, detail: string, verb: string): Promise<boolean>;
  /** A line of text; `problem` says what is wrong with it. Undefined when the user turns away. */
  input(question: TextQuestion): Promise<string | undefined>;
  /** Makes the edits, and leaves the file open and unsaved at the first of them. */
  applyEdits(edits: readonly FileEdit[]): Promise<void>;
  /** Makes the edits and saves the files; one that holds changes of the user's own is opened instead, for the user to save. */
  saveEdits(edits: readonly FileEdit[]): Promise<void>;
  inform(message: string, actions: readonly Action[]): void;
  warn(message: string, actions: readonly Action[]): void;
  /** Runs what the user started, with progress and cancel in view and status bar. */
  run<T>(task: Task, work: (report: (message: string) => void, signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Opens read-only text that nothing is written from; `name` is its title. Hover and definition tell the origins of its lines. */
  openText(name: string, language: string, text: string, origins?: readonly LineOrigin[]): Promise<void>;
  /** Opens two such texts in the diff editor. */
  openDiff(title: string, language: string, left: ShownText, right: ShownText): Promise<void>;
  /** Shows the plan; with `deployable` it answers whether the user chose Deploy. */
  showPlan(plan: Plan, deployable: boolean): Promise<boolean>;
  /** Answers the plan that is on screen, if there is one. */
  answerPlan(deploy: boolean): void;
  openLocation(location: Location): Promise<void>;
  /** Lists places in the editor's own list, at a place of its own. */
  showPlaces(at: Location, places: readonly Location[]): Promise<void>;
  /** Shows edits of files for the user to choose from; nothing is changed before. */
  previewEdits(title: string, edits: readonly FileEdit[]): Promise<void>;
  /** URIs of the workspace's files that match a glob. */
  findFiles(glob: string): Promise<readonly string[]>;
  /** URI of the first folder of the workspace. */
  workspaceFolder(): string | undefined;
  /** Makes a file that is not there yet and puts a snippet into it; one that is there is only opened. */
  createFile(uri: string, snippet: string): Promise<void>;
  /** Writes files that are not there yet, and opens the first. */
  createFiles(files: readonly NewFile[]): Promise<void>;
  /** The text of a file, as it stands in its editor. */
  readText(uri: string): Promise<string>;
  /** URI of the file in the active editor. */
  activeFile(): string | undefined;
  /** Shows Markdown beside the active editor, which keeps the focus. */
  showReport(name: string, markdown: string): Promise<void>;
  /** Shows Markdown as it is read, not as it is written. */
  showPage(name: string, markdown: string): Promise<void>;
  openWalkthrough(): Promise<void>;
  copy(text: string): Promise<void>;
  /** A terminal for builds; `stop` is called when the user closes it. */
  buildScreen(title: string, view: BuildView, stop: () => void): BuildScreen;
  logScreen(title: string, stop: () => void): LogScreen;
  /** A terminal for a program that `start` connects once the terminal's size is known; closing the terminal closes the session. */
  shell(title: string, start: (terminal: ShellTerminal) => Promise<ExecSession>): void;
  /** Opens an address in the browser. */
  openExternal(url: string): Promise<void>;
  /** A line of text that is told as it is typed; the last word is `undefined` when the user turns away. */
  typing(title: string, placeholder: string, value: string, changed: (text: string | undefined) => void): void;
  /** Shows the delivery board, or brings it to the front. */
  showBoard(): void;
  /** How many earlier lines of each instance a tail begins with. */
  logTail(): number;
  /** Puts a build's error on the line of the file that is to blame; without problem takes the service's last one away. */
  markBuild(service: string, problem?: { readonly file: string; readonly line: number; readonly message: string }): void;
  /** Keeps why a service is not well, marks its manifest, and lets Show Diagnosis find it; without diagnosis forgets it. */
  keepDiagnosis(location: Location, service: string, environment: string, diagnosis?: Diagnosis): void;
  /** The diagnosis kept for a service in an environment. */
  keptDiagnosis(service: string, environment: string): Diagnosis | undefined;
  /** The failure's one place. */
  failed(error: unknown, actions: readonly Action[]): void;
}
