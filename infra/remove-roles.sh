#!/usr/bin/env bash
# Takes away what deleting the resource group would leave behind: role assignments of the app and of its topic on
# resources of others, and the custom roles. azd runs it before `azd down`; by hand, run it before `az group delete`.
# Reads AZURE_ENV_NAME, AZURE_SUBSCRIPTION_ID (of the app), ROTATION_SCOPES and KEY_VAULT; run it once more if it was
# interrupted.
set -euo pipefail

: "${AZURE_ENV_NAME:?}" "${AZURE_SUBSCRIPTION_ID:?}" "${ROTATION_SCOPES:?}"

# Further subscriptions, such as that of an event destination, may be given as arguments.
subscriptions=$(
  printf '%s\n' "$AZURE_SUBSCRIPTION_ID" "$@"
  grep -oiE '/subscriptions/[0-9a-f-]{36}' <<<"$ROTATION_SCOPES ${KEY_VAULT:-}" | cut -d/ -f3
)
subscriptions=$(tr '[:upper:]' '[:lower:]' <<<"$subscriptions" | sort -u)

ours="tags.\"azd-env-name\"=='$AZURE_ENV_NAME' && contains(name, '-maps-key-rotation-')"
principals=$(
  az identity list --subscription "$AZURE_SUBSCRIPTION_ID" --query "[?$ours].principalId" --output tsv
  az eventgrid topic list --subscription "$AZURE_SUBSCRIPTION_ID" --query "[?$ours].identity.principalId" --output tsv
)

for subscription in $subscriptions; do
  for principal in $principals; do
    for assignment in $(az role assignment list --all --subscription "$subscription" \
      --query "[?principalId=='$principal'].id" --output tsv); do
      echo "Role assignment $assignment"
      az role assignment delete --ids "$assignment"
    done
  done
  for kind in Rotator 'Secret Writer'; do
    for role in $(az role definition list --custom-role-only true --subscription "$subscription" \
      --query "[?starts_with(roleName, 'Azure Maps Key $kind ($AZURE_ENV_NAME,')].name" --output tsv); do
      echo "Role definition $role"
      az role definition delete --name "$role" --scope "/subscriptions/$subscription"
    done
  done
done
