import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from '@jest/globals'
import { writeBigJunit } from '../support/big-junit.ts'
import { runNode } from '../support/real-program.ts'
import { reportFolder } from '../support/text-reports.ts'

const folder = reportFolder()
const big = folder.at('big.xml')
const READER = fileURLToPath(new URL('../support/read-junit-process.ts', import.meta.url))

beforeAll(() => writeBigJunit(big.path, 200_000, 200_000_000))

test('a report of 200 MB is read whole, in less memory than it has bytes', async () => {
  expect(statSync(big.path).size).toBeGreaterThan(190_000_000)
  const { exitCode, stdout, output } = await runNode(folder.path, READER, big.path)
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
  const read = JSON.parse(stdout) as { tests: number; failed: number; peakMegabytes: number }
  expect(read).toMatchObject({ tests: 200_000, failed: 2000 })
  expect(read.peakMegabytes).toBeLessThan(150)
})
