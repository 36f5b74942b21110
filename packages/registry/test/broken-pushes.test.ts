/** A registry and a network that fail on the way: what is sent again, how often, and what the user is told. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { RegistryFault } from '../../local-aws/src/services/ecr/registry/faults.ts'
import { expectStored, openStage, type Stage } from './pushing.ts'
import { randomImage } from './test-images.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage()
})

afterEach(async () => {
  await stage.close()
})

const image = randomImage('one', 3_000_000)
const [layer = image.descriptor] = image.layers

const uploads = () =>
  stage.seen.filter(
    ({ method, path }) => method === 'PUT' && path.includes(encodeURIComponent(layer.digest)),
  )

const opened = (): number => stage.seen.filter(({ method }) => method === 'POST').length

describe('a connection that breaks in the middle of a layer', () => {
  const broken: RegistryFault = { method: 'PUT', request: 'upload', cutAfter: 1_000_000, times: 2 }

  test('is gone on with from where the registry is', async () => {
    const config = randomImage('one').blobs
    expect(config.size).toBeGreaterThan(0)
    stage.ecr.registryFaults.add({ ...broken, after: 1 })
    expect(await stage.push(image)).toMatchObject({ kind: 'pushed', uploaded: 2 })
    await expectStored(stage, image)
    const last = layer.size - 1
    const ranges = uploads().map(({ range, length }) => [range, length])
    expect(ranges).toEqual([
      [undefined, layer.size],
      [`1000000-${last}`, layer.size - 1_000_000],
      [`2000000-${last}`, layer.size - 2_000_000],
    ])
    expect(opened()).toBe(2)
    // Each byte came once, but for what the server had read when it broke the connection.
    expect(stage.bytesArrived()).toBeLessThan(layer.size + 300_000)
  })
})
