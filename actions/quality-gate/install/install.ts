/** The dependencies of the project, where the input asks for them. */
import { basename, dirname, join } from 'node:path'
import { cleanEnvironment, InputError } from '@ecs-pipeline/action-kit'
import type { CheckResult, CheckSpec } from '@ecs-pipeline/quality'
import type { CheckResult as Ran, CheckRun } from '../checks/check-run.ts'
import { judgeAttempt, resultOf } from '../checks/judge-attempt.ts'
import { runChecks } from '../checks/run-checks.ts'
import type { GateInputs } from '../inputs.ts'
import { emptyEvidence } from '../reports/read-reports.ts'
import type { Repository } from '../reports/tree.ts'
import type { Tools } from '../tools.ts'
import { installDependencies } from './install-dependencies.ts'
import type { FolderCache as PackageCache } from './package-cache.ts'
import { UnclearDependencies } from './package-manager.ts'

const MINUTES = 20

/** One result for each package manager, as of a check; none when nothing is to be installed. Throws an InputError. */
export async function install(
  { install: wanted }: GateInputs,
  { root, folder }: Repository,
  tools: Tools,
): Promise<readonly CheckResult[]> {
  if (wanted === 'none') return []
  const run = {
    folder: join(root, folder),
    timeoutSeconds: MINUTES * 60,
    environment: cleanEnvironment(),
  }
  const ran = await installDependencies(run, {
    cache: packageCache(tools),
    runOne: (check) => runOne(check, tools),
    say: tools.log.info,
    caveat: tools.caveat,
  }).catch((error: unknown) => {
    if (error instanceof UnclearDependencies)
      throw new InputError([`Input 'install': ${error.message}`])
    throw error
  })
  return ran.map((each) => told(each, folder))
}

async function runOne(check: CheckRun, { signal, clock, log, folder }: Tools): Promise<Ran> {
  const [result] = await runChecks([check], {
    parallel: 1,
    logFolder: join(folder, 'install'),
    signal,
    clock,
    log,
    afterAttempt: (_check, { end }) =>
      Promise.resolve(end.kind === 'exited' && end.code === 0 ? 'done' : 'again'),
  })
  if (!result) throw new Error(`The check ${check.id} has no result.`)
  return result
}

/** The downloads of a package manager lie in one folder, wherever that is. */
function packageCache({ packages, caveat }: Tools): PackageCache {
  return {
    async restore(paths, key, restoreKeys) {
      const path = paths[0] ?? ''
      const found = await packages.restore(dirname(path), [basename(path)], key, restoreKeys)
      if (found.state === 'unavailable') caveat(`Nothing was cached: ${found.reason}.`)
      return found.state === 'hit' ? found.key : undefined
    },
    async save(paths, key) {
      const path = paths[0] ?? ''
      const saved = await packages.save(dirname(path), [basename(path)], key)
      return saved.state !== 'failed'
    },
  }
}

function told(ran: Ran, folder: string): CheckResult {
  const check: CheckSpec = {
    id: ran.id,
    command: { kind: 'program', program: ran.id, args: [] },
    folder,
    needs: [],
    timeoutMinutes: MINUTES,
    retries: 1,
    environment: {},
    reports: [],
    exitCodes: [0],
    level: 'error',
    where: '(install)',
  }
  return resultOf(check, ran, judgeAttempt(check, ran.attempts.at(-1), emptyEvidence()))
}
