/** What docker is called with. Pure; an argument is an argument, whatever stands in it. */
import type { PushInputs } from '../inputs.ts'
import type { Builder } from './docker.ts'

export interface BuildPlan {
  /** `HOST/NAME:TAG` */
  readonly image: string
  /** `HOST/NAME` */
  readonly repository: string
  readonly labels: Readonly<Record<string, string>>
  /** Absolute, or as the user gave it where it is an address. */
  readonly context: string
  readonly file: string | undefined
  /** Where buildx writes what it has made. */
  readonly metadataFile: string
}

/** `docker buildx build`, which pushes as well: an image for several platforms is in no local store. */
export function buildxArguments(inputs: PushInputs, plan: BuildPlan): readonly string[] {
  const isMulti = platformsOf(inputs).length > 1
  return [
    'buildx',
    'build',
    ...common(inputs, plan),
    '--progress=plain',
    ...(inputs.platforms === undefined ? [] : ['--platform', platformsOf(inputs).join(',')]),
    `--provenance=${inputs.provenance ? (isMulti ? 'mode=min' : 'true') : 'false'}`,
    ...(inputs.sbom ? ['--sbom=true'] : []),
    ...cacheArguments(inputs.cache, plan.repository),
    '--metadata-file',
    plan.metadataFile,
    '--push',
    plan.context,
  ]
}

/** `docker build`, for the local store. The legacy builder does not know how to print plainly: it always does. */
export function buildArguments(
  inputs: PushInputs,
  plan: BuildPlan,
  builder: Exclude<Builder, 'buildx'>,
): readonly string[] {
  const [platform] = platformsOf(inputs)
  return [
    'build',
    ...common(inputs, plan),
    ...(builder === 'buildkit' ? ['--progress=plain'] : []),
    ...(platform === undefined ? [] : ['--platform', platform]),
    plan.context,
  ]
}

export const platformsOf = ({ platforms }: PushInputs): readonly string[] =>
  (platforms ?? '')
    .split(/[\s,]+/)
    .map((platform) => platform.trim())
    .filter((platform) => platform !== '')

/** Names only what this builder cannot do. */
export function beyond(builder: Builder, inputs: PushInputs): readonly string[] {
  if (builder === 'buildx') return []
  return [
    ...(builder === 'legacy' && inputs.buildSecrets.length > 0 ? ['build-secrets'] : []),
    ...(platformsOf(inputs).length > 1 ? ['several platforms'] : []),
    ...(inputs.provenance ? ['provenance'] : []),
    ...(inputs.sbom ? ['sbom'] : []),
    ...(inputs.cache === 'none' ? [] : [`cache: ${inputs.cache}`]),
  ]
}

function common(inputs: PushInputs, plan: BuildPlan): readonly string[] {
  const labels = Object.entries(plan.labels).map(([name, value]) => `${name}=${value}`)
  return [
    '--tag',
    plan.image,
    ...(plan.file === undefined ? [] : ['--file', plan.file]),
    ...(inputs.target === undefined ? [] : ['--target', inputs.target]),
    ...inputs.buildArgs.flatMap((pair) => ['--build-arg', pair]),
    ...inputs.buildSecrets.flatMap((secret) => ['--secret', secret]),
    // The user's own come last, so that they win.
    ...[...labels, ...inputs.labels].flatMap((pair) => ['--label', pair]),
  ]
}

/** A cache that cannot be written is no reason to fail. */
function cacheArguments(cache: PushInputs['cache'], repository: string): readonly string[] {
  if (cache === 'none') return []
  const from = cache === 'gha' ? 'type=gha' : `type=registry,ref=${repository}:buildcache`
  const to =
    cache === 'gha'
      ? 'type=gha,mode=max,ignore-error=true'
      : `type=registry,ref=${repository}:buildcache,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`
  return ['--cache-from', from, '--cache-to', to]
}
