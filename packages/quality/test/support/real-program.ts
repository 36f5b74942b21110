/** Runs the tools whose reports are read, as a project would: in its folder, with nothing of this test in their way. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const MODULES = join(ROOT, 'node_modules')
export const NODE_24 = join(MODULES, 'node/bin/node')
export const JEST = join(MODULES, 'jest/bin/jest.js')
export const C8 = join(MODULES, 'c8/bin/c8.js')
export const TSC = join(MODULES, 'typescript/bin/tsc')
export const PRETTIER = join(MODULES, 'prettier/bin/prettier.cjs')

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  /** Both streams as they came. */
  readonly output: string
}

/** Runs Node 24 with these arguments in the folder. */
export const runNode = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  runProgram(cwd, NODE_24, ...args)

export function runProgram(
  cwd: string,
  program: string,
  ...args: readonly string[]
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const PATH = process.env['PATH'] ?? ''
    // Not ours: a program that knows that it runs in a test, or counts coverage of it, writes something else.
    const child = spawn(program, args, {
      cwd,
      env: { PATH, HOME: cwd },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.once('error', reject)
    child.once('close', (exitCode) => {
      resolve({ exitCode, stdout, output })
    })
  })
}

/** Whether this machine has pytest; CI has. */
export const hasPytest = (): boolean =>
  spawnSync('python3', ['-c', 'import pytest'], { stdio: 'ignore' }).status === 0
