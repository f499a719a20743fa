using 'main.bicep'

// From the environment: `azd env set NAME VALUE`, or `export NAME=VALUE` before `az deployment sub create`.

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')

// ARM ids of subscriptions, resource groups or Azure Maps accounts, separated by commas or spaces.
param rotationScopes = filter(
  split(replace(readEnvironmentVariable('ROTATION_SCOPES'), ' ', ','), ','),
  scope => !empty(scope)
)

// Mail addresses, separated by commas. None: no alerts.
var alertEmails = readEnvironmentVariable('ALERT_EMAILS', '')
param alerts = empty(alertEmails) ? null : { emails: split(alertEmails, ',') }

// `new`, or the ARM id of a vault that exists. None: keys are stored nowhere.
var vault = readEnvironmentVariable('KEY_VAULT', '')
param keyVault = empty(vault) ? null : vault == 'new' ? { kind: 'new' } : { kind: 'existing', vaultId: vault }

// Application (client) id of an app registration. None: function keys.
var entraClientId = readEnvironmentVariable('ENTRA_CLIENT_ID', '')
param entra = empty(entraClientId) ? null : { clientId: entraClientId }
