import { NotFound } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import type { ServiceView } from '../views.ts'

/** Throws a {@link Refusal} when there is no such service, or none that this version can watch. */
export async function readCheckedService(
  ports: Ports,
  asked: { readonly cluster: string; readonly service: string },
  controllers: readonly ServiceView['controller'][] = ['ECS'],
): Promise<ServiceView> {
  let service: ServiceView
  try {
    service = await ports.deployments.service()
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    throw new Refusal(
      `service: ${error.message} Check \`cluster\` (${asked.cluster}), \`service\` (${asked.service}) and the region of the credentials.`,
      'input',
      { cause: error },
    )
  }
  checkService(service, controllers)
  return service
}

function checkService(service: ServiceView, controllers: readonly string[]): void {
  if (service.status !== 'ACTIVE') {
    throw new Refusal(
      `service: ${service.name} is ${service.status}; only an ACTIVE service can be deployed to.`,
    )
  }
  if (service.managedByEcs) {
    throw new Refusal(
      `service: ${service.name} is an Express mode service: ECS itself manages its resources. Use the Express mode APIs for it.`,
    )
  }
  if (!controllers.includes(service.controller)) {
    throw new Refusal(
      `service: ${service.name} has the deployment controller ${service.controller}; this action deploys to services with the controller ${controllers.join(' or ')}.`,
    )
  }
  if (service.schedulingStrategy !== 'REPLICA') {
    throw new Refusal(
      `service: ${service.name} is a ${service.schedulingStrategy} service; this version deploys to REPLICA services only.`,
    )
  }
}
