import { invalidParameter } from '../errors.ts'

/** `reason` stands behind the words that ECR says of every policy it does not take (moto's tests, cloudposse/terraform-aws-ecr#158). */
export const refused = (reason: string): Error =>
  invalidParameter('LifecyclePolicyText', `Lifecycle policy validation failure: ${reason}`)
