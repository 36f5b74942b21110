import { describe, expect, test } from '@jest/globals'
import {
  BadManifest,
  listedPlatforms,
  MEDIA_TYPES,
  readManifest,
  runnable,
} from '../src/manifest.ts'

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`

const IMAGE = {
  mediaType: MEDIA_TYPES.ociManifest,
  config: { digest: digest('c'), size: 10 },
  layers: [
    { digest: digest('1'), size: 100 },
    { digest: digest('2'), size: 20 },
  ],
}

const INDEX = {
  mediaType: MEDIA_TYPES.ociIndex,
  manifests: [
    { digest: digest('a'), platform: { os: 'linux', architecture: 'amd64' } },
    { digest: digest('b'), platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    {
      digest: digest('e'),
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    },
  ],
}

describe('a manifest', () => {
  test('of one image', () => {
    const content = readManifest(JSON.stringify(IMAGE))
    expect(content).toMatchObject({ isIndex: false, config: digest('c'), bytes: 130 })
    expect(runnable(digest('f'), content)).toEqual([digest('f')])
  })

  test('of several platforms: attestations are none of them', () => {
    const content = readManifest(JSON.stringify(INDEX))
    expect(content.platforms.map(({ platform }) => platform)).toEqual([
      'linux/amd64',
      'linux/arm64/v8',
    ])
    expect(runnable(digest('f'), content)).toEqual([digest('a'), digest('b')])
  })

  test('lists no platforms unless it is an index', () => {
    expect(listedPlatforms(JSON.stringify(INDEX)).map((each) => each.digest)).toEqual([
      digest('a'),
      digest('b'),
    ])
    expect(listedPlatforms(JSON.stringify(IMAGE))).toEqual([])
  })

  test.each(['', '[1', 'null', '{}', '{"config":{}}', '{"layers":[]}'])('%s is none', (text) => {
    expect(() => readManifest(text)).toThrow(BadManifest)
  })
})
