/** How the server is started, from what is set and selected. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { advice, expanded, serverCommand } from "../dist/command.mjs";

const ARGS = ["-m", "flake8_qdrant", "lsp"];

test("the setting wins over the selected environment, and that over the path", () => {
  const both = { setting: " /a/python ", selected: "/b/python" };
  assert.deepEqual(serverCommand(both, false), { command: "/a/python", args: ARGS });
  assert.equal(serverCommand({ ...both, setting: "" }, false).command, "/b/python");
  assert.equal(serverCommand({ setting: "", selected: undefined }, false).command, "python3");
  assert.equal(serverCommand({ setting: "", selected: undefined }, true).command, "python");
});

test("a path may begin at the workspace's folder or at home", () => {
  assert.equal(expanded("${workspaceFolder}/.venv/bin/python", "/w", "/h"), "/w/.venv/bin/python");
  assert.equal(expanded("~/python", undefined, "/h"), "/h/python");
  assert.equal(expanded("/usr/bin/python3", "/w", "/h"), "/usr/bin/python3");
});

test("whoever lacks the server is told what to install, and where", () => {
  const said = advice({ command: "/b/python", args: ARGS }, "no");
  assert.match(said, /"\/b\/python -m pip install 'flake8-qdrant\[lsp\]'"/);
});
