/** The cache server of act, built by Go and started as a process with a folder of its own. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { run } from '../support/command.ts'
import { ROOT } from '../support/run-bundle.ts'

export interface ActCacheServer {
  /** What act would set for the steps of a job. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Where Go's own archive is unpacked to, which not every machine has on its PATH. */
const OFFICIAL_GO = '/usr/local/go/bin/go'

export async function startActCacheServer(): Promise<ActCacheServer> {
  const folder = await mkdtemp(join(tmpdir(), 'act-cache-'))
  const program = join(folder, 'act-cache')
  await build(program)
  const child = spawn(program, [join(folder, 'data')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve((JSON.parse(line) as { readonly url: string }).url)
    })
    void exited.then(() => {
      reject(new Error('The cache server of act did not come up.'))
    })
  })
  return {
    environment: { ACTIONS_CACHE_URL: url, ACTIONS_RUNTIME_TOKEN: 'act asks for none' },
    async stop() {
      child.stdin.end()
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function build(program: string): Promise<void> {
  const go = existsSync(OFFICIAL_GO) ? OFFICIAL_GO : 'go'
  // Whatever release of Go there is: none is fetched.
  const env = { GOTOOLCHAIN: 'local' }
  const args = ['-C', join(ROOT, 'test/act-cache')]
  const { exitCode, output } = await run('env', [...args, go, 'build', '-o', program, '.'], { env })
  if (exitCode !== 0) throw new Error(`The cache server of act could not be built:\n${output}`)
}
