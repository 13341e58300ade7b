/** A client on VS Code's own protocol library pulls diagnostics, and is never pushed any. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import protocol from "vscode-languageserver-protocol/node.js";

const PYTHON = process.env.FLAKE8_QDRANT_PYTHON ?? "python3";
const LOST = `from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient()


async def store() -> None:
    client.upsert("docs", points=[])
`;

let folder, server, connection, capabilities;
const pushed = [];
const registered = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "pull-"));
  await writeFile(join(folder, "pyproject.toml"), "");
  await writeFile(join(folder, "lost.py"), LOST);
  server = spawn(PYTHON, ["-m", "flake8_qdrant", "lsp"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  connection = protocol.createProtocolConnection(server.stdout, server.stdin);
  connection.onNotification(protocol.PublishDiagnosticsNotification.type, (one) =>
    pushed.push(one),
  );
  connection.onRequest(protocol.RegistrationRequest.type, (one) => {
    registered.push(...one.registrations);
  });
  connection.onRequest(protocol.DiagnosticRefreshRequest.type, () => {});
  connection.listen();
  const root = pathToFileURL(folder).href;
  const answer = await connection.sendRequest(protocol.InitializeRequest.type, {
    processId: process.pid,
    rootUri: root,
    workspaceFolders: [{ uri: root, name: "pull" }],
    capabilities: {
      general: { positionEncodings: ["utf-16"] },
      textDocument: {
        diagnostic: { dynamicRegistration: false, relatedDocumentSupport: false },
        publishDiagnostics: { relatedInformation: true },
      },
      workspace: {
        diagnostics: { refreshSupport: true },
        didChangeWatchedFiles: { dynamicRegistration: true },
        workspaceFolders: true,
      },
    },
  });
  capabilities = answer.capabilities;
  await connection.sendNotification(protocol.InitializedNotification.type, {});
});

after(async () => {
  await connection.sendRequest(protocol.ShutdownRequest.type);
  await connection.sendNotification(protocol.ExitNotification.type);
  const code = await new Promise((resolve) => server.once("exit", resolve));
  connection.dispose();
  await rm(folder, { recursive: true });
  assert.equal(code, 0);
});

function pull(uri, previousResultId) {
  const params = { textDocument: { uri }, previousResultId };
  return connection.sendRequest(protocol.DocumentDiagnosticRequest.type, params);
}

test("diagnostics are pulled, unchanged ones are not sent again, and none is pushed", async () => {
  assert.equal(capabilities.diagnosticProvider.interFileDependencies, true);
  assert.equal(capabilities.diagnosticProvider.workspaceDiagnostics, false);
  const uri = pathToFileURL(join(folder, "lost.py")).href;
  const document = { uri, languageId: "python", version: 1, text: LOST };
  await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, {
    textDocument: document,
  });
  const first = await pull(uri);
  assert.deepEqual(
    first.items.map((one) => [one.code, one.range.start.line, one.range.start.character]),
    [["QDR201", 6, 4]],
  );
  assert.equal((await pull(uri, first.resultId)).kind, "unchanged");
  await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 2 },
    contentChanges: [
      {
        range: { start: { line: 6, character: 4 }, end: { line: 6, character: 4 } },
        text: "await ",
      },
    ],
  });
  const second = await pull(uri, first.resultId);
  assert.deepEqual([second.kind, second.items], ["full", []]);
  assert.deepEqual(pushed, []);
  assert.equal(registered[0]?.method, "workspace/didChangeWatchedFiles");
});

test("a request that is cancelled is answered so, and the next one is served", async () => {
  const uri = pathToFileURL(join(folder, "lost.py")).href;
  await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 3 },
    contentChanges: [{ text: LOST }],
  });
  const source = new protocol.CancellationTokenSource();
  const params = { textDocument: { uri } };
  const asked = connection.sendRequest(
    protocol.DocumentDiagnosticRequest.type,
    params,
    source.token,
  );
  source.cancel();
  // It may have been answered before it was cancelled.
  await asked.catch((error) => assert.equal(error.code, protocol.LSPErrorCodes.RequestCancelled));
  assert.equal((await pull(uri)).items.length, 1);
});
