/**
 * The AppSpec file of an ECS deployment, JSON or YAML. Names of members are taken in any case and written back as they
 * are, as the official action does; CodeDeploy gets JSON, which is YAML.
 */
import { parseYaml, readTextFile } from '@ecs-pipeline/action-kit'
import { Refusal, type TaskDefinitionArn } from '@ecs-pipeline/rollout'

type Members = Record<string, unknown>

/** Gives what writes the file with a task definition in it. Throws a {@link Refusal} that names what is wrong. */
export async function readAppSpec(
  name: string,
  workspace: string,
): Promise<(taskDefinition: TaskDefinitionArn) => string> {
  const document = await readDocument(name, workspace)
  const places = propertiesIn(name, document)
  return (taskDefinition) => {
    for (const { properties, key } of places) properties[key] = taskDefinition
    return JSON.stringify(document)
  }
}

const wrong = (name: string, what: string): Refusal =>
  new Refusal(`codedeploy-appspec: ${name}: ${what}`)

async function readDocument(name: string, workspace: string): Promise<unknown> {
  const file = await readTextFile(name, workspace)
  if ('problem' in file) {
    throw wrong(name, `${file.problem} A service that CodeDeploy deploys needs an AppSpec file.`)
  }
  const parsed = await parseYaml(file.text)
  if ('problem' in parsed) throw wrong(name, `not valid JSON or YAML: ${parsed.problem}`)
  return parsed.value
}

/** Where each of its resources names the task definition. */
function propertiesIn(
  name: string,
  document: unknown,
): readonly { readonly properties: Members; readonly key: string }[] {
  const resources = member(document, 'Resources')?.value
  if (!Array.isArray(resources) || resources.length === 0) {
    throw wrong(name, '`Resources` has to be a list of at least one resource.')
  }
  return resources.flatMap((each: unknown) => {
    if (!isMembers(each)) throw wrong(name, 'each of `Resources` has to be an object.')
    return Object.entries(each).map(([title, resource]) => {
      const type = member(resource, 'Type')?.value
      if (type !== 'AWS::ECS::Service') {
        throw wrong(name, `the \`Type\` of ${title} has to be AWS::ECS::Service.`)
      }
      const properties = member(resource, 'Properties')?.value
      const key = member(properties, 'TaskDefinition')?.key
      if (!isMembers(properties) || key === undefined) {
        throw wrong(
          name,
          `\`Properties\` of ${title} has no \`TaskDefinition\`. Write TaskDefinition: <TASK_DEFINITION>; it is replaced.`,
        )
      }
      const balancer = member(properties, 'LoadBalancerInfo')?.value
      for (const needed of ['ContainerName', 'ContainerPort']) {
        if (member(balancer, needed)?.value === undefined) {
          throw wrong(name, `\`LoadBalancerInfo\` of ${title} has no \`${needed}\`.`)
        }
      }
      return { properties, key }
    })
  })
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** In any case: `Resources`, `resources`. */
function member(of: unknown, name: string): { key: string; value: unknown } | undefined {
  if (!isMembers(of)) return undefined
  const key = Object.keys(of).find((each) => each.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : { key, value: of[key] }
}
