const part = String.raw`'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]`;

/**
 * Words of a command as a shell would cut them, without anything that a shell would do beyond that; what is wrong with it otherwise.
 * Quotes and backslashes as in POSIX (pubs.opengroup.org, Shell Command Language, 2.2).
 */
export function splitCommand(text: string): readonly string[] | string {
  const whole = new RegExp(String.raw`(?:${part}|[^\s'"\\])+`, 'g');
  const words = text.match(whole) ?? [];
  const open = text.replace(whole, '').trim();
  if (open !== '') return `\`build.artifact.command\` has a \`${open.charAt(0)}\` that is not closed.`;
  const shell = words.flatMap((word) => /[|&;<>()$`]/.exec(word.replace(/'[^']*'|\\[\s\S]/g, '').replace(/"[^"$`]*"/g, '')) ?? [])[0];
  if (shell)
    return `\`build.artifact.command\` is run without a shell: \`${shell}\` means nothing there. Put it into a script, or into \`sh -c '…'\`.`;
  return words.length > 0 ? words.map(unquoted) : '`build.artifact.command` is empty.';
}

function unquoted(word: string): string {
  return word.replace(new RegExp(part, 'g'), (one) => {
    if (one.startsWith('\\')) return one.slice(1);
    const inside = one.slice(1, -1);
    return one.startsWith("'") ? inside : inside.replace(/\\(["\\$`])/g, '$1');
  });
}
