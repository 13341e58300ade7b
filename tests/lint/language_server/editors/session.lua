-- A session in Neovim: open a file, see its findings, follow a chain, repair, see another change.
-- Prints one line of JSON for each thing that is seen. Arguments: the server's command, a file, and
-- the file that its chain leads to.
local server, file, other = vim.env.SERVER, vim.env.FILE, vim.env.OTHER

local function say(what, value)
  io.stdout:write(vim.fn.json_encode({ what = what, value = value }) .. "\n")
end

local function diagnostics(buffer)
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, { line = one.lnum + 1, column = one.col + 1, code = one.code, message = one.message })
  end
  return found
end

local function until_count(buffer, count)
  local ok = vim.wait(60000, function() return #vim.diagnostic.get(buffer) == count end, 20)
  if not ok then
    say("gave up", diagnostics(buffer))
    vim.cmd("cquit 1")
  end
end

local client = vim.lsp.start_client({
  name = "flake8-qdrant",
  cmd = { server, "lsp" },
  root_dir = vim.env.ROOT,
})
vim.cmd("edit " .. file)
local first = vim.api.nvim_get_current_buf()
vim.lsp.buf_attach_client(first, client)
until_count(first, 1)
say("findings", diagnostics(first))

-- Follow the chain.
local related = vim.diagnostic.get(first)[1].user_data.lsp.relatedInformation[1]
vim.lsp.util.jump_to_location(related.location, "utf-16")
local second = vim.api.nvim_get_current_buf()
vim.lsp.buf_attach_client(second, client)
say("followed", {
  file = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(second), ":t"),
  line = vim.api.nvim_get_current_line(),
})

-- Edit there, without saving: the finding in the first file goes, and comes back with an undo.
vim.api.nvim_set_current_line("        return repr(text)")
until_count(first, 0)
say("after the edit", diagnostics(first))
vim.cmd("undo")
until_count(first, 1)
say("after undo", diagnostics(first))

-- Hover, and a repair.
vim.cmd("edit " .. other)
local third = vim.api.nvim_get_current_buf()
vim.lsp.buf_attach_client(third, client)
until_count(third, 1)
local found = vim.diagnostic.get(third)[1]
local place = {
  textDocument = { uri = vim.uri_from_bufnr(third) },
  position = { line = found.lnum, character = found.col },
}
local hover = vim.lsp.buf_request_sync(third, "textDocument/hover", place, 60000)[client].result
say("hover", vim.split(hover.contents.value, "\n")[1])
place.range = { start = place.position, ["end"] = place.position }
place.context = { diagnostics = {} }
local actions = vim.lsp.buf_request_sync(third, "textDocument/codeAction", place, 60000)[client].result
vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
until_count(third, 0)
say("repaired", vim.api.nvim_buf_get_lines(third, found.lnum, found.lnum + 1, false)[1])
vim.lsp.stop_client(client)
vim.cmd("qall!")
