/**
 * The exceptions of CodeDeploy and their words. Recorded: the group's and the application's by users of the CLI and of
 * CloudFormation, `active` by CircleCI-Public/aws-ecs-orb#181. All others are unproven.
 */
import {
  ApplicationAlreadyExistsException,
  ApplicationDoesNotExistException,
  DeploymentAlreadyCompletedException,
  DeploymentConfigAlreadyExistsException,
  DeploymentConfigDoesNotExistException,
  DeploymentDoesNotExistException,
  DeploymentGroupAlreadyExistsException,
  DeploymentGroupDoesNotExistException,
  DeploymentGroupNameRequiredException,
  DeploymentIsNotInReadyStateException,
  DeploymentLimitExceededException,
  DeploymentTargetDoesNotExistException,
  InvalidNextTokenException,
  InvalidRevisionException,
  RevisionRequiredException,
} from '@aws-sdk/client-codedeploy'

const $metadata = {}

export const noApplication = (name: string): Error =>
  new ApplicationDoesNotExistException({
    message: `No application found for name: ${name}`,
    $metadata,
  })

export const applicationExists = (name: string): Error =>
  new ApplicationAlreadyExistsException({
    message: `Application already exists: ${name}`,
    $metadata,
  })

export const noGroup = (name: string): Error =>
  new DeploymentGroupDoesNotExistException({
    message: `No Deployment Group found for name: ${name}`,
    $metadata,
  })

export const groupExists = (name: string): Error =>
  new DeploymentGroupAlreadyExistsException({
    message: `Deployment group name already exists: ${name}`,
    $metadata,
  })

export const groupNameRequired = (): Error =>
  new DeploymentGroupNameRequiredException({
    message: 'Deployment Group name is missing',
    $metadata,
  })

export const noConfig = (name: string): Error =>
  new DeploymentConfigDoesNotExistException({
    message: `No deployment configuration found for name: ${name}`,
    $metadata,
  })

export const configExists = (name: string): Error =>
  new DeploymentConfigAlreadyExistsException({
    message: `Deployment configuration name already exists: ${name}`,
    $metadata,
  })

export const noDeployment = (id: string): Error =>
  new DeploymentDoesNotExistException({
    message: `The deployment ${id} could not be found`,
    $metadata,
  })

export const noTarget = (id: string): Error =>
  new DeploymentTargetDoesNotExistException({
    message: `The deployment target ${id} could not be found`,
    $metadata,
  })

/** AWS changed the words in 2022 (webfactory/create-aws-codedeploy-deployment#24). */
export const active = (group: string, deployment: string): Error =>
  new DeploymentLimitExceededException({
    message: `The Deployment Group '${group}' already has an active Deployment '${deployment}'`,
    $metadata,
  })

export const completed = (id: string): Error =>
  new DeploymentAlreadyCompletedException({
    message: `The deployment ${id} is already complete`,
    $metadata,
  })

export const notReady = (id: string): Error =>
  new DeploymentIsNotInReadyStateException({
    message: `The deployment ${id} does not have a status of Ready and can't continue yet`,
    $metadata,
  })

/** The words are recorded (aws/aws-cli#4256). */
export const revisionRequired = (): Error =>
  new RevisionRequiredException({ message: 'RevisionLocation must be specified', $metadata })

export const invalidRevision = (message: string): Error =>
  new InvalidRevisionException({ message, $metadata })

export const invalidToken = (): Error =>
  new InvalidNextTokenException({ message: 'The next token is invalid', $metadata })

/** One page of a list; CodeDeploy lets nobody choose its size, which is unproven. */
export function pageOf<Item>(
  items: readonly Item[],
  token: string | undefined,
): { readonly page: Item[]; readonly nextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString() || NaN)
  if (!Number.isInteger(start) || start < 0) throw invalidToken()
  const end = start + PAGE
  const page = items.slice(start, end)
  if (end >= items.length) return { page }
  return { page, nextToken: Buffer.from(String(end)).toString('base64') }
}

const PAGE = 100
