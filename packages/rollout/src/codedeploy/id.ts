/** Whether a deployment is one of CodeDeploy: those have ids (`d-` and nine signs), those of ECS have ARNs. */
export const isOfCodeDeploy = (deployment: string): boolean => /^d-[A-Z0-9]+$/.test(deployment)

/** Who carries a deployment out, for people. */
export const whoDeploysAs = (deployment: string | undefined): string =>
  deployment !== undefined && isOfCodeDeploy(deployment) ? 'CodeDeploy' : 'ECS'
