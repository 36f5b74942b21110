import { describe, expect, test } from '@jest/globals'
import { InputError } from '@ecs-pipeline/action-kit'
import { beyond, buildArguments, buildxArguments } from '../docker/build-arguments.ts'
import { readPushInputs, type PushInputs } from '../inputs.ts'

const inputs = (given: Readonly<Record<string, string>>): PushInputs =>
  readPushInputs((name) => ({ repository: 'app', ...given })[name] ?? '')

const PLAN = {
  image: 'host/app:sha',
  repository: 'host/app',
  labels: { 'org.opencontainers.image.revision': 'abc' },
  context: '/work',
  file: undefined,
  metadataFile: '/tmp/metadata.json',
}

describe('what docker is called with', () => {
  test('an argument stays one argument, whatever stands in it', () => {
    const args = buildArguments(inputs({ 'build-args': 'A=$(rm -rf /) ; "x"' }), PLAN, 'legacy')
    expect(args).toEqual([
      'build',
      '--tag',
      'host/app:sha',
      '--build-arg',
      'A=$(rm -rf /) ; "x"',
      '--label',
      'org.opencontainers.image.revision=abc',
      '/work',
    ])
  })

  test('buildx pushes, without attestations unless they are wanted', () => {
    const args = buildxArguments(inputs({ platforms: 'linux/amd64, linux/arm64' }), PLAN)
    expect(args.slice(0, 2)).toEqual(['buildx', 'build'])
    expect(args).toEqual(expect.arrayContaining(['--push', '--provenance=false']))
    expect(args[args.indexOf('--platform') + 1]).toBe('linux/amd64,linux/arm64')
    expect(args.join(' ')).not.toContain('--sbom')
    const wanted = buildxArguments(inputs({ provenance: 'true', sbom: 'true' }), PLAN)
    expect(wanted).toEqual(expect.arrayContaining(['--provenance=true', '--sbom=true']))
  })

  test('a cache that cannot be written fails nothing', () => {
    const args = buildxArguments(inputs({ cache: 'registry' }), PLAN)
    expect(args[args.indexOf('--cache-to') + 1]).toContain('ignore-error=true')
    expect(args[args.indexOf('--cache-from') + 1]).toBe('type=registry,ref=host/app:buildcache')
  })

  test.each([
    ['buildx', { cache: 'gha' }, []],
    ['buildkit', { cache: 'gha' }, ['cache: gha']],
    ['buildkit', { 'build-secrets': 'id=npm,env=NPM_TOKEN' }, []],
    ['legacy', { 'build-secrets': 'id=npm,env=NPM_TOKEN' }, ['build-secrets']],
    [
      'legacy',
      { platforms: 'linux/amd64,linux/arm64', sbom: 'true' },
      ['several platforms', 'sbom'],
    ],
  ] as const)('%s with %j cannot do %j', (builder, given, missing) => {
    expect(beyond(builder, inputs(given))).toEqual(missing)
  })
})

describe('inputs that are wrong', () => {
  const problemsOf = (given: Readonly<Record<string, string>>): string => {
    try {
      inputs(given)
    } catch (error) {
      if (error instanceof InputError) return error.problems.join('\n')
    }
    return 'none'
  }

  test.each([
    [{ repository: 'app:v1' }, 'without a tag'],
    [{ repository: 'App' }, 'the name of a repository'],
    [{ repository: 'ghcr.io/octo/app' }, 'ghcr.io is no registry of ECR'],
    [{ tags: 'commit' }, "Input 'tags': 'commit' is no rule"],
    [{ 'oci-layout': 'a', 'image-tar': 'b' }, 'do not go together'],
    [{ 'oci-layout': 'a', target: 'x' }, "'oci-layout' and 'target' do not go together"],
    [{ 'lifecycle-policy': 'x.json' }, "needs 'create-repository'"],
    [{ scan: 'none', 'scan-ignore': 'x.yml' }, 'needs a scan'],
    [{ 'build-args': 'A=1\nhunter2 and more' }, "'build-args': line 2 is not NAME=VALUE"],
    [{ 'build-secrets': 'id=x,value=hunter2' }, 'id=NAME,env=VARIABLE'],
  ])('%j', (given, problem) => {
    expect(problemsOf(given)).toContain(problem)
    expect(problemsOf(given)).not.toContain('hunter2')
  })

  test('the whole address of a repository says account and region', () => {
    expect(
      inputs({ repository: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app' }).repository,
    ).toEqual({ name: 'team/app', registryId: '123456789012', region: 'eu-west-1' })
  })
})
