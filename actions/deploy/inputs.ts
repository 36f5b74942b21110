import {
  choice,
  defineInputs,
  flag,
  InputError,
  integer,
  lines,
  text,
} from '@ecs-pipeline/action-kit'
import type { InputsOf, InputSource } from '@ecs-pipeline/action-kit'
import { tellingKinds, tellingProblems } from '@ecs-pipeline/reporting'
import type { ImageChoice } from './container-images.ts'
import { readReleaseInputs, strategyKinds, type ReleaseInputs } from './strategy-inputs.ts'

/** The inputs of the action; deploy/action.yml declares the same ones and describes them. */
export const schema = defineInputs({
  cluster: text({ default: 'default' }),
  service: text({ required: true }),
  'task-definition': text(),
  image: lines(),
  'container-name': text(),
  'desired-count': integer({ minimum: 0, maximum: 5000 }),
  'force-new-deployment': flag({ default: 'false' }),
  'wait-for-minutes': integer({ minimum: 1, maximum: 360, default: '30' }),
  'max-failed-tasks': integer({ minimum: 1, maximum: 100, default: '3' }),
  'on-failure': choice(['rollback', 'leave'], { default: 'rollback' }),
  'on-timeout': choice(['rollback', 'leave'], { default: 'rollback' }),
  'on-cancel': choice(['leave', 'rollback'], { default: 'leave' }),
  'on-concurrent': choice(['wait', 'fail', 'replace'], { default: 'wait' }),
  'allow-idle': flag({ default: 'false' }),
  triggers: text(),
  'bake-minutes': integer({ minimum: 0, maximum: 1440 }),
  'prometheus-token': text({ secret: true }),
  attach: flag({ default: 'false' }),
  'older-run': choice(['refuse', 'allow'], { default: 'refuse' }),
  'keep-revisions': integer({ minimum: 1, maximum: 1000 }),
  'poll-seconds': integer({ minimum: 5, maximum: 60, default: '10' }),
  ...strategyKinds,
  ...tellingKinds,
})

/** What the action works with; nothing below reads an input again. */
export type DeployInputs = Omit<InputsOf<typeof schema>, 'image' | 'containerName' | 'strategy'> &
  ReleaseInputs & {
    readonly images: readonly ImageChoice[]
  }

/** Throws one InputError that lists everything that is wrong. */
export function readDeployInputs(source: InputSource): DeployInputs {
  const { image, containerName, ...rest } = schema.read(source)
  const problems = tellingProblems(rest)
  if (problems.length > 0) throw new InputError(problems)
  return { ...rest, ...readReleaseInputs(rest), images: readImages(image, containerName) }
}

function readImages(given: readonly string[], containerName: string | undefined): ImageChoice[] {
  const images = given.map(readImage)
  const unnamed = images.filter((each) => each.container === undefined)
  if (containerName !== undefined && images.length === 0) {
    throw new InputError([`Input 'container-name' needs an 'image' to go with it.`])
  }
  if (containerName !== undefined && unnamed.length === 0) {
    throw new InputError([
      `Input 'container-name' is '${containerName}', but 'image' names its containers itself. Remove one of them.`,
    ])
  }
  if (images.length > 1 && unnamed.length > 0) {
    const example = unnamed[0]?.image ?? ''
    throw new InputError([
      `Input 'image' has several lines, so each has to name its container: NAME=${example}`,
    ])
  }
  const names = images.map((each) => each.container ?? containerName)
  const twice = names.find((name, index) => name !== undefined && names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new InputError([`Input 'image' names the container '${twice}' twice.`])
  return images.map(({ container, image }) => ({ container: container ?? containerName, image }))
}

/** `NAME=IMAGE` or `IMAGE`; a container's name has no `/`, `.` or `:` in it, an image reference no `=`. */
function readImage(line: string): ImageChoice {
  const [, container, image] = /^([\w-]+)=(.+)$/.exec(line) ?? []
  return image === undefined ? { container: undefined, image: line } : { container, image }
}
