/**
 * Terminal text: colours of ours, and the cleaning of text that is not ours. Only SGR (`ESC [ … m`) survives: other control sequences
 * could move the cursor, set titles or write to the clipboard (S18).
 */
const introducer = '\u001b[';

export function colored(code: string, text: string): string {
  return `${introducer}${code}m${text}${introducer}0m`;
}

export const bold = (text: string): string => colored('1', text);
export const dim = (text: string): string => colored('2', text);
export const red = (text: string): string => colored('31', text);
export const green = (text: string): string => colored('32', text);
export const yellow = (text: string): string => colored('33', text);

const sequences =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u009b[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const sgr = /^\u001b\[[0-9;:]*m$/;

/** The text with every control character removed but tab, line feed and SGR; carriage returns go too. */
export function safeText(text: string): string {
  return text.replace(sequences, (sequence) => (sgr.test(sequence) ? sequence : ''));
}

/** Terminal line ends. */
export function terminalLines(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}
