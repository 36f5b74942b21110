import {
  defineInputs,
  flag,
  InputError,
  integer,
  text,
  type InputsOf,
  type InputSource,
} from '@ecs-pipeline/action-kit'
import { tellingKinds, tellingProblems } from '@ecs-pipeline/reporting'

/** The inputs of the action; rollback/action.yml declares the same ones and describes them. */
export const schema = defineInputs({
  cluster: text({ default: 'default' }),
  service: text({ required: true }),
  to: text({ default: 'previous' }),
  reason: text(),
  'dry-run': flag({ default: 'false' }),
  'watch-minutes': integer({ minimum: 1, maximum: 1440 }),
  triggers: text(),
  'prometheus-token': text({ secret: true }),
  'wait-for-minutes': integer({ minimum: 1, maximum: 360, isCapped: true, default: '30' }),
  'max-failed-tasks': integer({ minimum: 1, maximum: 100, default: '3' }),
  'poll-seconds': integer({ minimum: 5, maximum: 60, default: '10' }),
  ...tellingKinds,
})

export type RollbackInputs = InputsOf<typeof schema>

/** Throws one InputError that lists everything that is wrong. */
export function readRollbackInputs(source: InputSource): RollbackInputs {
  const inputs = schema.read(source)
  const problems = [...tellingProblems(inputs)]
  if (inputs.watchMinutes !== undefined && inputs.triggers === undefined) {
    problems.push(
      `Input 'watch-minutes' needs 'triggers': without metrics there is nothing to watch. Remove it to roll back now.`,
    )
  }
  if (inputs.watchMinutes === undefined && inputs.triggers !== undefined) {
    problems.push(
      `Input 'triggers' needs 'watch-minutes': say how long to watch, or remove it to roll back now.`,
    )
  }
  if (inputs.watchMinutes !== undefined && inputs.to !== 'previous') {
    problems.push(
      `Inputs 'watch-minutes' and 'to' do not go together: a breach rolls back to the last revision that was proven good.`,
    )
  }
  if (problems.length > 0) throw new InputError(problems)
  return inputs
}
