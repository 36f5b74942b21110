import { expect, test } from '@jest/globals'
import { Denied, NotFound } from '@ecs-pipeline/rollout'
import { Probes } from '../probes.ts'

/** How each of three services hears of it, and how many asked AWS. */
async function probeThree(
  answers: readonly (Error | undefined)[],
): Promise<{ readonly heard: readonly string[]; readonly asked: number }> {
  const probes = new Probes()
  let asked = 0
  const heard = await Promise.all(
    answers.map((answer) =>
      probes
        .probe('tasks', () => {
          asked++
          return answer ? Promise.reject(answer) : Promise.resolve([])
        })
        .then(
          () => 'may',
          (error: unknown) => (error instanceof Error ? error.message : ''),
        ),
    ),
  )
  return { heard, asked }
}

const denied = new Denied('Not you.', 'ecs:ListTasks')
const gone = new NotFound('Gone.', 'elasticloadbalancing:DescribeTargetHealth')

test('what one may ask, all may', async () => {
  expect(await probeThree([undefined, undefined, undefined])).toEqual({
    heard: ['may', 'may', 'may'],
    asked: 1,
  })
})

test('a denial is of all as well', async () => {
  expect(await probeThree([denied, undefined, undefined])).toEqual({
    heard: ['Not you.', 'Not you.', 'Not you.'],
    asked: 1,
  })
})

test('what is wrong with one is not said of the others', async () => {
  expect(await probeThree([gone, undefined, gone])).toEqual({
    heard: ['Gone.', 'may', 'Gone.'],
    asked: 3,
  })
})

test('each permission is one of its own', async () => {
  const probes = new Probes()
  const asked: string[] = []
  for (const what of ['tasks', 'targets', 'tasks']) {
    await probes.probe(what, () => Promise.resolve(asked.push(what)))
  }
  expect(asked).toEqual(['tasks', 'targets'])
})
