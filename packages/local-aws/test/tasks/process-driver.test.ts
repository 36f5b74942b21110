import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { PulledImage } from '../../src/services/ecr/part.ts'
import type { ContainerToRun, RunningContainer, TaskDriver } from '../../src/tasks/driver.ts'
import { FreePorts } from '../../src/tasks/free-ports.ts'
import { createProcessDriver } from '../../src/tasks/process-driver.ts'
import { makeImage, nodeImage, SERVER } from './make-image.ts'

const WALL_MS = 10_000

let driver: TaskDriver
let lines: string[]

beforeEach(() => {
  driver = createProcessDriver()
  lines = []
})

afterEach(() => driver.close())

const start = (image: PulledImage, more: Partial<ContainerToRun> = {}): Promise<RunningContainer> =>
  driver.start({
    taskId: 'task',
    name: 'app',
    image,
    environment: {},
    ports: [],
    onOutput: (line, from) => lines.push(`${from}: ${line}`),
    ...more,
  })

/** A dead process that nobody has waited for (a zombie) is dead. */
const isAlive = (pid: string): boolean => {
  try {
    process.kill(Number(pid), 0)
  } catch {
    return false
  }
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'))
}

const fetchText = async ({ host, port }: { host: string; port: number }): Promise<string> => {
  const [response] = (await once(get({ host, port, agent: false }), 'response')) as [
    AsyncIterable<Buffer>,
  ]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('a container', () => {
  test('serves on the port it was given, prints, and ends on SIGTERM', async () => {
    const container = await start(await nodeImage(SERVER), { ports: [3000] })
    await container.listening(WALL_MS)
    expect(await fetchText(container.address(3000))).toBe('hello')
    container.signal('SIGTERM')
    expect(await container.exited).toEqual({ exitCode: 0 })
    expect(lines).toEqual(['stdout: listening', 'stdout: bye'])
  })

  test('sees the environment of the image, the task and PORT, and nothing else of this process', async () => {
    process.env['LEAKED'] = 'yes'
    const image = await nodeImage('console.log(JSON.stringify(process.env))', {
      Env: ['FROM_IMAGE=1', 'BOTH=image'],
    })
    await (
      await start(image, { environment: { BOTH: 'task', EQUALS: 'a=b' }, ports: [80, 81] })
    ).exited
    delete process.env['LEAKED']
    const { PATH, ...seen } = JSON.parse(lines[0]?.slice('stdout: '.length) ?? '{}') as Record<
      string,
      string
    >
    expect(PATH).toContain(process.env['PATH'])
    expect(seen).toEqual({
      FROM_IMAGE: '1',
      BOTH: 'task',
      EQUALS: 'a=b',
      HOST: '127.0.0.1',
      PORT: seen['PORT_80'],
      PORT_80: expect.stringMatching(/^\d+$/),
      PORT_81: expect.stringMatching(/^\d+$/),
    })
  })

  test('ends with the exit code of its program, and with 128 + 9 when it is killed', async () => {
    const crash = await start(await nodeImage('console.error("no"); process.exit(3)'))
    expect(await crash.exited).toEqual({ exitCode: 3 })
    expect(lines).toEqual(['stderr: no'])
    const stuck = await start(
      await nodeImage(
        'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log(1)',
      ),
    )
    stuck.signal('SIGKILL')
    expect(await stuck.exited).toEqual({ exitCode: 137 })
  })

  test('takes the processes that it started with it', async () => {
    const image = await nodeImage(`
      import { spawn } from 'node:child_process'
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      console.log(child.pid)
      setTimeout(() => process.exit(0), 50)`)
    await (
      await start(image)
    ).exited
    const pid = lines[0]?.slice('stdout: '.length) ?? ''
    expect(pid).toMatch(/^\d+$/)
    for (let turn = 0; isAlive(pid) && turn < 200; turn++)
      await new Promise((resolve) => setTimeout(resolve, 5))
    expect(isAlive(pid)).toBe(false)
  })

  test('does not wait for a port once it has exited', async () => {
    const container = await start(await nodeImage('process.exit(1)'), { ports: [3000] })
    const since = Date.now()
    await container.listening(60_000)
    expect(Date.now() - since).toBeLessThan(20_000)
  })
})

describe('the command', () => {
  const image = (config = {}): Promise<PulledImage> =>
    makeImage(
      [
        [
          { name: 'bin/show', mode: 0o755, content: '#!/bin/sh\necho "$(basename "$PWD")" "$@"\n' },
          { name: 'data/file', content: '' },
          { name: 'work/', type: 'directory' },
        ],
      ],
      { Entrypoint: ['show'], Cmd: ['from', 'image'], WorkingDir: '/work', ...config },
    )

  test.each<[string, Partial<ContainerToRun>, RegExp]>([
    ['is the image entry point and command', {}, /^stdout: work from image$/],
    ['command replaces the image command', { command: ['mine'] }, /^stdout: work mine$/],
    [
      'an entry point of its own drops the image command',
      { entryPoint: ['/bin/show'] },
      /^stdout: work$/,
    ],
    ['empty lists mean not given', { entryPoint: [], command: [] }, /^stdout: work from image$/],
    [
      'working directory replaces that of the image',
      { workingDirectory: '/data' },
      /^stdout: data from image$/,
    ],
    [
      'a working directory is made when it is missing',
      { workingDirectory: '/new/one' },
      /^stdout: one from image$/,
    ],
    [
      'paths of the image are moved, others are not',
      { command: ['/data/file', '/nowhere/at/all'] },
      /^stdout: work \/.+\/data\/file \/nowhere\/at\/all$/,
    ],
    [
      'a command that the image lacks comes from this machine',
      { entryPoint: ['echo'], command: ['hi'] },
      /^stdout: hi$/,
    ],
  ])('%s', async (_name, more, expected) => {
    const container = await start(await image(), more)
    await container.exited
    expect(lines.join('\n')).toMatch(expected)
  })

  test('node is that of this machine, also where the image has one', async () => {
    const broken = { name: 'usr/local/bin/node', mode: 0o755, content: 'for another processor' }
    const script = '#!/bin/sh\nexec node -p process.version\n'
    const own = await makeImage([[broken, { name: 'run', mode: 0o755, content: script }]])
    for (const entryPoint of [['/usr/local/bin/node', '-p', 'process.version'], ['/run']]) {
      await (
        await start(own, { entryPoint })
      ).exited
    }
    expect(lines).toEqual([`stdout: ${process.version}`, `stdout: ${process.version}`])
  })

  test.each([
    [
      ['nothing-of-this-name'],
      /^CannotStartContainerError: .* exec: "nothing-of-this-name": executable file not found in \$PATH: unknown$/,
    ],
    [
      ['/bin/nothing'],
      /^CannotStartContainerError: .* exec: "\/bin\/nothing": stat \/bin\/nothing: no such file or directory: unknown$/,
    ],
  ])('%j that is nowhere does not start', async (entryPoint, message) => {
    await expect(start(await image(), { entryPoint })).rejects.toThrow(message)
  })

  test('an image without any command does not start', async () => {
    await expect(start(await image({ Entrypoint: [], Cmd: [] }))).rejects.toThrow(
      /No command specified/,
    )
  })
})

describe('a health check', () => {
  test.each([
    [['/bin/sh', '-c', 'test "$FLAG" = up'], true],
    [['/bin/sh', '-c', 'exit 1'], false],
    [['not-there'], false],
    [['/bin/sh', '-c', 'sleep 60'], false],
  ])('%j in the container says %s', async (command, healthy) => {
    const image = await nodeImage('setInterval(() => {}, 1000)')
    const container = await start(image, { environment: { FLAG: 'up' } })
    expect(await driver.check(container, command, 500)).toBe(healthy)
  })
})

describe('the end', () => {
  test('close ends every container and removes what was unpacked', async () => {
    const image = await nodeImage('console.log(process.cwd()); setInterval(() => {}, 1000)')
    const container = await start(image, { ports: [1] })
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const folder = lines[0]?.slice('stdout: '.length) ?? ''
    expect(existsSync(folder)).toBe(true)
    await driver.close()
    expect([isAlive(container.runtimeId), existsSync(folder)]).toEqual([false, false])
  })

  test('close ends a container that is just being started, and nothing starts after it', async () => {
    const image = await nodeImage('setInterval(() => {}, 1000)')
    const starting = start(image)
    await driver.close()
    expect(await (await starting).exited).toEqual({ exitCode: 137 })
    await expect(start(image)).rejects.toThrow('closing')
  })

  test('a container does not outlive an endpoint that is killed', async () => {
    const program = fileURLToPath(new URL('./start-and-wait.ts', import.meta.url))
    const endpoint = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [printed] = (await once(endpoint.stdout, 'data')) as [Buffer]
    const [pid = '', folder = ''] = printed.toString().trim().split(' ')
    const remains = (): unknown[] => [isAlive(pid), existsSync(folder)]
    expect(remains()).toEqual([true, true])
    endpoint.kill('SIGKILL')
    const deadline = Date.now() + WALL_MS
    while (remains().includes(true) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(remains()).toEqual([false, false])
  })
})

test('a port that somebody listens on is not handed out', async () => {
  const ports = new FreePorts()
  const first = await ports.take()
  ports.release(first)
  const server = createServer().listen(first + 1, '127.0.0.1')
  await once(server, 'listening')
  const next = await ports.take()
  expect((server.address() as AddressInfo).port).toBe(first + 1)
  expect(next).toBeGreaterThan(first + 1)
  server.close()
})
