import { groupNameRequired, noApplication, noConfig, noDeployment, noGroup } from './errors.ts'
import type { ApplicationRecord, CodeDeployState, DeploymentRecord, GroupRecord } from './model.ts'

export function requireApplication(
  { applications }: CodeDeployState,
  name = '',
): ApplicationRecord {
  const found = applications.get(name)
  if (!found) throw noApplication(name)
  return found
}

export function requireGroup(
  state: CodeDeployState,
  applicationName: string | undefined,
  groupName: string | undefined,
): GroupRecord {
  const { groups } = requireApplication(state, applicationName)
  if (groupName === undefined) throw groupNameRequired()
  const found = groups.get(groupName)
  if (!found) throw noGroup(groupName)
  return found
}

export function requireDeployment({ deployments }: CodeDeployState, id = ''): DeploymentRecord {
  const found = deployments.get(id)
  if (!found) throw noDeployment(id)
  return found
}

export function requireConfig({ configs }: CodeDeployState, name: string): string {
  if (!configs.has(name)) throw noConfig(name)
  return name
}
