/** Runs checks of a few lines of bash in a folder of their own, and keeps what the log was told. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment, realClock } from '@ecs-pipeline/action-kit'
import type { Attempt, CheckResult, CheckRun } from '../../checks/check-run.ts'
import type { CheckLog } from '../../checks/log-desk.ts'
import { runChecks, type RunOptions } from '../../checks/run-checks.ts'

export interface Played {
  readonly results: readonly CheckResult[]
  /** Of groups the title stands after `[`, and their end is `]`. */
  readonly log: readonly string[]
  readonly folder: string
  /** How the checks have ended, by id: 'passed', 'skipped: a'. */
  readonly outcomes: Readonly<Record<string, string>>
}

let stages = 0

export class Stage {
  readonly folder: string
  readonly log: string[] = []
  readonly cancel = new AbortController()

  constructor(root: string) {
    this.folder = join(root, `stage-${++stages}`)
    mkdirSync(this.folder)
  }

  check(id: string, script: string, more: Partial<CheckRun> = {}): CheckRun {
    return {
      id,
      command: { kind: 'bash', script },
      folder: this.folder,
      needs: [],
      timeoutSeconds: 1_000,
      retries: 0,
      environment: cleanEnvironment(),
      ...more,
    }
  }

  async play(checks: readonly CheckRun[], more: Partial<RunOptions> = {}): Promise<Played> {
    const results = await runChecks(checks, {
      parallel: 1,
      logFolder: join(this.folder, 'logs'),
      signal: this.cancel.signal,
      clock: realClock,
      log: this.recorder(),
      afterAttempt: async (_check, attempt) => (isGood(attempt) ? 'done' : 'again'),
      ...more,
    })
    const outcomes = Object.fromEntries(results.map((each) => [each.id, outcomeOf(each)]))
    return { results, log: this.log, folder: this.folder, outcomes }
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8')
  }

  private recorder(): CheckLog {
    const say = (line: string): void => void this.log.push(line.replaceAll(/\d[\d.]* s\b/g, 'N s'))
    return {
      info: say,
      quote: (title) => {
        say(`[ ${title}`)
        return {
          line: say,
          close: () => {
            say(']')
          },
        }
      },
    }
  }
}

export const isGood = ({ end }: Attempt): boolean => end.kind === 'exited' && end.code === 0

function outcomeOf(result: CheckResult): string {
  const because = 'because' in result ? result.because : []
  return because.length === 0 ? result.outcome : `${result.outcome}: ${because.join(', ')}`
}
