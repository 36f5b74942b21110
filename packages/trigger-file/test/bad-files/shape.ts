import { type BadFile, latency, seen, trigger } from './bad-file.ts'

export const SHAPE: readonly BadFile[] = [
  seen('a text', 'rollback please', '1:1 not the text "rollback please"'),
  seen('a path that does not end as one', 'deploy/triggers', '1:1 A path has to end in .yml'),
  seen('a number', '5', '1:1 a trigger file is a map with `triggers`'),
  seen(
    'a list of texts',
    '- TargetResponseTime\n- HealthyHostCount\n',
    '1:3 a trigger is a map',
    '2:3 not the text "HealthyHostCount"',
  ),
  seen('no triggers', 'version: 1\n', '1:1 needs `triggers`'),
  seen('an empty list', 'triggers: []\n', '1:11 has no trigger'),
  seen('triggers without a value', 'triggers:\n', '1:10 is a list of triggers, not empty'),
  seen(
    'a map of triggers',
    'triggers:\n  metric: RequestCount\n',
    '2:3 Begin each trigger with "- "',
  ),
  seen(
    'a trigger at the top',
    'metric: RequestCount\nthreshold: 5\n',
    '1:1 belongs to a trigger',
    '1:1 needs `triggers`',
    '2:1 belongs to a trigger',
  ),
  seen(
    'both names of the list',
    `triggers:\n${latency()}rollback_triggers:\n${latency()}`,
    '6:1 write `triggers` or `rollback_triggers`, not both',
  ),
  seen('a key that is written wrongly', latency('treshold: 6'), '4:3 Did you mean `threshold`?'),
  seen(
    'the key of a CloudWatch alarm',
    trigger('metric_name: HealthyHostCount', 'threshold: 1', 'duration: 60'),
    '1:3 Did you mean `metric`?',
    '1:3 a trigger needs one of `metric`',
  ),
  seen(
    'the key of Terraform',
    latency('comparison_operator: GreaterThanThreshold'),
    '4:3 Did you mean `comparison`?',
  ),
  seen(
    'a key in camel case',
    `bakeMinutes: 10\ntriggers:\n${latency()}`,
    '1:1 Did you mean `bake_minutes`?',
  ),
  seen(
    'a key that is like no other',
    latency('runbook: https://example.com'),
    '4:3 Its keys are name, metric',
  ),
  seen('a key of the file in a trigger', latency('bake_minutes: 10'), '4:3 belongs to the file'),
  seen('__proto__', latency('__proto__: {action: warn}'), '4:3 has no key "__proto__"'),
  seen('constructor', latency('constructor: {prototype: {}}'), '4:3 no key "constructor"'),
]
