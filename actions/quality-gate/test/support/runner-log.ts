/** Reads the log of a step as the runner does (actions/runner, ActionCommand.cs and ActionCommandManager.cs). */

export interface RunnerLog {
  /** What it would have done, in order: 'group lint — passed', 'set-output x'. */
  readonly commands: readonly string[]
  /** What people see. */
  readonly lines: readonly string[]
}

const KNOWN = new Set(
  'add-mask add-matcher add-path debug echo endgroup error group notice remove-matcher save-state set-env set-output stop-commands warning'.split(
    ' ',
  ),
)

export function readRunnerLog(text: string): RunnerLog {
  const commands: string[] = []
  const lines: string[] = []
  let token: string | undefined
  // It reads lines as .NET does: a carriage return alone ends one too.
  for (const line of text.split(/\r\n|\r|\n/)) {
    const command = parse(line, token)
    if (command === undefined || (token !== undefined && command.name !== token)) lines.push(line)
    else if (token !== undefined) token = undefined
    else if (command.name === 'stop-commands') token = command.data
    else commands.push(`${command.name} ${command.data}`.trim())
  }
  return { commands, lines }
}

interface Command {
  readonly name: string
  readonly data: string
}

function parse(line: string, token: string | undefined): Command | undefined {
  const known = (name = ''): boolean => KNOWN.has(name.toLowerCase()) || name === token
  const [, newName, newData = ''] = /^\s*::([^ ]*?)(?: .*?)?::(.*)$/.exec(line) ?? []
  if (known(newName)) return { name: newName ?? '', data: newData }
  const [, oldName, oldData = ''] = /##\[([^ \]]*)[^\]]*\](.*)$/.exec(line) ?? []
  return known(oldName) ? { name: oldName ?? '', data: oldData } : undefined
}
