/** How the server is started: with the Python of the project's environment. */

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where an interpreter may come from, the strongest first; an empty text is none. */
export interface Interpreters {
  /** What the setting `flake8-qdrant.interpreter` says. */
  readonly setting: string;
  /** The environment that is selected in the Python extension. */
  readonly selected: string | undefined;
}

/** Returns the command that starts the server. */
export function serverCommand(found: Interpreters, windows: boolean): Command {
  const interpreter = found.setting.trim() || found.selected || (windows ? "python" : "python3");
  return { command: interpreter, args: ["-m", "flake8_qdrant", "lsp"] };
}

/** Returns `${workspaceFolder}` and `~` in a path replaced, as VS Code does in its own settings. */
export function expanded(path: string, folder: string | undefined, home: string): string {
  const placed = path.replaceAll("${workspaceFolder}", folder ?? "");
  return placed.startsWith("~/") ? home + placed.slice(1) : placed;
}

/** Says what to do about a server that does not start. */
export function advice(command: Command, reason: string): string {
  return (
    `flake8-qdrant does not start with ${command.command}: ${reason}. ` +
    `Run "${command.command} -m pip install 'flake8-qdrant[lsp]'", or select another environment.`
  );
}
