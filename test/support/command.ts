/** Runs another program, as a user would in a terminal. */
import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  /** What a person would see: both streams as they came. */
  readonly output: string
}

/**
 * Runs a program while this process goes on, so that servers in it can answer. `input` goes to its stdin, where
 * secrets belong. Resolves whatever its exit code is.
 */
export function run(
  program: string,
  args: readonly string[],
  options: {
    readonly input?: string | Readable
    readonly env?: Readonly<Record<string, string>>
    /** This process's own when not given. */
    readonly folder?: string
  } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...options.env },
      cwd: options.folder,
    })
    let stdout = ''
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.once('error', reject)
    child.once('close', (exitCode) => {
      resolve({ exitCode, stdout: stdout.trim(), output })
    })
    child.stdin.on('error', () => undefined)
    if (typeof options.input === 'object') options.input.pipe(child.stdin)
    else child.stdin.end(options.input)
  })
}
