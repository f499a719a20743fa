metadata name = 'Alerts'
metadata description = 'Tells people what the app can not put right by itself.'

import { alertSettings, tagMap } from 'types.bicep'

// Parameters

@description('Required. Ending of the names.')
param nameSuffix string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagMap

@description('Required. Whom the alerts tell.')
param settings alertSettings

@description('Required. ARM id of the workspace with the logs.')
param workspaceId string

@description('Required. ARM id of the topic.')
param topicId string

@description('Required. Whether each new key is tried on Azure Maps.')
param verifiesKeys bool

@description('Required. Whether each new key is stored in a vault.')
param storesKeys bool

var emails = settings.?emails ?? []
var silenceHours = settings.?timerSilenceHours ?? 26
var actionGroupIds = concat(empty(emails) ? [] : [actionGroup.id], settings.?actionGroupIds ?? [])

// The tables come with the first telemetry: a query must not fail before, https://github.com/mspnp/aks-baseline/issues/422
var lines = '''
union isfuzzy=true (datatable(TimeGenerated: datetime, Message: string)[]), AppTraces
| where Message startswith '{"message":'
| extend line = parse_json(Message)
| extend message = tostring(line.message)
'''
var silence = '''
| where message == '{0}' and TimeGenerated > ago({1})
| summarize runs = count()
| where runs == 0
'''

var queryRules = [
  {
    key: 'rotation-failed'
    displayName: 'Maps key rotation: a rotation failed'
    description: 'A rotation was given up before its key was regenerated. The code in the log line says why; the next run of the timer tries again.'
    severity: 1
    frequency: 'PT15M'
    range: null
    query: '${lines}| where message == \'The rotation failed\' and line.code != \'Superseded\'\n| project TimeGenerated, line.accountId, line.keyType, line.code, line.rotationId'
  }
  {
    key: 'poison-queue'
    displayName: 'Maps key rotation: the poison queue is not empty'
    description: 'Messages were given up on by the host. The app takes them up again from its table; what made them fail is in the log.'
    severity: 2
    frequency: 'PT15M'
    range: null
    query: '${lines}| where message in (\'A rotation got into the poison queue\', \'An account could not be handled; the next run tries it again\', \'A message of the poison queue that no version of this app wrote was dropped\')\n| project TimeGenerated, message, line.accountId, line.rotationId'
  }
  {
    key: 'rotation-stuck'
    displayName: 'Maps key rotation: a rotation does not get on'
    description: 'Azure has refused a step of a rotation for an hour, or Event Grid refuses its event as it is. The code in the log line says which; the app goes on trying.'
    severity: 2
    frequency: 'PT1H'
    range: null
    query: '${lines}| where (message == \'The rotation goes on later\' and toint(line.attempt) >= 8) or message == \'Event Grid does not take the event as it is\'\n| project TimeGenerated, line.accountId, line.code, line.attempt, line.rotationId'
  }
  {
    key: 'key-overdue'
    displayName: 'Maps key rotation: a key is overdue'
    description: 'A run of the timer met a key past its maximum age.'
    severity: 2
    frequency: 'PT1H'
    range: null
    query: '${lines}| where message == \'A key of the account is overdue\'\n| project TimeGenerated, line.accountId, line.decision'
  }
  {
    key: 'account-skipped'
    displayName: 'Maps key rotation: an account can not be rotated'
    description: 'An account is opted in, but is skipped by each run of the timer until somebody acts, or has lost its opt-in. The code and the reason are in the log line.'
    severity: 3
    frequency: 'PT1H'
    range: null
    query: '${lines}| where message in (\'The account is skipped\', \'The account has lost its opt-in\', \'The account can not be read so far\', \'The account can not be read; the next run of the timer tries it again\', \'A scope could not be listed\', \'An account has an id that the app can not go by\')\n| project TimeGenerated, message, line.accountId, line.scope, line.code'
  }
  {
    key: 'reconcile-silent'
    displayName: 'Maps key rotation: nothing has run for an hour'
    description: 'reconcileRotations runs every 5 minutes and has not succeeded for an hour: the app is down, its timers stopped, or its telemetry does not arrive.'
    severity: 1
    frequency: 'PT15M'
    range: 'P2D'
    query: '${lines}${format(silence, 'Rotations were reconciled', '1h')}'
  }
]
var verificationRule = {
  key: 'key-not-accepted'
  displayName: 'Maps key rotation: Azure Maps has not accepted a new key'
  description: 'A new key was announced although Azure Maps refused it, or could not be asked; the message says which. Who moves to one that it refuses is refused: look at the account, then rotate the same key once more; who can, stays with the other key until then.'
  severity: 1
  frequency: 'PT15M'
  range: null
  query: '${lines}| where message in (\'The new key was not accepted\', \'The new key could not be tried\')\n| project TimeGenerated, line.accountId, line.keyType, line.code, line.rotationId, message'
}
var vaultRule = {
  key: 'key-not-stored'
  displayName: 'Maps key rotation: a new key can not be stored'
  description: 'Key Vault refuses a new key, which is announced only when it is stored. The app goes on trying; until then everybody stays with the other key, which is left alone. The code in the log line says why.'
  severity: 2
  frequency: 'PT15M'
  range: null
  query: '${lines}| where message == \'The new key could not be stored\'\n| project TimeGenerated, line.accountId, line.keyType, line.code, line.rotationId'
}
var timerRule = {
  key: 'timer-silent'
  displayName: 'Maps key rotation: no run of the timer in a day'
  description: 'rotateDueAccounts has not succeeded in time: keys grow old unseen. Timers have been seen to stop after a deployment: restart the app.'
  severity: 1
  frequency: 'PT1H'
  range: 'P2D'
  query: '${lines}${format(silence, 'Due accounts were looked for', '${silenceHours}h')}'
}
var rules = concat(
  queryRules,
  verifiesKeys ? [verificationRule] : [],
  storesKeys ? [vaultRule] : [],
  silenceHours == 0 ? [] : [timerRule]
)

var topicMetrics = [
  {
    key: 'publish-failed'
    displayName: 'Maps key rotation: events are not accepted'
    description: 'Event Grid refused events. The app sends each until it is accepted; its key stays blocked until then.'
    metric: 'PublishFailCount'
  }
  {
    key: 'event-dead-lettered'
    displayName: 'Maps key rotation: events were not delivered'
    description: 'A subscriber did not take events, which are in the container for dead letters now: its key may be a dead one after the next rotation.'
    metric: 'DeadLetteredCount'
  }
  {
    key: 'event-dropped'
    displayName: 'Maps key rotation: events were lost'
    description: 'A subscriber did not take events, and they could not be kept either.'
    metric: 'DroppedEventCount'
  }
]

// Resources

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: 'ag-${nameSuffix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'MapsKeys'
    enabled: true
    emailReceivers: [
      for (email, index) in emails: {
        name: 'email-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource queryAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'alert-${rule.key}-${nameSuffix}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.displayName
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.frequency
      windowSize: rule.frequency
      overrideQueryTimeRange: rule.range
      autoMitigate: true
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: actionGroupIds
      }
    }
  }
]

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for rule in topicMetrics: {
    name: 'alert-${rule.key}-${nameSuffix}'
    location: 'global'
    tags: tags
    properties: {
      description: '${rule.displayName}. ${rule.description}'
      severity: 2
      enabled: true
      scopes: [topicId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: rule.metric
            metricNamespace: 'Microsoft.EventGrid/topics'
            metricName: rule.metric
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [
        for actionGroupId in actionGroupIds: {
          actionGroupId: actionGroupId
        }
      ]
    }
  }
]
