/** Debian's docker-registry (CNCF distribution), as a process on a free port with a folder of its own. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface DockerRegistry {
  /** `127.0.0.1:PORT`; it asks for no password. */
  readonly host: string
  readonly pid: number
  stop(): Promise<void>
}

export async function startDockerRegistry(): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-registry-'))
  const config = join(folder, 'config.yml')
  await writeFile(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'info', formatter: 'json' },
      storage: { filesystem: { rootdirectory: join(folder, 'data') } },
      http: { addr: '127.0.0.1:0' },
    }),
  )
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message)
    })
    child.once('exit', (code, signal) => {
      resolve(`it ended with ${signal ?? `exit code ${code}`}`)
    })
  })
  const host = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, found] = /listening on (127\.0\.0\.1:\d+)/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
    void exited.then((how) => {
      reject(new Error(`docker-registry did not come up: ${how}`))
    })
  })
  return {
    host,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
