/** A stage for inputs as a workflow has them: text, with task definition files beside it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallRecord } from '../../../packages/local-aws/src/calls.ts'
import { readDeployInputs, type DeployInputs } from '../../../actions/deploy/inputs.ts'
import { CLUSTER, taskDefinitionFor } from '../../support/stack.ts'
import type { ActionRun, DeployOptions } from './run-on-stage.ts'
import { Stage, type Behaviour } from './stage.ts'

export type Given = Readonly<Record<string, string>>

const WRITES = ['RegisterTaskDefinition', 'UpdateService', 'StopServiceDeployment', 'TagResource']
export const writesOf = (calls: readonly string[]): readonly string[] =>
  calls.filter((call) => WRITES.includes(call))

export const inputsOf = (given: Given): DeployInputs =>
  readDeployInputs((name) => ({ cluster: CLUSTER, ...given })[name] ?? '')

export const VOLUME = {
  sizeInGiB: 30,
  volumeType: 'gp3',
  encrypted: true,
  throughput: 125,
  roleArn: 'arn:aws:iam::123456789012:role/ebs',
}
/** What a task definition has for a volume that whoever starts its tasks configures. */
export const LEFT_OPEN = { volumes: [{ name: 'ebs1', configuredAtLaunch: true }] }

export class OfficialStage {
  readonly stage: Stage
  readonly workspace: string

  private constructor(stage: Stage, workspace: string) {
    this.stage = stage
    this.workspace = workspace
  }

  static async open(): Promise<OfficialStage> {
    return new OfficialStage(await Stage.open(), await mkdtemp(join(tmpdir(), 'official-inputs-')))
  }

  async close(): Promise<void> {
    await this.stage.close()
    await rm(this.workspace, { recursive: true, force: true })
  }

  /** Runs the action with these inputs and nothing else; without a `service` there is none. */
  deploy(given: Given, options: Omit<DeployOptions, 'inputs'> = {}): Promise<ActionRun> {
    const { workspace } = this
    return this.stage.deploy(given['service'] ?? '', {
      workspace,
      ...options,
      inputs: inputsOf(given),
    })
  }

  /** Those of the last run with that name, in order. */
  calls(operation: string): readonly CallRecord[] {
    return this.stage.aws.calls.entries().filter((call) => call.operation === operation)
  }

  /** What the last call of that name was given. */
  asked(operation: string): Readonly<Record<string, unknown>> {
    return this.calls(operation).at(-1)?.input as Readonly<Record<string, unknown>>
  }

  /** A task definition file with a new image; gives its name. */
  async file(family: string, over: object = {}, behaviour: Behaviour = 'good'): Promise<string> {
    const name = `${family}.json`
    const document = taskDefinitionFor(family, await this.stage.image(behaviour), 'us-east-1')
    await writeFile(join(this.workspace, name), JSON.stringify({ ...document, ...over }))
    return name
  }
}
