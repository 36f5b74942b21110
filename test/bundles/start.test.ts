/**
 * Each committed bundle, started as the runner would with nothing set: it has to load, and to say what is missing: inputs,
 * or in an empty folder the policy.
 */
import { describe, expect, test } from '@jest/globals'
import { readFaces } from '../../tools/action-files.ts'
import { runBundle } from '../support/run-bundle.ts'

const faces = await readFaces()

describe.each(faces.map((each) => [each.face || 'the root action', each] as const))(
  '%s',
  (_title, { face, action }) => {
    const required = Object.entries(action.inputs ?? {})
      .filter(([, input]) => input.required)
      .map(([name]) => name)

    test('without inputs it ends red, names each missing one, and refuses', async () => {
      const run = await runBundle(face)
      expect(run.exitCode).toBe(1)
      expect(run.stdout).toMatch(/^::error::(Input '|There is no policy )/m)
      for (const name of required) {
        expect(run.stdout).toContain(`::error::Input '${name}' is required.`)
      }
      expect(run.stderr).toBe('')
      expect(run.outputs[action.outputs?.['outcome'] ? 'outcome' : 'result']).toBe('refused')
      expect(run.summary).not.toBe('')
      expect(Object.keys(run.outputs).sort()).toEqual(Object.keys(action.outputs ?? {}).sort())
    })
  },
)
