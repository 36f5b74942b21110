/** A large report of JUnit, read by packages/quality and beside it as a whole document by fast-xml-parser. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeBigJunit } from '../../packages/quality/test/support/big-junit.ts'
import { bundleFile } from '../../tools/bundle/bundle-actions.ts'
import { NODE_24 } from '../support/run-bundle.ts'

const run = promisify(execFile)

const ROUNDS = 5
const TESTS = 300_000
const BYTES = 100_000_000

const readers = {
  'ecs-pipeline': 'packages/quality/test/support/read-junit-process.ts',
  'fast-xml-parser': 'test/bench/junit-document-process.ts',
}

interface Reading {
  readonly tests: number
  readonly failed: number
  readonly seconds: number
  /** Of the whole process, which a busy machine does not lengthen as it does the wall's. */
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

/** One table: seconds on the wall from the open file to the last test, and the most memory of the process. */
export async function measureJunit(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-junit-'))
  try {
    const path = join(folder, 'junit.xml')
    await writeBigJunit(path, TESTS, BYTES)
    const results = new Map<string, Reading[]>()
    const programs = await bundled(folder)
    for (let round = 0; round < ROUNDS; round++) {
      // Who comes first may have the colder machine.
      const order = round % 2 === 1 ? [...programs].reverse() : programs
      for (const [name, program] of order) {
        const { stdout } = await run(NODE_24, ['--max-old-space-size=4096', program, path])
        results.set(name, [...(results.get(name) ?? []), JSON.parse(stdout) as Reading])
      }
    }
    const size = ((await stat(path)).size / 1_000_000).toFixed(0)
    const load = loadavg().map((each) => each.toFixed(1))
    return [
      `${size} MB, ${ROUNDS} rounds`,
      'reader            tests    failed   median s   fastest s   CPU s   peak MB',
      ...programs.map(([name]) => lineOf(name, results.get(name) ?? [])),
      `load average at the end: ${load.join(', ')}`,
    ].join('\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** As the action is, so that nothing is compiled while it is measured. */
async function bundled(folder: string): Promise<readonly (readonly [string, string])[]> {
  const programs: (readonly [string, string])[] = []
  for (const [name, file] of Object.entries(readers)) {
    const to = join(folder, name)
    await mkdir(to)
    await writeFile(join(to, 'package.json'), '{"type":"module"}')
    await bundleFile(file, to)
    programs.push([name, join(to, 'index.js')])
  }
  return programs
}

function lineOf(name: string, readings: readonly Reading[]): string {
  const seconds = readings.map((reading) => reading.seconds).sort((a, b) => a - b)
  const cpu = readings.map(({ cpuSeconds }) => cpuSeconds).sort((a, b) => a - b)
  const [first] = readings
  const cells = [
    name.padEnd(17),
    String(first?.tests).padEnd(8),
    String(first?.failed).padEnd(8),
    (seconds[seconds.length >> 1] ?? 0).toFixed(2).padEnd(10),
    (seconds[0] ?? 0).toFixed(2).padEnd(11),
    (cpu[cpu.length >> 1] ?? 0).toFixed(2).padEnd(7),
    Math.max(...readings.map(({ peakMegabytes }) => peakMegabytes)).toFixed(0),
  ]
  return cells.join(' ')
}
