import {
  choice,
  defineInputs,
  flag,
  InputError,
  integer,
  lines,
  text,
  type InputsOf,
  type InputSource,
} from '@ecs-pipeline/action-kit'
import { ecrRegistry, parseImageReference } from '@ecs-pipeline/aws'
import { parseTagRules, type TagRule } from '@ecs-pipeline/image'

/** The inputs of the action; ecr-push/action.yml declares the same ones and describes them. */
export const schema = defineInputs({
  repository: text({ required: true }),
  context: text({ default: '.' }),
  file: text(),
  target: text(),
  'build-args': lines(),
  'build-secrets': lines(),
  labels: lines(),
  platforms: text(),
  cache: choice(['none', 'gha', 'registry'], { default: 'none' }),
  provenance: flag({ default: 'false' }),
  sbom: flag({ default: 'false' }),
  'oci-layout': text(),
  'image-tar': text(),
  tags: text({ default: 'sha' }),
  version: choice(['tag', 'next'], { default: 'tag' }),
  'if-exists': choice(['reuse', 'rebuild', 'fail'], { default: 'reuse' }),
  'create-repository': flag({ default: 'false' }),
  'lifecycle-policy': text(),
  scan: choice(['ecr', 'trivy', 'none'], { default: 'ecr' }),
  'fail-on': choice(['critical', 'high', 'medium', 'never'], { default: 'critical' }),
  'scan-ignore': text(),
  'scan-minutes': integer({ minimum: 1, maximum: 120, default: '10' }),
  'on-unscannable': choice(['fail', 'warn'], { default: 'fail' }),
  'imagedefinitions-container': text(),
})

type Given = InputsOf<typeof schema>

/** What is built, or handed over by another tool. */
export type ImageOrigin =
  | { readonly kind: 'build' }
  | { readonly kind: 'oci-layout'; readonly path: string }
  | { readonly kind: 'image-tar'; readonly path: string }

/** Where the repository is. What is missing comes from the credentials and AWS_REGION. */
export interface RepositoryPlace {
  readonly name: string
  readonly registryId: string | undefined
  readonly region: string | undefined
}

export interface PushInputs extends Omit<Given, 'repository' | 'tags' | 'ociLayout' | 'imageTar'> {
  readonly repository: RepositoryPlace
  readonly tags: readonly TagRule[]
  readonly origin: ImageOrigin
}

/** Throws one InputError that lists everything that is wrong. */
export function readPushInputs(source: InputSource): PushInputs {
  const { repository, tags, ociLayout, imageTar, ...given } = schema.read(source)
  const problems = [...buildProblems(source, ociLayout, imageTar), ...pairProblems(given)]
  const place = placeOf(repository)
  if (typeof place === 'string') problems.push(place)
  const rules = parseTagRules(tags)
  if ('problems' in rules) problems.push(...rules.problems.map((each) => `Input 'tags': ${each}`))
  if (problems.length > 0 || typeof place === 'string' || 'problems' in rules) {
    throw new InputError(problems)
  }
  return { ...given, repository: place, tags: rules.rules, origin: originOf(ociLayout, imageTar) }
}

function originOf(ociLayout: string | undefined, imageTar: string | undefined): ImageOrigin {
  if (ociLayout !== undefined) return { kind: 'oci-layout', path: ociLayout }
  return imageTar === undefined ? { kind: 'build' } : { kind: 'image-tar', path: imageTar }
}

/** A name, or all of `123456789012.dkr.ecr.eu-west-1.amazonaws.com/name`. A text is what is wrong. */
function placeOf(repository: string): RepositoryPlace | string {
  const image = parseImageReference(repository)
  const isName = image?.digest === undefined && !/:[^/]*$/.test(repository)
  if (!image || !isName) {
    return `Input 'repository' has to be the name of a repository, such as team/app, without a tag, not '${repository}'.`
  }
  if (image.host === 'docker.io') {
    return { name: image.repository, registryId: undefined, region: undefined }
  }
  const registry = ecrRegistry(image.host)
  return registry
    ? { name: image.repository, ...registry }
    : `Input 'repository': ${image.host} is no registry of ECR. Name the repository only, or the whole address as ECR shows it.`
}

/** Inputs that only a build has. */
const OF_BUILDS = ['file', 'target', 'build-args', 'build-secrets', 'labels', 'platforms'] as const

function buildProblems(
  source: InputSource,
  ociLayout: string | undefined,
  imageTar: string | undefined,
): readonly string[] {
  if (ociLayout !== undefined && imageTar !== undefined) {
    return [`Inputs 'oci-layout' and 'image-tar' do not go together: name one image.`]
  }
  const origin = ociLayout === undefined ? 'image-tar' : 'oci-layout'
  if (ociLayout === undefined && imageTar === undefined) return []
  return OF_BUILDS.filter((name) => source(name).trim() !== '').map(
    (name) => `Inputs '${origin}' and '${name}' do not go together: the image is built already.`,
  )
}

function pairProblems(
  given: Omit<PushInputs, 'repository' | 'tags' | 'origin'>,
): readonly string[] {
  const problems: string[] = []
  if (given.scan === 'none' && given.scanIgnore !== undefined) {
    problems.push(`Input 'scan-ignore' needs a scan: set 'scan' to ecr or trivy, or remove it.`)
  }
  if (given.lifecyclePolicy !== undefined && !given.createRepository) {
    problems.push(
      `Input 'lifecycle-policy' needs 'create-repository': the policy of a repository that is there already is not changed.`,
    )
  }
  // Not shown: a line of a secret that was meant for something else may stand here.
  const notPairs = (name: string, given: readonly string[], pair: RegExp): readonly string[] =>
    given.flatMap((line, index) =>
      pair.test(line) ? [] : [`Input '${name}': line ${index + 1} is not NAME=VALUE.`],
    )
  problems.push(...notPairs('build-args', given.buildArgs, /^[A-Za-z_]\w*(=|$)/))
  problems.push(...notPairs('labels', given.labels, /^[^=\s]+=/))
  problems.push(...given.buildSecrets.flatMap(secretProblem))
  return problems
}

/** The line is shown: it names a secret and has none. */
function secretProblem(line: string): readonly string[] {
  const members = line.split(',').map((part) => part.split('=')[0] ?? '')
  const isWhole =
    members.includes('id') &&
    members.every((member) => ['id', 'env', 'src'].includes(member)) &&
    members.includes('env') !== members.includes('src')
  return isWhole
    ? []
    : [
        `Input 'build-secrets': a line is id=NAME,env=VARIABLE or id=NAME,src=FILE. The secret itself belongs into the variable or the file.`,
      ]
}
