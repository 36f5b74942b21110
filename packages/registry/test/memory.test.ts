/** What a push keeps in memory, in a process of its own, with the registry in another one. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../test/support/command.ts'
import {
  startLocalAwsProcess,
  type LocalAwsProcess,
} from '../../../test/support/local-aws-process.ts'
import { NODE_24, ROOT } from '../../../test/support/run-bundle.ts'
import { clientsFor } from '../../../test/support/stack.ts'
import { randomImage, writeLayout } from './test-images.ts'

const MB = 1_000_000

let aws: LocalAwsProcess
let folder: string
let password: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-memory-'))
  aws = await startLocalAwsProcess([])
  const { ecr } = clientsFor(aws)
  await ecr.createRepository({ repositoryName: 'app' })
  const { authorizationData } = await ecr.getAuthorizationToken({})
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64')
  password = token.toString().slice('AWS:'.length)
})

afterAll(async () => {
  await aws.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Megabytes, at the most. */
async function peak(tag: string, ...sizes: readonly number[]): Promise<number> {
  const layout = await writeLayout(join(folder, tag), randomImage(tag, ...sizes))
  const { exitCode, output } = await run(NODE_24, [
    ...['--disable-warning=ExperimentalWarning', join(ROOT, 'test/bench/push-process.ts')],
    ...[layout, aws.registry, 'app', tag, 'AWS', password],
  ])
  expect([exitCode, output]).toEqual([0, expect.stringContaining('"kind":"pushed"')])
  return (JSON.parse(output) as { readonly peakMegabytes: number }).peakMegabytes
}

test('memory does not grow with the layers', async () => {
  const small = await peak('small', MB, MB, MB, MB)
  const large = await peak('large', 60 * MB, 60 * MB, 60 * MB, 60 * MB)
  expect(large).toBeLessThan(150)
  expect(large - small).toBeLessThan(40)
})
