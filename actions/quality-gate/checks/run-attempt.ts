/** One attempt of a check: a process tree, and two files with all that it printed. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  CannotStart,
  ProgramMissing,
  runProcessTree,
  type realClock,
} from '@ecs-pipeline/action-kit'
import type { Attempt, AttemptEnd, CheckCommand, CheckRun } from './check-run.ts'
import type { CheckOutput } from './check-output.ts'

export interface AttemptTools {
  readonly output: CheckOutput
  /** Exists. */
  readonly logFolder: string
  readonly signal: AbortSignal
  readonly clock: typeof realClock
}

/** Lines that an attempt carries with it. */
const LAST_LINES = 40

export async function runAttempt(
  check: CheckRun,
  number: number,
  { output, logFolder, signal, clock }: AttemptTools,
): Promise<Attempt> {
  // An id is no path, whatever is in it.
  const name = join(logFolder, `${encodeURIComponent(check.id)}-${number}`)
  const [logFile, stdoutFile] = [`${name}.log`, `${name}.stdout`]
  output.file = logFile
  const lastLines: string[] = []
  const file = new LogFile(logFile)
  const startedAt = clock.now()
  try {
    const end = await runProcessTree({
      ...programOf(check.command),
      folder: check.folder,
      environment: check.environment,
      timeoutSeconds: check.timeoutSeconds,
      signal,
      clock,
      stdoutFile,
      onLine: (line, stream) => {
        if (check.hidesStdout === true && stream === 'stdout') return
        file.add(line)
        output.add(line)
        lastLines.push(line)
        if (lastLines.length > LAST_LINES) lastLines.shift()
      },
    }).catch(notStarted)
    const seconds = end.kind === 'not-started' ? 0 : end.seconds
    return { number, end, seconds, logFile, stdoutFile, lastLines, startedAt }
  } finally {
    file.close()
  }
}

/** As the runner starts bash for `run:`, and without the files of a user. */
function programOf(command: CheckCommand): {
  readonly program: string
  readonly args: readonly string[]
} {
  if (command.kind === 'program') return command
  return {
    program: 'bash',
    args: ['--noprofile', '--norc', '-eo', 'pipefail', '-c', command.script],
  }
}

function notStarted(error: unknown): AttemptEnd {
  if (error instanceof ProgramMissing || error instanceof CannotStart) {
    return { kind: 'not-started', problem: error.message }
  }
  throw error
}

/** Written in blocks. A program that prints faster than the disk can take it has to wait. */
class LogFile {
  private readonly file: number
  private block = ''

  constructor(path: string) {
    this.file = openSync(path, 'w')
  }

  add(line: string): void {
    this.block += `${line}\n`
    if (this.block.length >= 64 * 1024) this.write()
  }

  close(): void {
    try {
      this.write()
    } finally {
      closeSync(this.file)
    }
  }

  private write(): void {
    const bytes = Buffer.from(this.block)
    this.block = ''
    for (let at = 0; at < bytes.length;) at += writeSync(this.file, bytes, at)
  }
}
