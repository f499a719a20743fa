metadata name = 'Types'
metadata description = 'What the parameters may hold, shared by the template and its modules.'

@export()
@description('Tags by name.')
type tagMap = {
  @description('Value of the tag.')
  *: string
}

@export()
@description('ARM id of a subscription, a resource group or an Azure Maps account.')
@minLength(51)
type rotationScope = string

@export()
@sealed()
@description('Defaults of the rotation; tags on an account override them. What is left out keeps the default of the app.')
type rotationPolicy = {
  @description('Optional. What the timer does with an account that has no `key-rotation` tag.')
  untagged: 'skip' | 'rotate'?

  @description('Optional. Which key is in use where others changed the keys of an account that was never rotated here.')
  inUse: 'unknown' | 'primary' | 'secondary' | 'newest'?

  @description('Optional. NCRONTAB of the timer with six fields, in UTC.')
  @minLength(11)
  schedule: string?

  @description('Optional. No key gets older than this and one period of the timer; ISO 8601 in weeks, days and smaller.')
  @minLength(3)
  maxAge: string?

  @description('Optional. How long the other key is left alone after one was announced; at most half of maxAge.')
  @minLength(3)
  overlap: string?
}

@export()
@sealed()
@description('Microsoft Entra ID in front of the HTTP functions, in the place of function keys.')
type entraSignIn = {
  @description('Required. Application (client) id of the app registration with the app roles of app-roles.json.')
  @minLength(36)
  @maxLength(36)
  clientId: string

  @description('Optional. Tenant of the app registration. Default: that of the subscription.')
  @minLength(36)
  @maxLength(36)
  tenantId: string?

  @description('Optional. Client ids of the only applications that may call. Default: any that has an app role.')
  allowedClientIds: string[]?
}

@export()
@sealed()
@description('A virtual network of its own: the app reaches storage and Event Grid by private endpoints only.')
type privateNetwork = {
  @description('Required. Address space, /24 or larger, for example 10.80.0.0/24.')
  @minLength(9)
  addressPrefix: string

  @description('Optional. Whether the app itself is reached by a private endpoint only. Whoever deploys or calls it then has to be in the network. Default: false.')
  isAppPrivate: bool?
}

@export()
@sealed()
@description('A storage queue. The topic gets Storage Queue Data Message Sender on that queue.')
type storageQueueDestination = {
  @description('Required. Tells the kind.')
  kind: 'storageQueue'

  @description('Required. ARM id of the storage account.')
  @minLength(100)
  storageAccountId: string

  @description('Required. Name of a queue that exists.')
  @minLength(3)
  @maxLength(63)
  queueName: string
}

@export()
@sealed()
@description('A Service Bus queue. The topic gets Azure Service Bus Data Sender on that queue.')
type serviceBusQueueDestination = {
  @description('Required. Tells the kind.')
  kind: 'serviceBusQueue'

  @description('Required. ARM id of a queue that exists: …/namespaces/<name>/queues/<name>.')
  @minLength(100)
  queueId: string
}

@export()
@sealed()
@description('A function with an Event Grid trigger. It has to be deployed already.')
type azureFunctionDestination = {
  @description('Required. Tells the kind.')
  kind: 'azureFunction'

  @description('Required. ARM id of the function: …/sites/<app>/functions/<name>.')
  @minLength(100)
  functionId: string
}

@export()
@sealed()
@description('A webhook that takes CloudEvents and answers their handshake. It has to be deployed already. Each delivery carries an Entra ID token.')
type webhookDestination = {
  @description('Required. Tells the kind.')
  kind: 'webhook'

  @description('Required. Address, without a secret in it.')
  @minLength(9)
  url: string

  @description('Required. Application (client) id of the app registration of the webhook, which is the audience of the token.')
  @minLength(36)
  @maxLength(36)
  clientId: string

  @description('Optional. Tenant of the app registration. Default: that of the subscription.')
  @minLength(36)
  @maxLength(36)
  tenantId: string?
}

@export()
@discriminator('kind')
@description('Who gets the events.')
type eventDestination =
  | storageQueueDestination
  | serviceBusQueueDestination
  | azureFunctionDestination
  | webhookDestination

@export()
@sealed()
@description('A vault that is made in the resource group of the app, and holds nothing but keys of Azure Maps.')
type newVault = {
  @description('Required. Tells the kind.')
  kind: 'new'
}

@export()
@sealed()
@description('A vault that exists, in any subscription of the tenant. It has to take Azure roles, not access policies.')
type existingVault = {
  @description('Required. Tells the kind.')
  kind: 'existing'

  @description('Required. ARM id of the vault.')
  @minLength(108)
  vaultId: string
}

@export()
@discriminator('kind')
@description('Where each new key is stored before it is announced.')
type keyVault = newVault | existingVault

@export()
@sealed()
@description('Whom the alerts tell.')
type alertSettings = {
  @description('Optional. Mail addresses.')
  emails: string[]?

  @description('Optional. ARM ids of action groups that exist.')
  actionGroupIds: string[]?

  @description('Optional. After how many hours without a successful run of the timer the alarm is raised; 0 for no such alarm, where the schedule pauses for longer than 46 hours. Default: 26.')
  @minValue(0)
  @maxValue(47)
  timerSilenceHours: int?
}

@export()
@description('Which calls of the storage account are logged: none, those that write or delete, or all.')
type storageLogs = 'none' | 'changes' | 'all'
