import type { Service, UpdateServiceCommandInput } from '@aws-sdk/client-ecs'
import { invalidParameter } from '../api.ts'

/**
 * What UpdateService refuses for a service that CodeDeploy deploys: these members belong to its task sets, and are
 * refused even when they say what is there already (hashicorp/terraform-provider-aws#36727). The words are recorded:
 * of the task definition in boto/boto3#1936, of the network in hashicorp/terraform-provider-aws#8005, of a forced
 * deployment by users of `--force-new-deployment`, of load balancers likewise. Those for the last three are unproven;
 * that they are refused is what kayac/ecspresso leaves out for such services, and API_UpdateService.
 */
const REFUSED: Readonly<Partial<Record<keyof UpdateServiceCommandInput, string>>> = {
  taskDefinition: 'Unable to update task definition',
  networkConfiguration: 'Unable to update network parameters',
  loadBalancers: 'Unable to update load balancers',
  platformVersion: 'Unable to update platform version',
  serviceRegistries: 'Unable to update service registries',
  capacityProviderStrategy: 'Unable to update capacity provider strategy',
}

export function checkController(
  { deploymentController }: Service,
  input: UpdateServiceCommandInput,
): void {
  if (deploymentController?.type !== 'CODE_DEPLOY') return
  for (const [member, refusal] of Object.entries(REFUSED)) {
    if (input[member as keyof UpdateServiceCommandInput] !== undefined) throw refused(refusal)
  }
  if (input.forceNewDeployment === true) throw refused('Cannot force a new deployment')
}

const refused = (what: string): Error =>
  invalidParameter(
    `${what} on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`,
  )
