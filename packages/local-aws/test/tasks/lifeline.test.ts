import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Lifeline } from '../../src/tasks/lifeline.ts'

const WALL_MS = 10_000

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const touch = (name: string) => ({ run: 'touch', args: [join(folder, name)] })

test('a killed process leaves what it held to be carried out, and what it released alone', async () => {
  const module = new URL('../../src/tasks/lifeline.ts', import.meta.url).href
  const program = `
    const { Lifeline } = await import(${JSON.stringify(module)})
    const lifeline = new Lifeline()
    lifeline.hold('released', ${JSON.stringify(touch('released'))})
    lifeline.release('released')
    lifeline.hold('held', ${JSON.stringify(touch('held'))})
    console.log('ready')
    setInterval(() => undefined, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  holder.kill('SIGKILL')
  const deadline = Date.now() + WALL_MS
  while (!existsSync(join(folder, 'held')) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(existsSync(join(folder, 'held'))).toBe(true)
  expect(existsSync(join(folder, 'released'))).toBe(false)
})

test('closing with nothing held does nothing', async () => {
  const lifeline = new Lifeline()
  lifeline.hold('a', touch('a'))
  lifeline.release('a')
  await lifeline.close()
  expect(existsSync(join(folder, 'a'))).toBe(false)
})
