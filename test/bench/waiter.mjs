// What a pipeline without us does: register, update, and the SDK's own waitUntilServicesStable. Prints one JSON line.
import {
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs'

const { definition, cluster, service } = JSON.parse(process.env.RELEASE ?? '{}')
const client = new ECSClient({})
const registered = await client.send(new RegisterTaskDefinitionCommand(definition))
await client.send(
  new UpdateServiceCommand({
    cluster,
    service,
    taskDefinition: registered.taskDefinition?.taskDefinitionArn,
  }),
)
let said = 'stable'
try {
  await waitUntilServicesStable({ client, maxWaitTime: 1800 }, { cluster, services: [service] })
} catch (error) {
  said = String(error instanceof Error ? error.message : error).slice(0, 300)
}
console.log(JSON.stringify({ said, endedAt: Date.now() }))
