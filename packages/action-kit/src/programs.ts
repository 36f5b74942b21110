/** Runs other programs: no shell, an argument is an argument. The one caller of @actions/exec. */
import { exec } from '@actions/exec'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withoutStepOnly } from './clean-environment.ts'

export interface ProgramRun {
  readonly program: string
  readonly args: readonly string[]
  readonly folder?: string
  /** Beside what this process has. `undefined` takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** For its standard input, where secrets belong: they stand in no list of processes. */
  readonly input?: string
  /** Bytes of the standard output that are kept, the last ones; 1 MiB. */
  readonly keep?: number
  /** Told of each line of both outputs as it comes. */
  readonly onLine?: (line: string) => void
}

export interface ProgramEnd {
  readonly exitCode: number
  /** The last ones, at most as many bytes as were to be kept. */
  readonly stdout: string
  /** The last lines of both outputs, in the order in which they came. */
  readonly lines: readonly string[]
}

/** The program is not on this machine. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing'
}

/** Bytes of the standard output that are kept; a build prints a lot more. */
const KEPT = 1024 * 1024
const KEPT_LINES = 400

/** Throws {@link ProgramMissing}; any exit code is an answer. */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const out = new Tail(run.keep ?? KEPT)
  const lines: string[] = []
  const line = (text: string): void => {
    lines.push(text)
    if (lines.length > KEPT_LINES) lines.shift()
    run.onLine?.(text)
  }
  try {
    const exitCode = await exec(run.program, [...run.args], {
      ...(run.folder !== undefined && { cwd: run.folder }),
      env: withoutStepOnly({ ...process.env, ...run.environment }),
      ...(run.input !== undefined && { input: Buffer.from(run.input) }),
      silent: true,
      ignoreReturnCode: true,
      listeners: { stdout: (data) => out.add(data), stdline: line, errline: line },
    })
    return { exitCode, stdout: out.text(), lines }
  } catch (error) {
    if (/Unable to locate executable file/.test(String(error))) {
      throw new ProgramMissing(`There is no program ${run.program} on this machine.`, {
        cause: error,
      })
    }
    throw error
  }
}

/** Where docker keeps its settings and logins. */
export const dockerFolder = (): string => process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker')

/** A variable of the environment that an input names; `undefined` when it is not set. */
export const environmentVariable = (name: string): string | undefined => process.env[name]

/** The end of something long. */
class Tail {
  private chunks: Buffer[] = []
  private size = 0
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  add(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.size += chunk.length
    while (this.size - (this.chunks[0]?.length ?? 0) > this.most) {
      this.size -= this.chunks.shift()?.length ?? 0
    }
  }

  text(): string {
    return Buffer.concat(this.chunks).toString('utf8')
  }
}
