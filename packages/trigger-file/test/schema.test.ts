import { describe, expect, test } from '@jest/globals'
import { MISSING_DATA } from '@ecs-pipeline/rollout'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { FILE_KEYS, METRIC_KEYS, PROMETHEUS_KEYS, TRIGGER_KEYS } from '../src/index.ts'
import { COMPARISON_WORDS } from '../src/limit.ts'
import {
  ON_INSUFFICIENT_DATA,
  ON_MONITORING_ERROR,
  ON_PREEXISTING_BREACH,
} from '../src/settings.ts'
import { BAD_FILES } from './bad-files.ts'
import { GOOD_FILES } from './good-files.ts'

interface Shape {
  readonly description?: string
  readonly enum?: readonly string[]
  readonly properties?: Readonly<Record<string, Shape>>
}

const path = new URL('../../../docs/schema/trigger-file.schema.json', import.meta.url)
const schema = JSON.parse(readFileSync(path, 'utf8')) as {
  readonly $defs: Readonly<Record<string, Shape>>
}
const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
})
const isValid = ajv.compile(schema)

test.each(GOOD_FILES)('$what is valid', ({ text }) => {
  isValid(parse(text))
  expect(isValid.errors ?? []).toEqual([])
})

test.each(BAD_FILES.filter(({ structural }) => structural))('$wrong is not', ({ text }) => {
  expect(isValid(parse(text))).toBe(false)
})

describe('it knows what the reader knows', () => {
  test.each([
    ['file', FILE_KEYS],
    ['trigger', TRIGGER_KEYS],
    ['metric', METRIC_KEYS],
    ['prometheus', PROMETHEUS_KEYS],
  ])('the keys of a %s', (name, keys) => {
    expect(Object.keys(schema.$defs[name]?.properties ?? {}).toSorted()).toEqual(keys.toSorted())
  })

  test.each([
    ['file', 'on_insufficient_data', ON_INSUFFICIENT_DATA],
    ['file', 'on_monitoring_error', ON_MONITORING_ERROR],
    ['file', 'on_preexisting_breach', ON_PREEXISTING_BREACH],
    ['trigger', 'missing_data', MISSING_DATA],
    ['trigger', 'comparison', COMPARISON_WORDS],
  ])('the words of %s.%s', (name, key, words) => {
    expect(schema.$defs[name]?.properties?.[key]?.enum).toEqual(words)
  })

  test('and every key of it is described', () => {
    const shapes = Object.values(schema.$defs).flatMap(({ properties }) =>
      Object.values(properties ?? {}),
    )
    for (const shape of shapes) {
      const reference = (shape as { readonly $ref?: string }).$ref?.replace('#/$defs/', '')
      const { description } = reference === undefined ? shape : (schema.$defs[reference] ?? {})
      expect(description).toMatch(/\S/)
    }
  })
})
