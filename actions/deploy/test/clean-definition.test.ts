/** What the official action does in `cleanNullKeys` and `maintainValidObjects`. */
import { describe, expect, test } from '@jest/globals'
import { cleanDefinition } from '../clean-definition.ts'

const clean = (document: object, kept: readonly string[] = []): object =>
  cleanDefinition(document as Record<string, unknown>, kept).document

describe('what is left out', () => {
  test.each([
    [{ a: null, b: '', c: [], d: {}, e: 'x' }, { e: 'x' }],
    [{ a: { b: { c: null, d: [''] } }, e: 1 }, { e: 1 }],
    [{ a: [null, 'x', '', { b: null }] }, { a: ['x'] }],
    [
      { a: 0, b: false },
      { a: 0, b: false },
    ],
    [
      { containerDefinitions: [{ name: 'app', command: [], logConfiguration: { options: null } }] },
      { containerDefinitions: [{ name: 'app' }] },
    ],
  ])('%j', (given, expected) => {
    expect(clean(given)).toEqual(expected)
  })
})

describe('what may be empty', () => {
  test('the value of a variable, also one that is not there at all', () => {
    const environment = [
      { name: 'A', value: '' },
      { name: 'B', value: null },
      { name: 'C' },
      { name: '', value: '' },
      {},
    ]
    expect(clean({ containerDefinitions: [{ name: 'app', environment }] })).toEqual({
      containerDefinitions: [
        {
          name: 'app',
          environment: [
            { name: 'A', value: '' },
            { name: 'B', value: '' },
            { name: 'C', value: '' },
          ],
        },
      ],
    })
  })

  test('properties of an App Mesh proxy', () => {
    const properties = [{ name: 'EgressIgnoredPorts', value: '' }, { value: '1' }, {}]
    expect(clean({ proxyConfiguration: { type: 'APPMESH', properties } })).toEqual({
      proxyConfiguration: {
        type: 'APPMESH',
        properties: [
          { name: 'EgressIgnoredPorts', value: '' },
          { name: '', value: '1' },
        ],
      },
    })
    expect(
      clean({ proxyConfiguration: { type: 'x', properties: [{ name: 'a', value: '' }] } }),
    ).toEqual({ proxyConfiguration: { type: 'x', properties: [{ name: 'a' }] } })
  })

  test('members that were named, wherever they stand', () => {
    const given = { tag: '', options: { tag: '', other: '' }, command: ['sh', ''], volumes: [] }
    expect(clean(given, ['tag', 'command', 'volumes'])).toEqual({
      tag: '',
      options: { tag: '' },
      command: ['sh', ''],
      volumes: [],
    })
  })
})

test('texts that were left out are known by their paths', () => {
  const given = {
    a: '',
    b: [],
    containerDefinitions: [{ name: 'app', command: ['sh', ''], hostname: '' }],
  }
  expect(cleanDefinition(given, []).emptyTexts).toEqual([
    'a',
    'containerDefinitions.app.command[1]',
    'containerDefinitions.app.hostname',
  ])
})
