/** The docker driver against a daemon of its own; run by `npm run test:docker`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import type { PulledImage } from '../../packages/local-aws/src/services/ecr/part.ts'
import { createDockerDriver } from '../../packages/local-aws/src/tasks/docker-driver.ts'
import type {
  ContainerToRun,
  RunningContainer,
  TaskDriver,
} from '../../packages/local-aws/src/tasks/driver.ts'
import { makeImage, makeLayer, SERVER } from '../../packages/local-aws/test/tasks/make-image.ts'
import { startDockerDaemon, type DockerDaemon } from './docker-daemon.ts'

const WALL_MS = 20_000

let base: PulledImage
let daemon: DockerDaemon | undefined
let driver: TaskDriver
let lines: string[]

const docker = (...args: string[]): string =>
  execFileSync('docker', args, { encoding: 'utf8', env: process.env })

/** Every library that the node of this run needs, so that it runs in an image of nothing else. */
function librariesOf(program: string): string[] {
  const found = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)
  return [...found].map(([, path = '']) => path)
}

beforeAll(async () => {
  daemon = await startDockerDaemon()
  process.env['DOCKER_HOST'] = daemon.host
  const files = librariesOf(process.execPath).map((path) => ({ name: path.slice(1), path }))
  const entries = [{ name: 'usr/bin/node', path: realpathSync(process.execPath) }, ...files]
  const layer = await makeLayer(
    entries.map(({ name, path }) => ({ name, mode: 0o755, content: readFileSync(path) })),
    false,
  )
  base = { ...(await makeImage([])), layers: [layer] }
}, 60_000)

beforeEach(() => {
  driver = createDockerDriver()
  lines = []
})

afterEach(() => driver.close(), 60_000)

afterAll(async () => {
  try {
    expect(docker('ps', '--all', '--quiet', '--filter', 'label=local-aws.task')).toBe('')
    expect(docker('images', '--quiet', `local-aws/${process.pid}`)).toBe('')
  } finally {
    await daemon?.stop()
  }
}, 60_000)

async function start(code: string, more: Partial<ContainerToRun> = {}): Promise<RunningContainer> {
  const program = await makeImage([[{ name: 'app/main.mjs', content: code }]], {
    Entrypoint: ['/usr/bin/node', '/app/main.mjs'],
    WorkingDir: '/app',
    Env: ['FROM_IMAGE=1'],
  })
  return driver.start({
    taskId: 'task',
    name: 'app',
    image: { ...program, layers: [...base.layers, ...program.layers] },
    environment: {},
    ports: [],
    onOutput: (line, from) => lines.push(`${from}: ${line}`),
    ...more,
  })
}

describe('a container in docker', () => {
  test('serves on the port it was given, prints, passes checks, and ends on SIGTERM', async () => {
    const container = await start(SERVER, { ports: [3000] })
    await container.listening(WALL_MS)
    const { host, port } = container.address(3000)
    expect(await (await fetch(`http://${host}:${port}/`)).text()).toBe('hello')
    expect(await driver.check(container, ['/usr/bin/node', '-e', ''], WALL_MS)).toBe(true)
    expect(await driver.check(container, ['/usr/bin/node', '-e', 'process.exit(1)'], WALL_MS)).toBe(
      false,
    )
    container.signal('SIGTERM')
    expect(await container.exited).toEqual({ exitCode: 0 })
    expect(lines).toEqual(['stdout: listening', 'stdout: bye'])
  }, 60_000)

  test('sees its environment whole and ends with its exit code', async () => {
    const environment = { PATH: '/mine', LINES: 'a\nb', EQUALS: 'x=y' }
    const code = `
        const { PATH, LINES, EQUALS, FROM_IMAGE } = process.env
        console.error(JSON.stringify({ PATH, LINES, EQUALS, FROM_IMAGE }), process.argv.slice(2).join())
        process.exit(3)`
    const container = await start(code, { environment, command: ['one', 'two'] })
    expect(await container.exited).toEqual({ exitCode: 3 })
    expect(lines).toEqual([
      `stderr: ${JSON.stringify({ ...environment, FROM_IMAGE: '1' })} one,two`,
    ])
  }, 60_000)

  test('is killed with 137, also by close', async () => {
    const forever = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'
    const [killed, left] = [await start(forever), await start(forever)]
    killed.signal('SIGKILL')
    expect(await killed.exited).toEqual({ exitCode: 137 })
    await driver.close()
    expect(await left.exited).toEqual({ exitCode: 137 })
  }, 60_000)

  test('does not start when its command is missing', async () => {
    await expect(start('', { entryPoint: ['nothing-of-this-name'] })).rejects.toThrow(
      /^CannotStartContainerError: Error response from daemon: .*nothing-of-this-name.*executable file not found in \$PATH/,
    )
  }, 60_000)
})
