/**
 * How long a task spends in each phase, in milliseconds of AWS time. Fargate shows 10 to 40 s to PENDING and as much
 * again for a pull of a few hundred megabytes; these are its short end, so that tests stay quick.
 */
export const PROVISIONING_MS = 5_000
export const PULL_MS = 5_000
/** Containers run; the agent reports it and ECS shows RUNNING. */
export const ACTIVATING_MS = 1_000
export const DEPROVISIONING_MS = 2_000

/** Seconds from SIGTERM to SIGKILL where the container definition says nothing (API_ContainerDefinition). */
export const DEFAULT_STOP_TIMEOUT_SECONDS = 30

/** A stopped task can be described for an hour (API_DescribeTasks). */
export const STOPPED_TASK_KEPT_MS = 60 * 60 * 1000
