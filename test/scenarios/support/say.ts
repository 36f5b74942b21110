import type {
  DescribeServiceDeploymentsCommandOutput,
  ServiceDeployment,
} from '@aws-sdk/client-ecs'
import type { Stage } from './stage.ts'

/** DescribeServiceDeployments says something else of each deployment; `times`: so often, and always without. */
export function say(
  stage: Stage,
  change: (deployment: ServiceDeployment) => ServiceDeployment,
  over: { readonly after?: number; readonly times?: number } = {},
): void {
  stage.aws.faults.add({
    operation: 'DescribeServiceDeployments',
    ...over,
    change: (answer: DescribeServiceDeploymentsCommandOutput) => ({
      ...answer,
      serviceDeployments: answer.serviceDeployments?.map(change),
    }),
  })
}
