/**
 * The matrix in a process of its own: Jest's realm makes it slow, and there the errors of a broken connection are no
 * `Error`, so that the SDK would hide what they are.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../support/run-bundle.ts'
import type { Matrix } from './matrix.ts'
import type { Pair } from './pairs.ts'
import type { Part } from './stories.ts'

async function perform<Found>(...args: readonly string[]): Promise<Found> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'test/fault-matrix/perform.ts'), ...args],
    { maxBuffer: 64 * 1024 * 1024 },
  )
  return JSON.parse(stdout) as Found
}

export const performPart = (part: Part): Promise<readonly Matrix[]> => perform(part)

/** Only what `npm test` plays. */
export const performSome = (part: Part): Promise<readonly Matrix[]> => perform(part, 'some')

export const performPairs = (count: number, seed: number): Promise<readonly Pair[]> =>
  perform('pairs', String(count), String(seed))
