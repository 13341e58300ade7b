/** Starts the language server from the selected Python environment, and starts it anew on request. */

import { homedir } from "node:os";
import * as vscode from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  TransportKind,
} from "vscode-languageclient/node";
import { advice, type Command, expanded, serverCommand } from "./command";

const NAME = "flake8-qdrant";
const PYTHON_EXTENSION = "ms-python.python";

/** What is used of the Python extension's API. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(path: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

let client: LanguageClient | undefined;
let log: vscode.LogOutputChannel;
/** Starts and stops one after the other, however often somebody asks. */
let last: Promise<void> = Promise.resolve();

export function activate(context: vscode.ExtensionContext): void {
  log = vscode.window.createOutputChannel(NAME, { log: true });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand(`${NAME}.restart`, restart),
    vscode.commands.registerCommand(`${NAME}.showLog`, () => {
      log.show();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const counts = ["interpreter", "diagnosticMode"].some((key) =>
        event.affectsConfiguration(`${NAME}.${key}`),
      );
      if (counts) {
        void restart();
      }
    }),
  );
  void watchEnvironments(context).then(restart);
}

export async function deactivate(): Promise<void> {
  await last;
  await client?.dispose();
}

function restart(): Promise<void> {
  last = last.then(stop).then(start);
  return last;
}

async function stop(): Promise<void> {
  const stopped = client;
  client = undefined;
  try {
    await stopped?.dispose();
  } catch (error) {
    log.warn(`the server did not stop: ${String(error)}`);
  }
}

async function start(): Promise<void> {
  const command = await findCommand();
  log.info(`starting ${command.command} ${command.args.join(" ")}`);
  const mode = vscode.workspace.getConfiguration(NAME).get<string>("diagnosticMode");
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "vscode-notebook-cell", language: "python" },
    ],
    initializationOptions: { diagnosticMode: mode },
    outputChannel: log,
  };
  const server = {
    command: command.command,
    args: [...command.args],
    transport: TransportKind.stdio,
  };
  const started = new LanguageClient(NAME, NAME, server, options);
  client = started;
  try {
    await started.start();
  } catch (error) {
    client = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    const choice = await vscode.window.showErrorMessage(advice(command, reason), "Show Log");
    if (choice !== undefined) {
      log.show();
    }
  }
}

async function findCommand(): Promise<Command> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const setting = vscode.workspace.getConfiguration(NAME, folder).get<string>("interpreter") ?? "";
  return serverCommand(
    { setting: expanded(setting, folder?.fsPath, homedir()), selected: await selected(folder) },
    process.platform === "win32",
  );
}

/** Returns the interpreter of the environment that is selected in the Python extension. */
async function selected(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const api = await pythonApi();
  if (api === undefined) {
    return undefined;
  }
  const path = api.environments.getActiveEnvironmentPath(folder);
  const environment = await api.environments.resolveEnvironment(path);
  return environment?.executable.uri?.fsPath;
}

async function watchEnvironments(context: vscode.ExtensionContext): Promise<void> {
  const api = await pythonApi();
  if (api !== undefined) {
    context.subscriptions.push(
      api.environments.onDidChangeActiveEnvironmentPath(() => {
        void restart();
      }),
    );
  }
}

async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>(PYTHON_EXTENSION);
  try {
    return await extension?.activate();
  } catch (error) {
    log.warn(`the Python extension does not answer: ${String(error)}`);
    return undefined;
  }
}
