import { describe, expect, test } from '@jest/globals'
import { METRICS, REPORT_FORMATS } from '@ecs-pipeline/quality'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import {
  CHECK_KEYS,
  EXCEPTION_KEYS,
  FILE_KEYS,
  GATE_KEYS,
  REPORT_KEYS,
  SIZE_KEYS,
} from '../../policy/keys.ts'
import { readPolicy } from '../../policy/read-policy.ts'
import { BAD_POLICIES } from './bad-policies.ts'
import { GOOD_POLICIES } from './good-policies.ts'

interface Shape {
  readonly $ref?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Shape[]
  readonly properties?: Readonly<Record<string, Shape>>
}

const path = new URL('../../../../docs/schema/quality-gate.schema.json', import.meta.url)
const schema = JSON.parse(readFileSync(path, 'utf8')) as Shape & {
  readonly $defs: Readonly<Record<string, Shape>>
}
const isValid = new Ajv2020({
  allErrors: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
}).compile(schema)

test.each(GOOD_POLICIES)('$what is valid, and read', async ({ text }) => {
  isValid(parse(text))
  expect(isValid.errors ?? []).toEqual([])
  await expect(readPolicy(text, 'quality-gate.yml')).resolves.toBeDefined()
})

test.each(BAD_POLICIES.filter(({ structural }) => structural))('$wrong is not', ({ text }) => {
  expect(isValid(parse(text))).toBe(false)
})

const METRIC_CASES = METRICS.flatMap(({ name }) =>
  ['all', 'new-code', 'production'].flatMap((scope) =>
    [
      { min: 50 },
      { max: 0.5 },
      { 'max-drop': 101 },
      { 'max-rise': 1 },
      { max: 5, 'min-lines': 5 },
    ].map((limits) => ({ gate: { metric: name, scope, ...limits } })),
  ),
)

test.each(METRIC_CASES)('schema and reader are of one mind about $gate', async ({ gate }) => {
  const formats = ['junit', 'lcov', 'tsc', 'npm-audit']
  const policy = {
    version: 1,
    checks: [{ id: 'all', report: formats.map((format) => ({ format, path: 'a' })) }],
    gates: [gate],
  }
  const isRead = await readPolicy(JSON.stringify(policy), 'p').then(
    () => true,
    () => false,
  )
  expect(isValid(policy)).toBe(isRead)
})

describe('it knows what the reader knows', () => {
  test.each([
    ['check', CHECK_KEYS],
    ['report', REPORT_KEYS],
    ['size', SIZE_KEYS],
    ['gate', GATE_KEYS],
    ['exception', EXCEPTION_KEYS],
  ])('the keys of a %s', (name, keys) => {
    expect(Object.keys(schema.$defs[name]?.properties ?? {}).toSorted()).toEqual(keys.toSorted())
  })

  test('the keys of the file', () => {
    expect(Object.keys(schema.properties ?? {})).toEqual(FILE_KEYS)
  })

  test('metrics and formats', () => {
    const { gate, report } = schema.$defs
    expect(gate?.properties?.['metric']?.anyOf?.[0]?.enum).toEqual(METRICS.map(({ name }) => name))
    expect(report?.properties?.['format']?.enum).toEqual(REPORT_FORMATS)
  })

  test('and every key of it is described', () => {
    const shapes = [schema, ...Object.values(schema.$defs)].flatMap(({ properties }) =>
      Object.values(properties ?? {}),
    )
    for (const shape of shapes) {
      const { $ref, description } = shape
      const words = description ?? schema.$defs[$ref?.replace('#/$defs/', '') ?? '']?.description
      expect(words).toMatch(/\S/)
    }
  })
})
