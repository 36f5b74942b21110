/** Names that AWS gives. */

type Brand<Name extends string> = string & { readonly __brand?: Name }
export type TaskDefinitionArn = Brand<'TaskDefinitionArn'>
export type ServiceDeploymentArn = Brand<'ServiceDeploymentArn'>
export type ServiceRevisionArn = Brand<'ServiceRevisionArn'>
export type TargetGroupArn = Brand<'TargetGroupArn'>

/** A member of an AWS enum, or something newer than this code. */
export type Open<Known extends string> = Known | (string & {})
