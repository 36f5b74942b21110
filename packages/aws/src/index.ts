export {
  createClusterPorts,
  createPorts,
  type ClusterPortOptions,
  type PortOptions,
} from './create-ports.ts'
export { describeCall, type CallRecord } from './call.ts'
export {
  ecrRegistry,
  parseImageReference,
  type EcrRegistry,
  type ImageReference,
} from './image-reference.ts'
export { READ_ONLY_MEMBERS, withoutReadOnlyMembers } from './task-definitions.ts'
export {
  createTopics,
  topicMessage,
  topicSubject,
  type Publication,
  type TopicOptions,
  type Topics,
} from './topics.ts'
export { unknownMembers } from './unknown-members.ts'
export { createRegistry, type RegistryOptions } from './registry/create-registry.ts'
